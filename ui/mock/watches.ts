/** Watched folders as the core would tell them. */

import type { WatchInput } from '../src/lib/bindings/WatchInput';
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

/** Watches that can be made, paused and removed; nothing comes into their folders. `undefined` for any other command. */
export class WatchDesk {
  #list: WatchView[] = [watchOf(), watchOf({ id: 'w2', folder: 'Camera', state: 'used_up', budget: '20', spent: '20', promised: '0', left: '0', spent_percent: 100, promised_percent: 0, waiting: 7, queued: 0, last: [] })];

  answer(command: string, args: Record<string, unknown>): unknown {
    const id = args.watch as string;
    const change = (over: Partial<WatchView>): WatchView[] => (this.#list = this.#list.map((watch) => (watch.id === id ? { ...watch, ...over } : watch)));
    switch (command) {
      case 'watches':
        return this.#list;
      case 'pick_folder':
        return { id: crypto.randomUUID(), name: 'New arrivals' };
      case 'add_watch': {
        const { budget, recursive } = args.watch as WatchInput;
        const fresh = { spent: '0', promised: '0', left: budget, spent_percent: 0, promised_percent: 0, waiting: 0, queued: 0, done: 0, last: [] };
        return (this.#list = [...this.#list, watchOf({ id: crypto.randomUUID(), folder: 'New arrivals', budget, recursive, ...fresh })]);
      }
      case 'pause_watch':
        return change({ state: 'paused' });
      case 'resume_watch':
        return change({ state: 'watching' });
      case 'set_watch_budget':
        return change({ budget: args.budget as string });
      case 'remove_watch':
        return (this.#list = this.#list.filter((watch) => watch.id !== id));
      default:
        return undefined;
    }
  }
}
