/**
 * The lines that a run would cross: where one press is not enough and the quote sheet has to be read first.
 * Pure: a quote in, reasons out, the gravest first.
 */

import type { QuoteView } from './bindings/QuoteView';
import { credits, figure, isZero } from './money';
import { bytes } from './bytes';

/** From more pictures than this on, a run is looked at before it starts, even where everything is paid. */
export const MANY = 25;

export interface Line {
  kind: 'ends' | 'disk' | 'balance' | 'payg' | 'many';
  /** The sentence for the till; nothing where its other words say it already. */
  reason: string | null;
}

/** Whether the results may not fit on the drive. Unknown free space is no reason. */
export function diskShort(quote: QuoteView): boolean {
  return quote.disk_short;
}

/** Whether nobody can say what the account holds, while something is to be paid. */
export function balanceUnknown(quote: QuoteView): boolean {
  return quote.left_after === null && quote.ends_at === null && !isZero(quote.cost);
}

/** Every line the run crosses. Empty: one press does it. */
export function lines(quote: QuoteView): Line[] {
  const crossed: Line[] = [];
  if (quote.ends_at !== null) crossed.push({ kind: 'ends', reason: shortfall(quote, quote.ends_at) });
  if (diskShort(quote)) crossed.push({ kind: 'disk', reason: diskWords(quote) });
  if (balanceUnknown(quote)) crossed.push({ kind: 'balance', reason: 'The balance is not known.' });
  // An account that pays from PAYG anyway crosses nothing with its first picture; the core says when it does.
  if (quote.payg_from !== null && (quote.payg_from > 1 || quote.crossings.length > 0)) crossed.push({ kind: 'payg', reason: null });
  if (quote.charged > MANY) crossed.push({ kind: 'many', reason: null });
  return crossed;
}

/** "The drive may be too small: up to 3.2 GB needed, 1.1 GB free." */
export function diskWords({ disk_bytes, disk_free }: QuoteView): string {
  return `The drive may be too small: up to ${bytes(disk_bytes)} needed, ${bytes(disk_free ?? 0)} free.`;
}

function shortfall(quote: QuoteView, reach: number): string {
  if (reach > 0 && quote.charged > 1) return `The credits reach ${reach} of these ${quote.pictures} pictures.`;
  const missing = isZero(quote.uncovered) ? '' : `, ${figure(quote.uncovered)} of them missing`;
  return `Not enough credits: ${credits(quote.cost)} needed${missing}.`;
}
