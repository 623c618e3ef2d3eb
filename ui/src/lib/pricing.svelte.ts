/**
 * The price of pictures, asked of the core whenever the question changes. A quote is only ever given for the very question
 * it answers: between a change and its answer there is no price, and so nothing that could be pressed. The one before it
 * can still be looked at, as `last`.
 */

import type { OutputOptions } from './bindings/OutputOptions';
import type { Problem } from './bindings/Problem';
import type { QuoteView } from './bindings/QuoteView';
import * as client from './bindings/client';
import { asProblem } from './trouble';

/** Whether both say the same of what is charged, and from which pockets. */
export function samePrice(a: QuoteView, b: QuoteView): boolean {
  const sums = ['cost', 'subscription', 'rollover', 'payg', 'enterprise', 'untold', 'uncovered', 'charged'] as const;
  return sums.every((sum) => a[sum] === b[sum]);
}

export class Pricing {
  #answer: { question: string; quote: QuoteView | null; problem: Problem | null } | null = $state.raw(null);
  /** The latest quote, of whichever question: for the eye only, until the right one is there. */
  last: QuoteView | null = $state.raw(null);
  #turn = 0;

  /** The quote for this question, once it is there. */
  quote(question: string): QuoteView | null {
    return this.#answer?.question === question ? this.#answer.quote : null;
  }

  /** Why there is no quote for this question. */
  problem(question: string): Problem | null {
    return this.#answer?.question === question ? this.#answer.problem : null;
  }

  /** Begins with another subject: what was answered before is no longer shown, `last` stands instead. */
  begin(last: QuoteView | null): void {
    this.#turn += 1;
    this.#answer = null;
    this.last = last;
  }

  /** Asks; with `cap`, also how far that many credits reach. An answer to an earlier question is dropped. */
  async ask(question: string, pictures: string[], options: OutputOptions, cap: string | null = null): Promise<void> {
    const turn = ++this.#turn;
    if (pictures.length === 0) return;
    let quote: QuoteView | null = null;
    let problem: Problem | null = null;
    try {
      quote = await client.quote(pictures, options, cap);
    } catch (thrown) {
      problem = asProblem(thrown);
    }
    if (turn !== this.#turn) return;
    this.#answer = { question, quote, problem };
    this.last = quote ?? this.last;
  }
}
