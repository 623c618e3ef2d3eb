/**
 * Which pictures of the bench are shown, and in which order. What is not shown is not picked either: nothing is paid, skipped or taken off
 * that cannot be seen. The order in which a batch sends is none of its business.
 */

import { untrack } from 'svelte';

import type { PictureState } from './bindings/PictureState';
import type { Shelf } from './shelf.svelte';

export type Sort = 'added' | 'name' | 'state';
export type Show = 'all' | 'todo' | 'saved' | 'trouble';

export const SORTS: Record<Sort, string> = { added: 'As they came', name: 'Name', state: 'What needs you first' };
export const SHOWS: Record<Show, string> = { all: 'All', todo: 'To do', saved: 'Saved', trouble: 'In trouble' };

/** Where each state is shown besides among all, and its place when they are sorted by it: what waits for the user first, done last. */
const STATES: Record<PictureState, { show: Show; place: number }> = {
  unknown: { show: 'trouble', place: 0 },
  paid_lost: { show: 'trouble', place: 1 },
  paid_not_saved: { show: 'trouble', place: 2 },
  failed: { show: 'trouble', place: 3 },
  sending: { show: 'todo', place: 4 },
  saving: { show: 'todo', place: 5 },
  queued: { show: 'todo', place: 6 },
  previewed: { show: 'todo', place: 7 },
  previewing: { show: 'todo', place: 8 },
  added: { show: 'todo', place: 9 },
  saved: { show: 'saved', place: 10 },
};

/** The keys of a table of words, in its order. */
export function keysOf<Key extends string>(words: Record<Key, string>): Key[] {
  return Object.keys(words) as Key[];
}

/** "IMG 9" before "IMG 10", whatever the case, in the user's own alphabet. */
const ALPHABET = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

export class Arrangement {
  sort: Sort = $state('added');
  show: Show = $state('all');
  readonly #shelf: Shelf;
  #last: readonly string[] = [];

  constructor(shelf: Shelf) {
    this.#shelf = shelf;
  }

  /** By name. Names do not change: worked out when pictures come or go, not at every news of them. */
  readonly #byName: readonly string[] = $derived.by(() => {
    const order = this.#shelf.order;
    const named = untrack(() => order.map((id) => ({ id, name: this.#shelf.get(id)?.name ?? '' })));
    return named.sort((one, other) => ALPHABET.compare(one.name, other.name)).map(({ id }) => id);
  });

  /** The ids that are shown, in their order: the same array for as long as that is the same. */
  readonly order: readonly string[] = $derived.by(() => {
    const all = this.sort === 'name' ? this.#byName : this.#shelf.order;
    if (this.show === 'all' && this.sort !== 'state') return all;
    const pictures = this.#shelf.many(all).filter(({ state }) => this.show === 'all' || STATES[state].show === this.show);
    if (this.sort === 'state') pictures.sort((one, other) => STATES[one.state].place - STATES[other.state].place);
    const order = pictures.map(({ id }) => id);
    const same = order.length === this.#last.length && order.every((id, at) => id === this.#last[at]);
    return same ? this.#last : (this.#last = order);
  });

  /** Shows these whatever was chosen: they have just come, or are asked about. */
  reveal(ids: readonly string[]): void {
    const shown = new Set(untrack(() => this.order));
    if (!ids.every((id) => shown.has(id))) this.show = 'all';
  }
}
