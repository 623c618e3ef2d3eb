/**
 * Which of two pieces of news is newer. Events carry a number; answers of commands do not, so an answer counts as no newer
 * than the moment its command was sent. Knows nothing of what the news is about but its name.
 */
export class Ordering {
  #last: number | null = null;
  readonly #heard = new Map<string, number>();

  /** Notes that an event arrived. False when events before it are missing: what is shown may be out of date. */
  arrived(seq: number): boolean {
    const whole = this.#last === null || seq <= this.#last + 1;
    this.#last = Math.max(this.#last ?? 0, seq);
    return whole;
  }

  /** Whether an event about `thing` is newer than what was last heard of it; remembers it if so. */
  event(thing: string, seq: number): boolean {
    if (seq <= (this.#heard.get(thing) ?? 0)) return false;
    this.#heard.set(thing, seq);
    return true;
  }

  /** Taken before a command is sent, and handed to `answer` with what comes back. */
  mark(): number {
    return this.#last ?? 0;
  }

  /** Whether an answer about `thing` may be shown: no event has spoken of it since `mark`. */
  answer(thing: string, mark: number): boolean {
    return (this.#heard.get(thing) ?? 0) <= mark;
  }
}
