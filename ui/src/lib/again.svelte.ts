/**
 * What asking again for pictures would cost: the queue's own offer for those that failed, or whose outcome is unknown.
 * An offer is only ever given for the very pictures it was asked about; where the queue makes none (a preview failed, the
 * picture was never in it), they can be downloaded like any other.
 */

import type { ResumeView } from './bindings/ResumeView';
import * as client from './bindings/client';

interface Answer {
  question: string;
  offer: ResumeView | null;
}

export class Again {
  #answer: Answer | null = $state.raw(null);
  #turn = 0;

  /** The offer for this question; `undefined` while it is being asked, `null` where there is none. */
  offer(question: string): ResumeView | null | undefined {
    if (question === '') return null;
    return this.#answer?.question === question ? this.#answer.offer : undefined;
  }

  async ask(question: string, pictures: string[]): Promise<void> {
    const turn = ++this.#turn;
    if (pictures.length === 0) return;
    let offer: ResumeView | null = null;
    try {
      offer = (await client.quoteAgain(pictures)) ?? null;
    } catch {
      // Nothing to be asked again for: the price button stands for these pictures.
    }
    if (turn === this.#turn) this.#answer = { question, offer };
  }
}
