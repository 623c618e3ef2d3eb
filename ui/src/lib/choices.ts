/**
 * What can be chosen on the quote sheet: each choice as a sentence with its numbers, and the words of the button that does
 * it. The core has worked out every number; here they are only put into words.
 */

import type { ChoiceView } from './bindings/ChoiceView';
import type { QuoteView } from './bindings/QuoteView';
import type { SpendChoice } from './bindings/SpendChoice';
import { credits, fromMicros, isZero, micros } from './money';

export type ChoiceKind = SpendChoice['kind'];

export interface Words {
  /** What it does. */
  sentence: string;
  /** What follows from it: PAYG, what stays, what is left. */
  notes: string[];
}

/** The choice as a plain sentence, with what follows from it. */
export function choiceWords(choice: ChoiceView, quote: QuoteView): Words {
  return { sentence: sentence(choice, quote), notes: notes(choice, quote) };
}

function sentence({ choice, downloads, on_device, left_out }: ChoiceView, quote: QuoteView): string {
  switch (choice.kind) {
    case 'use_payg':
      if (left_out > 0) return downloads === 0 ? 'Download none: the credits reach no picture' : `Download ${downloads}, as far as the credits reach`;
      if (quote.payg_from === null) return `Download ${all(downloads)}`;
      return quote.payg_from === 1 ? `Download ${all(downloads)} from PAYG` : `Download ${all(downloads)}, with PAYG from picture ${quote.payg_from}`;
    case 'stop_before_payg':
      return downloads === 0 ? 'Stop before PAYG: download none' : `Stop before PAYG: download ${downloads}`;
    case 'rest_on_device':
      return downloads === 0 ? `Cut out ${all(on_device)} on this computer` : `Download ${downloads}, cut out the other ${on_device} on this computer`;
    case 'cap':
      return `Spend at most ${credits(choice.credits)}: download ${downloads}`;
  }
}

function notes({ choice, downloads, payg, on_device, left_out, left_after, cost }: ChoiceView, quote: QuoteView): string[] {
  const said: string[] = [];
  if (!isZero(payg) && micros(payg) !== micros(cost)) said.push(`${credits(payg)} from PAYG`);
  if (isZero(payg) && quote.payg_from !== null && choice.kind !== 'use_payg') said.push('PAYG untouched');
  if (on_device > 0 && downloads > 0) said.push(`the other ${on_device} free`);
  if (left_out > 0) said.push(stay(left_out));
  if (left_after !== null && !isZero(cost)) said.push(`${credits(left_after)} left after`);
  return said;
}

/** "20 stay as they are". */
export function stay(count: number): string {
  return count === 1 ? '1 stays as it is' : `${count} stay as they are`;
}

function all(count: number): string {
  return count === 1 ? 'the picture' : `all ${count}`;
}

/** What the button says: what it does and what it costs. `null` where the choice would do nothing. */
export function goLabel({ downloads, on_device, charged, cost }: ChoiceView): string | null {
  const price = isZero(cost) ? 'free' : credits(cost);
  if (downloads > 0 && on_device > 0) return `Download ${downloads}, cut out ${on_device} here · ${price}`;
  if (downloads > 0) return charged === 0 && isZero(cost) ? `Save ${downloads} again · free` : `Download ${downloads} · ${price}`;
  return on_device > 0 ? `Cut out ${on_device} here · ${price}` : null;
}

/** The choice that is made at first: what touches no PAYG where that comes to something, else what the core names first. */
export function firstChoice(quote: QuoteView): ChoiceKind {
  const careful = quote.choices.find(({ choice, downloads }) => choice.kind === 'stop_before_payg' && downloads > 0);
  return (careful ?? quote.choices[0])?.choice.kind ?? 'use_payg';
}

/** Whether there is anything to choose. With one way only, the button says it all. */
export function choosable(quote: QuoteView): boolean {
  return quote.choices.length > 1;
}

/** The core's numbers for a choice; of a cap only those for that very cap. */
export function found(quote: QuoteView, kind: ChoiceKind, cap: string | null): ChoiceView | null {
  const match = ({ choice }: ChoiceView): boolean =>
    choice.kind === kind && (choice.kind !== 'cap' || (cap !== null && micros(choice.credits) === micros(cap)));
  return quote.choices.find(match) ?? null;
}

/** The credits that were typed, as the core wants them; `null` where it is no sum that could be spent. Knows decimal commas. */
export function typedCap(text: string): string | null {
  const value = micros(text.trim().replace(',', '.'));
  return value === null || value < 0n ? null : fromMicros(value);
}

/** What the field for the cap begins with: what the careful choice costs, else what all cost. */
export function firstCap(quote: QuoteView): string {
  const careful = found(quote, 'stop_before_payg', null);
  return [careful?.cost, quote.choices[0]?.cost, quote.cost].find((sum) => sum !== undefined && !isZero(sum)) ?? quote.cost;
}
