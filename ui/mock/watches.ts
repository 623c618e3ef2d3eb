/** Watched folders as the core would tell them. */

import type { WatchView } from '../src/lib/bindings/WatchView';

export function watchOf(over: Partial<WatchView> = {}): WatchView {
  return {
    id: 'w1',
    folder: 'Shop intake',
    recursive: false,
    output: null,
    moves_to: null,
    options: { size: 'full', format: 'png', background: null },
    state: 'watching',
    problem: null,
    budget: '50',
    spent: '12',
    promised: '3',
    left: '35',
    spent_percent: 24,
    promised_percent: 6,
    renews_at: '2026-11-26T00:00:00Z',
    waiting: 2,
    queued: 3,
    done: 141,
    failed: 0,
    set_aside: 0,
    last: [
      { name: 'mug.jpg', outcome: 'done', reason: null, charged: '1' },
      { name: 'notes.txt', outcome: 'set_aside', reason: 'No picture that Clearcut reads.', charged: null },
    ],
    ...over,
  };
}
