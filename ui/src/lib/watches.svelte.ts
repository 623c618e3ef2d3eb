/**
 * The watched folders as the core last told them. Each answer and each event carries all of them; an answer that an event has
 * overtaken is dropped by the bench's ordering.
 */

import type { Problem } from './bindings/Problem';
import type { WatchView } from './bindings/WatchView';
import * as client from './bindings/client';
import { asProblem } from './trouble';

export class Watches {
  /** `null` until they were told for the first time. */
  list: WatchView[] | null = $state.raw(null);
  /** Why the last wish was not granted. */
  problem: Problem | null = $state.raw(null);
  /** Counts up with every event, so that an answer knows whether it is too late. */
  #told = 0;

  /** An event brought them. */
  hear(list: WatchView[]): void {
    this.#told += 1;
    this.list = list;
  }

  /** Asks, or does something that answers with all of them. A failure is shown in the view. */
  async ask(deed: () => Promise<WatchView[]>): Promise<boolean> {
    const told = this.#told;
    try {
      const list = await deed();
      if (told === this.#told) this.list = list;
      this.problem = null;
      return true;
    } catch (thrown) {
      this.problem = asProblem(thrown);
      return false;
    }
  }

  load = (): Promise<boolean> => this.ask(client.watches);
  pause = (watch: string): Promise<boolean> => this.ask(() => client.pauseWatch(watch));
  resume = (watch: string): Promise<boolean> => this.ask(() => client.resumeWatch(watch));
  remove = (watch: string): Promise<boolean> => this.ask(() => client.removeWatch(watch));
  setBudget = (watch: string, budget: string): Promise<boolean> => this.ask(() => client.setWatchBudget(watch, budget));
}
