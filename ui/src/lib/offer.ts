/**
 * What the one primary button offers for a quote: its words with the price, or why it cannot be pressed.
 * Pure: a quote, the options it was asked with and the pictures in, words out.
 */

import type { GaugeView } from './bindings/GaugeView';
import type { OutputOptions } from './bindings/OutputOptions';
import type { PictureView } from './bindings/PictureView';
import type { QuoteView } from './bindings/QuoteView';
import type { SizeChoice } from './bindings/SizeChoice';
import { credits, figure, isZero, minus } from './money';

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
  /** The credits do not reach; `reach` pictures from the first would fit. */
  | { kind: 'short'; label: string; reason: string; reach: number }
  /** There is nothing that could be sent. */
  | { kind: 'nothing'; label: string; reason: string };

/** What the button says and does. */
export function offer(
  quote: QuoteView | null,
  options: OutputOptions,
  pictures: readonly PictureView[],
  gauge: GaugeView,
): Offer {
  const count = pictures.length - (quote?.unreadable ?? 0);
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
  if (quote.ends_at !== null) {
    return { kind: 'short', label, reason: shortfall(quote, gauge), reach: quote.ends_at };
  }
  if (quote.charged === 0 && quote.already_paid > 0) {
    return { kind: 'save_again', label: count === 1 ? 'Save again · free' : `Save ${count} again · free` };
  }
  return { kind: 'download', label: isZero(quote.cost) ? `${deed} · free` : label, cost: quote.cost };
}

/** Whether it may have been charged, or was, without a picture to show for it: sending it now is a second charge. */
function sentBefore({ state }: PictureView): boolean {
  return state === 'unknown' || state === 'paid_lost';
}

function inLine(size: SizeChoice): string {
  const name = SIZE_NAMES[size];
  return /^[A-Z][a-z]/.test(name) ? name.charAt(0).toLowerCase() + name.slice(1) : name;
}

function shortfall(quote: QuoteView, gauge: GaugeView): string {
  if (quote.charged > 1 && quote.ends_at !== null && quote.ends_at > 0) {
    return `The credits reach ${quote.ends_at} of these ${quote.pictures} pictures.`;
  }
  const left = minus(gauge.total.amount, gauge.reserved.amount ?? '0');
  const needed = `${credits(quote.cost)} needed`;
  return left === null ? `Not enough credits: ${needed}.` : `Not enough credits: ${needed}, ${figure(left)} left.`;
}

/** "2 subscription + 1 PAYG"; one pocket alone as "from the subscription". Empty where nothing is charged. */
export function pockets(quote: QuoteView): string {
  const parts = (
    [
      ['subscription', quote.subscription],
      ['rollover', quote.rollover],
      ['PAYG', quote.payg],
    ] as const
  ).filter(([, amount]) => !isZero(amount));
  const [first] = parts;
  if (first === undefined) return '';
  if (parts.length === 1 && first[1] === quote.cost) return `from ${first[0] === 'subscription' ? 'the subscription' : first[0]}`;
  return parts.map(([name, amount]) => `${figure(amount)} ${name}`).join(' + ');
}

/** Everything else worth knowing before the press, as short sentences in order of weight. */
export function remarks(quote: QuoteView, pictures: readonly PictureView[]): string[] {
  const said: string[] = [];
  const again = pictures.filter(sentBefore).length;
  if (again > 0 && pictures.length > 1) said.push(`${again} sent a second time`);
  if (quote.payg_from !== null && quote.payg_from > 1) said.push(`PAYG begins at picture ${quote.payg_from}`);
  if (quote.already_paid > 0 && quote.charged > 0) said.push(`${quote.already_paid} already paid, free`);
  if (quote.duplicates > 0) said.push(`${quote.duplicates} the same as another, paid once`);
  if (quote.unreadable > 0) said.push(`${quote.unreadable} cannot be sent`);
  return said;
}
