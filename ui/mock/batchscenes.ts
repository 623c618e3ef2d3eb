/** Beginnings with a batch: running, standing still for every reason worth looking at, left by an earlier start, and a long one. */

import type { PictureState } from '../src/lib/bindings/PictureState';
import type { PictureView } from '../src/lib/bindings/PictureView';
import { batch, overview, problem, removebg } from './fixtures';
import { sample, SAMPLES } from './samples';
import type { Scene } from './scene';

/** Pictures of a shop's folder, in the states of a batch at work. */
function shoes(count: number, state: (n: number) => PictureState): PictureView[] {
  return Array.from({ length: count }, (_, at) => {
    const n = at + 1;
    const now = state(n);
    return sample(SAMPLES[at % SAMPLES.length] ?? SAMPLES[0], n, {
      name: `shoe ${String(n).padStart(3, '0')}.jpg`,
      state: now,
      problem: now === 'failed' ? problem('no_subject', 'The model found nothing to cut out in this picture.', 'Nothing was charged.') : null,
    });
  });
}

const atWork = (n: number): PictureState => (n === 5 ? 'failed' : n === 9 ? 'unknown' : n <= 12 ? 'saved' : n <= 16 ? 'sending' : n <= 32 ? 'queued' : 'previewed');
const halted = (n: number): PictureState => (n <= 12 ? 'saved' : n <= 32 ? 'queued' : 'previewed');

const running = batch({ saved: 124, failed: 3, unknown: 1, sending: 6, waiting: 166 });
const paused = { mode: 'paused', sending: 0, waiting: 172, eta_s: null } as const;

export const batchScenes = {
  'batch-running': { overview: overview({ pictures: shoes(36, atWork), queue: running }) },
  'batch-waits': { overview: overview({ pictures: shoes(36, atWork), queue: { ...running, wait_s: 34 } }) },
  'batch-paused': {
    overview: overview({ active: removebg.id, pictures: shoes(36, halted), queue: batch({ ...paused, reason: 'user', resume: { pictures: 172, cost: '172', payg: '30', uncovered: 0, here: 0 } }) }),
  },
  'batch-credits': {
    overview: overview({
      active: removebg.id,
      pictures: shoes(36, halted),
      queue: batch({
        ...paused,
        reason: 'out_of_credits',
        text: 'remove.bg says there are not enough credits left. What waits is not sent. Top up, then go on.',
        resume: { pictures: 172, cost: '12', payg: '0', uncovered: 160, here: 0 },
      }),
    }),
  },
  'batch-interrupted': {
    overview: overview({
      pictures: shoes(32, (n) => (n <= 32 ? 'queued' : 'previewed')),
      queue: batch({
        ...paused,
        reason: 'interrupted',
        text: 'Clearcut ended in the middle of this batch. What was paid is saved; what waits is not sent before you say so.',
        bytes: 0,
        bytes_done: 0,
        resume: { pictures: 172, cost: '172', payg: '0', uncovered: 0, here: 0 },
      }),
    }),
  },
  'batch-many': {
    overview: overview({
      pictures: shoes(10_000, (n) => (n <= 3000 ? 'saved' : n <= 3006 ? 'sending' : 'queued')),
      queue: batch({ pictures: 10_000, saved: 3000, waiting: 6994, sending: 6, charged: '3000', agreed: '10000', eta_s: 7800 }),
    }),
  },
} satisfies Record<string, Scene>;
