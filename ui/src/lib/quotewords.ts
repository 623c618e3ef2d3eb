/** The quiet lines of the quote sheet: what each pocket gives, what costs nothing and why, what the run takes besides credits. */

import type { PocketView } from './bindings/PocketView';
import type { PictureView } from './bindings/PictureView';
import type { QuoteView } from './bindings/QuoteView';
import { balanceUnknown, diskShort } from './lines';
import { credits, isZero } from './money';
import { sentBefore } from './offer';
import { bytes } from './bytes';

/** A line of the small table: a pocket, how many pictures it pays, and how much it gives. */
export interface Share {
  pocket: PocketView;
  pictures: number;
  credits: string;
}

const IN_ORDER = ['subscription', 'rollover', 'payg', 'enterprise', 'untold', 'uncovered'] as const;

/** What each pocket gives, in drawing order; those that give nothing are left out. */
export function shares(quote: QuoteView): Share[] {
  const pictures = (pocket: PocketView): number =>
    quote.stretches.filter((stretch) => stretch.pocket === pocket).reduce((sum, stretch) => sum + stretch.pictures, 0);
  const paid = IN_ORDER.map((pocket) => ({ pocket, pictures: pictures(pocket), credits: quote[pocket] })).filter((share) => !isZero(share.credits));
  return quote.free_previews > 0 ? [{ pocket: 'free_previews', pictures: quote.free_previews, credits: '0' }, ...paid] : paid;
}

/** "30 pictures · 30 credits". */
export function title(quote: QuoteView): string {
  return `${counted(quote.pictures)} · ${isZero(quote.cost) ? 'free' : credits(quote.cost)}`;
}

/** What costs nothing, and why: a count and the rest of the sentence. */
export function forNothing(quote: QuoteView): { count: number; words: string }[] {
  return [
    { count: quote.already_paid, words: 'paid already: free again' },
    { count: quote.existing, words: quote.existing === 1 ? 'has its cutout already: left out' : 'have their cutouts already: left out' },
    { count: quote.duplicates, words: quote.duplicates === 1 ? 'the same as another: paid once' : 'the same as others: paid once' },
    { count: quote.unreadable, words: 'cannot be read: not sent' },
    { count: quote.oversized, words: 'too large for the service: not sent' },
  ].filter(({ count }) => count > 0);
}

/** How many of these may be charged a second time; `null` where none. */
export function secondTime(pictures: readonly PictureView[]): string | null {
  const again = pictures.filter(sentBefore).length;
  return again === 0 ? null : `${again === 1 ? '1 picture is' : `${again} pictures are`} sent a second time, and charged a second time.`;
}

export interface Taken {
  name: string;
  value: string;
  /** Whether it stands in the way. */
  short: boolean;
}

/** What the run takes besides credits: time, bytes up, room on the drive. */
export function takes(quote: QuoteView): Taken[] {
  const disk = `up to ${bytes(quote.disk_bytes)}${quote.disk_free === null ? '' : `, ${bytes(quote.disk_free)} free`}`;
  return [
    ...(quote.at_least_s === null ? [] : [{ name: 'Time', value: `at least ${duration(quote.at_least_s)}`, short: false }]),
    ...(quote.charged === 0 ? [] : [{ name: 'Upload', value: bytes(quote.bytes_up), short: false }]),
    { name: 'Drive', value: disk, short: diskShort(quote) },
  ];
}

/** "40 s", "2 min", "1 h 5 min". Rounded up: it stands behind "at least" and must not promise too much. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Said plainly while nobody knows what the account holds; else `null`. */
export function unknownWords(quote: QuoteView): string | null {
  return balanceUnknown(quote) ? 'The balance is not known, so nobody can say which pocket pays, what is left, or whether the credits reach.' : null;
}

export function counted(pictures: number): string {
  return `${pictures} ${pictures === 1 ? 'picture' : 'pictures'}`;
}
