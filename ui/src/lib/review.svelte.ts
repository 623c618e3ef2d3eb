/**
 * The quote sheet while it is open: which pictures it is about, what is chosen, and the quote for just that. The pictures
 * and options are those of the moment it opened; the price is asked anew when credits, states or the cap change.
 */

import { untrack } from 'svelte';

import type { ChoiceView } from './bindings/ChoiceView';
import type { OutputOptions } from './bindings/OutputOptions';
import type { Problem } from './bindings/Problem';
import type { QuoteView } from './bindings/QuoteView';
import { choosable, firstCap, firstChoice, found, typedCap, type ChoiceKind } from './choices';
import { Pricing } from './pricing.svelte';

const OPTIONS: OutputOptions = { size: 'full', format: 'png', background: null };

/** How long typing has to pause before a cap is asked about. */
const TYPING_MS = 150;

export class Review {
  open: boolean = $state(false);
  pictures: string[] = $state.raw([]);
  options: OutputOptions = $state.raw(OPTIONS);
  /** What was typed as the cap; nothing until the cap is chosen for the first time. */
  capText: string = $state('');
  /** What went wrong with the press of the sheet's own button. */
  failed: Problem | null = $state.raw(null);

  readonly #pricing = new Pricing();
  readonly #context: (pictures: readonly string[]) => unknown;
  #chosen: ChoiceKind | null = $state(null);
  #asked: number = $state(0);

  /** The cap as the core wants it; `null` while another choice is made or no sum is typed. */
  readonly cap: string | null = $derived(this.#chosen === 'cap' ? typedCap(this.capText) : null);
  readonly #question: string = $derived.by(() => JSON.stringify([this.#asked, this.pictures, this.options.size, this.cap, this.#context(this.pictures)]));
  /** The quote for just this question; `null` while it is being asked. */
  readonly quote: QuoteView | null = $derived.by(() => this.#pricing.quote(this.#question));
  readonly problem: Problem | null = $derived.by(() => this.#pricing.problem(this.#question));
  /** What is looked at: the quote, or the one before it. */
  readonly shown: QuoteView | null = $derived.by(() => this.quote ?? this.#pricing.last);
  readonly asking: boolean = $derived(this.quote === null && this.problem === null);
  /** The choice in force: the user's, or the first one offered as long as they have made none that still exists. */
  readonly chosen: ChoiceKind = $derived.by(() => {
    const quote = this.shown;
    const own = this.#chosen;
    if (quote === null) return own ?? 'use_payg';
    if (own === null) return firstChoice(quote);
    return own === 'cap' ? (choosable(quote) ? own : firstChoice(quote)) : found(quote, own, null) === null ? firstChoice(quote) : own;
  });
  /** What the choice comes to. `null` while that is not known. */
  readonly choice: ChoiceView | null = $derived(this.quote === null ? null : found(this.quote, this.chosen, this.cap));

  /** The same for the eye, while its numbers are being asked anew. */
  readonly shownChoice: ChoiceView | null = $derived.by(() => {
    if (this.shown === null) return null;
    return found(this.shown, this.chosen, this.cap) ?? this.shown.choices.find(({ choice }) => choice.kind === this.chosen) ?? null;
  });

  /** `context` is whatever besides pictures and options the price depends on. */
  constructor(context: (pictures: readonly string[]) => unknown) {
    this.#context = context;
  }

  /** Opens the sheet about these; `known` is looked at until the first answer. */
  begin(pictures: string[], options: OutputOptions, known: QuoteView | null): void {
    this.pictures = pictures;
    this.options = options;
    this.capText = '';
    this.failed = null;
    this.#chosen = null;
    this.#pricing.begin(known);
    this.open = true;
  }

  choose(kind: ChoiceKind): void {
    if (kind === 'cap' && this.capText === '' && this.shown !== null) this.capText = firstCap(this.shown);
    this.#chosen = kind;
  }

  /** Takes what is typed as the cap, and chooses it. */
  type(text: string): void {
    this.capText = text;
    this.#chosen = 'cap';
  }

  again(): void {
    this.#asked += 1;
  }

  /** Asks the price; to be called in an effect, which then runs whenever the question changes. */
  reprice(): (() => void) | undefined {
    if (!this.open) return undefined;
    const question = this.#question;
    const ask = (): void => void untrack(() => this.#pricing.ask(question, this.pictures, this.options, this.cap));
    if (this.cap === null) return void ask();
    const typing = setTimeout(ask, TYPING_MS);
    return () => clearTimeout(typing);
  }
}
