/** Scenes for the till, the quote sheet and the banners. With `&select=all&click=quote-details` the sheet is open. */

import type { PictureView } from '../src/lib/bindings/PictureView';
import { gauge, measured, overview, removebg, unknown } from './fixtures';
import { sample, SAMPLES } from './samples';
import type { Scene } from './scene';



function many(count: number): PictureView[] {
  return Array.from({ length: count }, (_, n) => {
    const name = SAMPLES[n % SAMPLES.length] ?? SAMPLES[0];
    return sample(name, n + 1, { name: name.replace('.', `-${n + 1}.`) });
  });
}

const held = (subscription: number, payg: number) =>
  gauge({ subscription: measured(String(subscription)), payg: measured(String(payg)), total: measured(String(subscription + payg)) });

const topUp = {
  id: 'top-up',
  kind: 'top_up' as const,
  text: '15 credits are missing. A top-up of 25 would be enough for all 30.',
  warning: null,
  page: 'top_up' as const,
};

export const quoteScenes = {
  fits: { overview: overview({ pictures: many(8), gauge: held(39, 10) }), balance: { subscription: 39, payg: 10 } },
  thirty: {
    overview: overview({ active: removebg.id, pictures: many(30), gauge: held(10, 5) }),
    balance: { subscription: 10, payg: 5 },
    quote: {
      prompt: topUp,
      crossings: ['80 % of the month’s 10 credits with picture 8.', 'PAYG begins with picture 11.', 'The credits end after picture 15: 15 more are needed.'],
    },
  },
  mixedpockets: {
    overview: overview({ active: removebg.id, pictures: many(24), gauge: held(9, 20) }),
    balance: { subscription: 9, rollover: 6, payg: 20 },
    quote: {
      already_paid: 3,
      duplicates: 1,
      prompt: {
        id: 'upgrade',
        kind: 'upgrade' as const,
        text: 'At this pace the month’s credits end on 27 November, 6 days before the next ones.',
        warning: 'Changing the plan ends the 6 credits carried over.',
        page: 'upgrade' as const,
      },
    },
  },
  thousands: {
    overview: overview({ active: removebg.id, pictures: many(400), gauge: held(250, 100) }),
    balance: { subscription: 250, payg: 100 },
  },
  unknownbalance: {
    overview: overview({ active: removebg.id, pictures: many(5), gauge: gauge({ subscription: unknown, payg: unknown, total: unknown, observed_at: null }) }),
    balance: null,
  },
  exists: { overview: overview({ pictures: many(6), gauge: held(39, 10) }), balance: { subscription: 39, payg: 10 }, quote: { existing: 2 } },
  disk: { overview: overview({ pictures: many(6), gauge: held(39, 10) }), balance: { subscription: 39, payg: 10 }, quote: { disk_bytes: 84_000_000, disk_free: 31_500_000, disk_short: true } },
  paygonly: {
    overview: overview({ active: removebg.id, pictures: many(12), gauge: gauge({ subscription: measured('0'), payg: measured('64'), total: measured('64') }) }),
    balance: { subscription: 0, payg: 64 },
  },
  resume: {
    overview: overview({
      active: removebg.id,
      pictures: many(30),
      gauge: held(10, 205),
      banners: [
        { id: 'arrived', kind: 'info', text: '200 credits arrived. 15 pictures still wait, for at most 15 credits.', page: null, resume: true },
        { id: 'notice-80', kind: 'warning', text: '8 of 10 monthly credits used, 2 left until 3 December. 5 PAYG credits stay.', page: 'upgrade', resume: false },
        { id: 'notice-zero', kind: 'error', text: 'No credits left on “Shop pictures”.', page: 'top_up', resume: false },
      ],
    }),
    balance: { subscription: 10, payg: 205 },
  },
} satisfies Record<string, Scene>;
