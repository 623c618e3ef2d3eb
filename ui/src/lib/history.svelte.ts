/** The History view's lines: asked for page by page, anew when the filter changes or the core says that something happened. */

import { untrack } from 'svelte';

import type { DayView } from './bindings/DayView';
import type { HistoryFilter } from './bindings/HistoryFilter';
import type { HistoryRowView } from './bindings/HistoryRowView';
import type { Problem } from './bindings/Problem';
import * as client from './bindings/client';
import { EVERYTHING, filterFor, filtered, PAGE, type Wanted } from './historyrows';
import { asProblem } from './trouble';

/** How long typing has to pause before it is searched for. */
const TYPING_MS = 200;

export class HistoryList {
  /** What is filtered by, as it is being typed. */
  wanted: Wanted = $state.raw(EVERYTHING);
  rows: HistoryRowView[] = $state.raw([]);
  days: DayView[] = $state.raw([]);
  matching: number = $state(0);
  credits: string = $state('0');
  /** Whether an answer has ever come. */
  loaded: boolean = $state(false);
  asking: boolean = $state(false);
  problem: Problem | null = $state.raw(null);
  /** The filter of what is shown: it follows what is wanted. */
  shown: Wanted = $state.raw(EVERYTHING);

  readonly filter: HistoryFilter = $derived(filterFor(this.shown));
  readonly filtered: boolean = $derived(filtered(this.wanted));
  readonly more: boolean = $derived(this.rows.length < this.matching);

  #turn = 0;
  #text = '';

  want(change: Partial<Wanted>): void {
    this.wanted = { ...this.wanted, ...change };
  }

  clear(): void {
    this.wanted = EVERYTHING;
  }

  /** To be called in an effect: asks for what is wanted, after a pause where it is being typed. */
  follow(): (() => void) | undefined {
    const { wanted } = this;
    const typing = wanted.text !== this.#text;
    this.#text = wanted.text;
    const ask = (): void => untrack(() => void this.#ask(wanted, 0, Math.max(PAGE, this.shown === wanted ? this.rows.length : 0)));
    if (!typing) return void ask();
    const pause = setTimeout(ask, TYPING_MS);
    return () => clearTimeout(pause);
  }

  /** The same once more, as many lines as are shown. */
  again(): void {
    void this.#ask(this.wanted, 0, Math.max(PAGE, this.rows.length));
  }

  /** The next page. */
  next(): void {
    void this.#ask(this.shown, this.rows.length, PAGE);
  }

  async #ask(wanted: Wanted, skip: number, limit: number): Promise<void> {
    const turn = ++this.#turn;
    this.asking = true;
    try {
      const view = await client.history(filterFor(wanted, skip, limit));
      if (turn !== this.#turn) return;
      this.rows = skip === 0 ? view.rows : [...this.rows, ...view.rows];
      this.days = view.days;
      this.matching = view.matching;
      this.credits = view.credits;
      this.shown = wanted;
      this.loaded = true;
      this.problem = null;
    } catch (thrown) {
      if (turn === this.#turn) this.problem = asProblem(thrown);
    } finally {
      if (turn === this.#turn) this.asking = false;
    }
  }
}
