/**
 * What the Credits view shows besides the gauge, as the core last told it. An answer of before another account was taken
 * into use, or one that a later question has overtaken, is dropped: nobody's plan is ever shown as somebody else's.
 */

import type { CreditsView } from './bindings/CreditsView';
import type { Problem } from './bindings/Problem';
import { asProblem } from './trouble';

export class Credits {
  view: CreditsView | null = $state.raw(null);
  /** Why the last question had no answer. */
  problem: Problem | null = $state.raw(null);
  #turn = 0;

  /** Asks, and shows the answer unless it comes too late. Throws nothing: a failure is shown in its place. */
  async ask(question: () => Promise<CreditsView>): Promise<CreditsView | null> {
    try {
      return await this.change(question);
    } catch (thrown) {
      this.problem = asProblem(thrown);
      return null;
    }
  }

  /** Does something that answers with the whole view. Throws the problem, for whoever asked to show it. */
  async change(deed: () => Promise<CreditsView>): Promise<CreditsView | null> {
    const turn = ++this.#turn;
    try {
      const view = await deed();
      if (turn !== this.#turn) return null;
      this.view = view;
      this.problem = null;
      return view;
    } catch (thrown) {
      if (turn !== this.#turn) return null;
      throw thrown;
    }
  }

  /** Another account is in use: nothing is known of it yet, and answers still on their way are not about it. */
  forget(): void {
    this.#turn += 1;
    this.view = null;
    this.problem = null;
  }
}
