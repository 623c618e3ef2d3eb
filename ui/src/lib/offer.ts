/**
 * What the one primary button offers for a quote: its words with the price, or why it cannot be pressed.
 * Pure: a quote, the options it was asked with and the pictures in, words out.
 */

import type { OutputOptions } from './bindings/OutputOptions';
import type { PictureView } from './bindings/PictureView';
import type { QuoteView } from './bindings/QuoteView';
import type { SizeChoice } from './bindings/SizeChoice';
import { lines, type Line } from './lines';
import { credits, figure, isZero } from './money';

export const SIZE_NAMES: Record<SizeChoice, string> = {
  preview: 'Preview size',
  medium: 'Medium size',
  hd: 'HD size',
  full: 'Full size',
  '50mp': '50 MP size',
};

export type Offer =
  /** The price is being asked. */
  | { kind: 'pricing'; label: string }
  /** A download for `cost`, "0" included. */
  | { kind: 'download'; label: string; cost: string }
  /** Everything is paid already. */
  | { kind: 'save_again'; label: string }
  /** A line would be crossed: the quote sheet has to be read first. `reach` pictures fit where the credits end. */
  | { kind: 'review'; label: string; lines: Line[]; reach: number | null }
  /** There is nothing that could be sent. */
  | { kind: 'nothing'; label: string; reason: string };

/** What the button says and does. */
export function offer(
  quote: QuoteView | null,
  options: OutputOptions,
  pictures: readonly PictureView[],
): Offer {
  const count = pictures.length - (quote === null ? 0 : quote.unreadable + quote.oversized);
  const deed =
    count > 1
      ? `Download ${count} pictures`
      : pictures.some(sentBefore)
        ? 'Send again'
        : `Download ${inLine(options.size)}`;
  if (quote === null) return { kind: 'pricing', label: `${deed} · …` };
  if (count <= 0) {
    const reason = pictures.length === 1 ? 'This picture cannot be sent.' : 'None of these pictures can be sent.';
    return { kind: 'nothing', label: 'Nothing to download', reason };
  }
  const label = `${deed} · ${credits(quote.cost)}`;
  if (quote.charged === 0 && quote.already_paid > 0) {
    return { kind: 'save_again', label: count === 1 ? 'Save again · free' : `Save ${count} again · free` };
  }
  const crossed = lines(quote);
  if (crossed.length > 0) {
    const review = `Review ${count} ${count === 1 ? 'picture' : 'pictures'} · ${isZero(quote.cost) ? 'free' : credits(quote.cost)} …`;
    return { kind: 'review', label: review, lines: crossed, reach: quote.ends_at };
  }
  return { kind: 'download', label: isZero(quote.cost) ? `${deed} · free` : label, cost: quote.cost };
}

/** Whether it may have been charged, or was, without a picture to show for it: sending it now is a second charge. */
export function sentBefore({ state }: PictureView): boolean {
  return state === 'unknown' || state === 'paid_lost';
}

function inLine(size: SizeChoice): string {
  const name = SIZE_NAMES[size];
  return /^[A-Z][a-z]/.test(name) ? name.charAt(0).toLowerCase() + name.slice(1) : name;
}

const ALONE: Partial<Record<string, string>> = {
  subscription: 'from the subscription',
  'from a pocket not told': 'from a pocket that is not known',
  'not covered': 'not covered',
};

/** "2 subscription + 1 PAYG"; one pocket alone as "from the subscription". Empty where nothing is charged. */
export function pockets(quote: QuoteView): string {
  const parts = (
    [
      ['subscription', quote.subscription],
      ['rollover', quote.rollover],
      ['PAYG', quote.payg],
      ['enterprise', quote.enterprise],
      ['from a pocket not told', quote.untold],
      ['not covered', quote.uncovered],
    ] as const
  ).filter(([, amount]) => !isZero(amount));
  const [first] = parts;
  if (first === undefined) return '';
  if (parts.length === 1 && first[1] === quote.cost) return ALONE[first[0]] ?? `from ${first[0]}`;
  return parts.map(([name, amount]) => `${figure(amount)} ${name}`).join(' + ');
}

/** Everything else worth knowing before the press, as short sentences in order of weight. */
export function remarks(quote: QuoteView, pictures: readonly PictureView[]): string[] {
  const said: string[] = [];
  const again = pictures.filter(sentBefore).length;
  if (again > 0 && pictures.length > 1) said.push(`${again} sent a second time`);
  if (quote.free_previews > 0) said.push(`${quote.free_previews} by free previews`);
  if (quote.payg_from !== null && quote.payg_from > 1) said.push(`PAYG begins at picture ${quote.payg_from}`);
  if (quote.already_paid > 0 && quote.charged > 0) said.push(`${quote.already_paid} already paid, free`);
  if (quote.duplicates > 0) said.push(`${quote.duplicates} the same as another, paid once`);
  const unsendable = quote.unreadable + quote.oversized;
  if (unsendable > 0) said.push(`${unsendable} cannot be sent`);
  return said;
}
