/** The paid pictures kept, in words and in lengths. Amounts of credits are the core's; bytes are only drawn and written. */

import type { CleaningView } from './bindings/CleaningView';
import type { HeapView } from './bindings/HeapView';
import type { VaultCleaning } from './bindings/VaultCleaning';
import type { VaultView } from './bindings/VaultView';
import { bytes } from './bytes';
import { credits } from './money';
import { dayOfYear } from './time';

const GB = 1_000_000_000;
/** GB that can be chosen; one that was set by other means stands among them. */
const LIMITS = [2, 5, 10, 25, 50, 100];
export const NO_LIMIT = 'none';

/** What the bar is made of, in its order: what may go, what stays. */
export const PARTS = ['saved', 'held', 'evidence'] as const;
export type Part = (typeof PARTS)[number];

export const PART_WORDS: Record<Part, { name: string; note: string }> = {
  saved: { name: 'Saved', note: 'the oldest make room when it is full' },
  held: { name: 'Not saved yet, or in use', note: 'always kept' },
  evidence: { name: 'Charged, and no picture came', note: 'kept for a refund claim' },
};

export const isEmpty = (view: VaultView): boolean => view.saved.pictures + view.held.pictures + view.evidence.pictures === 0;

/** "1 picture", "1,240 pictures". */
export const pictures = (count: number): string => `${count.toLocaleString('en-GB')} ${count === 1 ? 'picture' : 'pictures'}`;

/** "1 answer", "2 answers": what came instead of a picture. */
export const answers = (count: number): string => `${count.toLocaleString('en-GB')} ${count === 1 ? 'answer' : 'answers'}`;

/** How long each part of the bar is, per cent of its whole: the limit, or all that is kept where there is none or more than that. */
export function lengths(view: VaultView): Record<Part, number> {
  const whole = Math.max(view.bytes, (view.limit_gb ?? 0) * GB, 1);
  const length = ({ bytes: size }: HeapView): number => (size === 0 ? 0 : Math.max((size / whole) * 100, 0.6));
  return { saved: length(view.saved), held: length(view.held), evidence: length(view.evidence) };
}

/** "of 10 GB", or that there is no end. */
export const limitWords = (view: VaultView): string => (view.limit_gb === null ? 'no limit' : `of ${view.limit_gb} GB`);

/** What the bar says without eyes. */
export const barWords = (view: VaultView): string => `${bytes(view.bytes)} ${view.limit_gb === null ? 'kept, no limit' : limitWords(view)}`;

/** Why it holds more than its limit, where it does. */
export function overWords(view: VaultView): string | null {
  if (view.limit_gb === null || view.bytes <= view.limit_gb * GB) return null;
  return 'Over its limit: what is not saved yet stays, and so does everything of the last 24 hours.';
}

/** The oldest, and the room on the disk. */
export function footWords({ oldest, disk_free: free }: VaultView): string {
  const parts = [
    oldest === null ? null : `The oldest is of ${dayOfYear(oldest)} ${oldest.slice(0, 4)}`,
    free === null ? null : `${bytes(free)} free on this disk`,
  ];
  return parts.filter((part) => part !== null).join(' · ');
}

export function limitItems(view: VaultView): { value: string; label: string }[] {
  const all = view.limit_gb === null ? LIMITS : [...new Set([...LIMITS, view.limit_gb])].sort((one, other) => one - other);
  return [...all.map((gb) => ({ value: String(gb), label: `${gb} GB` })), { value: NO_LIMIT, label: 'No limit' }];
}

/** What a smaller limit would do, before it does it. */
export const shrinkWords = (gb: number, { heap }: CleaningView): string =>
  `With ${gb} GB the oldest ${heap.pictures === 1 ? 'saved picture goes' : `${pictures(heap.pictures)} that are saved go`} (${bytes(heap.bytes)}). Downloading ${heap.pictures === 1 ? 'it' : 'them'} again would cost credits again.`;

/** A way to clean up. */
export interface Way {
  id: string;
  name: string;
  what: VaultCleaning;
}

export const WAYS: readonly Way[] = [
  { id: 'month', name: 'Older than a month', what: { kind: 'older_than', days: 30 } },
  { id: 'quarter', name: 'Older than three months', what: { kind: 'older_than', days: 91 } },
  { id: 'year', name: 'Older than a year', what: { kind: 'older_than', days: 365 } },
  { id: 'all', name: 'All that are saved', what: { kind: 'all_saved' } },
];

export const EVIDENCE: Way = { id: 'evidence', name: 'Charged, and no picture came', what: { kind: 'evidence' } };

/** "312 pictures · 780.4 MB", or that there are none. */
export function wayNote(way: Way, { heap }: CleaningView): string {
  if (heap.pictures === 0) return 'none';
  return `${way.what.kind === 'evidence' ? answers(heap.pictures) : pictures(heap.pictures)} · ${bytes(heap.bytes)}`;
}

/** What a cleaning means, in full sentences. */
export function meaning(way: Way, { heap, credits: paid }: CleaningView): string {
  const one = heap.pictures === 1;
  if (way.what.kind === 'evidence') {
    return `${one ? 'An answer' : `${heap.pictures} answers`} that you were charged for and that held no picture ${one ? 'goes' : 'go'}. A refund cannot be claimed with ${one ? 'it' : 'them'} any more.`;
  }
  const which = way.what.kind === 'older_than' ? `Saved pictures ${way.name.toLowerCase()} go` : 'All saved pictures go';
  return `${which}: ${pictures(heap.pictures)}, paid with ${credits(paid)}. The files you saved stay where they are. Downloading ${one ? 'it' : 'them'} again would cost credits again.`;
}

/** The button that does it: how many, and what becomes free. */
export const goWords = (way: Way, { heap }: CleaningView): string =>
  way.what.kind === 'evidence' ? `Let ${answers(heap.pictures)} go` : `Let ${pictures(heap.pictures)} go · frees ${bytes(heap.bytes)}`;

/** What was done, for the foot of the window. */
export const wentWords = ({ heap, left_alone: left }: CleaningView): string =>
  `${pictures(heap.pictures)} went, ${bytes(heap.bytes)} are free${left === 0 ? '' : `; ${left} in use ${left === 1 ? 'stays' : 'stay'}`}`;
