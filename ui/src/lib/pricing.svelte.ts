/**
 * The price of what is picked, asked of the core whenever the question changes. A quote is only ever shown for the very
 * question it answers: between a change and its answer there is no price, and so nothing that could be pressed.
 */

import type { OutputOptions } from './bindings/OutputOptions';
import type { Problem } from './bindings/Problem';
import type { QuoteView } from './bindings/QuoteView';
import * as client from './bindings/client';
import { asProblem } from './trouble';

export class Pricing {
  #answer: { question: string; quote: QuoteView | null; problem: Problem | null } | null = $state.raw(null);
  #turn = 0;

  /** The quote for this question, once it is there. */
  quote(question: string): QuoteView | null {
    return this.#answer?.question === question ? this.#answer.quote : null;
  }

  /** Why there is no quote for this question. */
  problem(question: string): Problem | null {
    return this.#answer?.question === question ? this.#answer.problem : null;
  }

  /** Asks. An answer to an earlier question is dropped. */
  async ask(question: string, pictures: string[], options: OutputOptions): Promise<void> {
    const turn = ++this.#turn;
    if (pictures.length === 0) return;
    let quote: QuoteView | null = null;
    let problem: Problem | null = null;
    try {
      quote = await client.quote(pictures, options, null);
    } catch (thrown) {
      problem = asProblem(thrown);
    }
    if (turn === this.#turn) this.#answer = { question, quote, problem };
  }
}
