/** Named beginnings for looking at the window: `npm run mock`, then `/?scene=NAME`. */

import { gauge, measured, overview, problem, removebg, unknown } from './fixtures';
import { batchScenes } from './batchscenes';
import { creditScenes } from './creditscenes';
import { historyScenes } from './historyscenes';
import { quoteScenes } from './quotescenes';
import { sample } from './samples';
import { vaultScenes } from './vaultscenes';
import type { Scene } from './scene';

const result = (file_name: string, charged = '1') => ({
  charged,
  basis: 'measured' as const,
  width: 600,
  height: 400,
  file_name,
  from_vault: false,
  on_device: false,
  options: { size: 'full' as const, format: 'png' as const, background: null },
  warnings: [],
});

const mixed = [
  sample('astronaut.png', 1),
  sample('coffee.png', 2, { state: 'saved', result: result('coffee-cutout.png') }),
  sample('chelsea.png', 3, { state: 'sending' }),
  sample('rocket.jpg', 4, { state: 'previewing', preview: null, revision: 1 }),
  sample('coffee.png', 5, {
    name: 'espresso on the long table, second take.png',
    state: 'failed',
    preview: null,
    revision: 1,
    problem: problem('no_subject', 'The model found nothing to cut out in this picture.', 'Nothing was charged. A tighter crop often helps.'),
  }),
  sample('astronaut.png', 6, {
    name: 'portrait-2.png',
    state: 'unknown',
    problem: problem(
      'maybe_charged',
      'The connection broke after the picture was sent, so it may have been charged. 1 credit stays reserved.',
      'The next look at the balance shows whether it was.',
    ),
  }),
  sample('chelsea.png', 7, {
    name: 'cat.png',
    state: 'paid_lost',
    problem: problem('paid_lost', 'The service charged 1 credit, but what came back is no usable picture.', 'Sending it again costs 1 credit again.'),
  }),
  sample('rocket.jpg', 8, {
    name: 'launch.jpg',
    state: 'paid_not_saved',
    problem: problem('paid_not_saved', 'The result is paid and kept, but the folder cannot be written to.', 'Choose another folder, then save it again. That is free.'),
  }),
];

const reserved = { reserved: measured('2'), rollover: measured('12'), subscription: measured('27'), total: measured('49') };

export const scenes = {
  empty: { overview: overview() },
  bench: { overview: overview({ pictures: mixed, gauge: gauge(reserved) }) },
  real: {
    overview: overview({
      active: removebg.id,
      pictures: mixed.slice(0, 3),
      gauge: gauge({ subscription: measured('2'), payg: measured('0'), total: measured('2') }),
      banners: [{ id: 'ends', kind: 'warning', text: 'remove.bg ends on 1 December 2026 at 09:00. Credits that are left then are lost.', page: 'help', resume: false }],
    }),
    balance: { subscription: 2, payg: 0 },
  },
  short: {
    overview: overview({
      active: removebg.id,
      pictures: [sample('astronaut.png', 1), sample('coffee.png', 2), sample('chelsea.png', 3), sample('rocket.jpg', 4)],
      gauge: gauge({ subscription: measured('1'), payg: measured('1'), total: measured('2') }),
    }),
    balance: { subscription: 1, payg: 1 },
  },
  stale: {
    overview: overview({
      pictures: mixed.slice(0, 2),
      gauge: gauge({
        stale: true,
        subscription: measured('39', 7400),
        payg: measured('10', 7400),
        free_previews: measured('50', 7400),
        observed_at: new Date(Date.now() - 7_400_000).toISOString(),
        problem: problem('no_network', 'The service could not be reached, so these figures are old.', 'Check the connection.'),
      }),
    }),
  },
  unknown: { overview: overview({ gauge: gauge({ subscription: unknown, payg: unknown, total: unknown, observed_at: null }) }) },
  ...batchScenes,
  ...quoteScenes,
  ...historyScenes,
  ...creditScenes,
  ...vaultScenes,
} satisfies Record<string, Scene>;

export type SceneName = keyof typeof scenes;
