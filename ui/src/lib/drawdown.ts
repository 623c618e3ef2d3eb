/**
 * The drawn draw-down: charged pictures as ticks in a row, under the pockets they drink from, with flags where a line is
 * crossed. Works out what is drawn and where; lengths are counts of pictures, never sums of credits.
 */

import type { ChoiceView } from './bindings/ChoiceView';
import type { PocketView } from './bindings/PocketView';
import type { QuoteView } from './bindings/QuoteView';
import { credits } from './money';

/** The most ticks that can still be told apart. */
export const TICKS = 60;

/** What becomes of a tick's pictures: charged, cut out on this computer, or left as they are. */
export type Fate = 'charged' | 'device' | 'out';

/** One tick: `pictures` of them in a row with the same fate. */
export interface Tick {
  /** Its place among the charged pictures, from 0. */
  at: number;
  pictures: number;
  fate: Fate;
}

/** A pocket's part of the row. */
export interface Part {
  pocket: PocketView;
  /** Where it begins, counted in charged pictures. */
  from: number;
  pictures: number;
  credits: string;
  ticks: Tick[];
  /** The line that is crossed where it begins. */
  flag: 'payg' | 'end' | null;
}

export const POCKET_WORDS: Record<PocketView, string> = {
  free_previews: 'Free previews',
  subscription: 'Subscription',
  rollover: 'Rollover',
  payg: 'Pay as you go',
  enterprise: 'Enterprise',
  untold: 'Pocket not known',
  uncovered: 'Not covered',
};

/** How many pictures a tick stands for: 1 as long as they can be told apart, then 2, 5, 10, 20, 50 … */
export function perTick(pictures: number): number {
  let step = 1;
  for (const factor of cycle([2, 2.5, 2])) {
    if (pictures <= step * TICKS) return step;
    step *= factor;
  }
  return step;
}

function* cycle(factors: readonly number[]): Generator<number> {
  for (;;) yield* factors;
}

/** The parts of the row. With a choice, the ticks past what it charges show what becomes of them. */
export function parts(quote: QuoteView, choice: ChoiceView | null = null): Part[] {
  const step = perTick(quote.charged);
  const charged = choice?.charged ?? quote.charged;
  const rest: Fate = choice !== null && choice.on_device > 0 ? 'device' : 'out';
  const flagged = new Set<PocketView>();
  let from = 0;
  return quote.stretches
    .filter(({ pictures }) => pictures > 0)
    .map(({ pocket, pictures, credits: sum }) => {
      const part: Part = { pocket, from, pictures, credits: sum, ticks: ticks(from, pictures, step, charged, rest), flag: null };
      if (!flagged.has(pocket)) part.flag = flagOf(pocket, quote);
      flagged.add(pocket);
      from += pictures;
      return part;
    });
}

function flagOf(pocket: PocketView, quote: QuoteView): Part['flag'] {
  if (pocket === 'payg' && quote.payg_from !== null) return 'payg';
  if (pocket === 'uncovered' && quote.ends_at !== null) return 'end';
  return null;
}

/** Cut at every `step` from the part's beginning, and where the charging ends. */
function ticks(from: number, pictures: number, step: number, charged: number, rest: Fate): Tick[] {
  const cut: Tick[] = [];
  const end = from + pictures;
  for (let at = from; at < end; ) {
    const next = Math.min(end, from + (Math.floor((at - from) / step) + 1) * step);
    const to = at < charged ? Math.min(next, charged) : next;
    cut.push({ at, pictures: to - at, fate: at < charged ? 'charged' : rest });
    at = to;
  }
  return cut;
}

/** The same in words, for those who do not see it: each pocket with its pictures and credits, then the two flags. */
export function told(quote: QuoteView): string {
  const shares = quote.stretches.map(
    ({ pocket, pictures, credits: sum }) => `${POCKET_WORDS[pocket]}: ${pictures} ${pictures === 1 ? 'picture' : 'pictures'}, ${credits(sum)}`,
  );
  const flags = [
    ...(quote.payg_from === null ? [] : [`Pay as you go begins at picture ${quote.payg_from}`]),
    ...(quote.ends_at === null ? [] : [endWords(quote.ends_at)]),
  ];
  return [...shares, ...flags].map((sentence) => `${sentence}.`).join(' ');
}

/** "Credits end after picture 15"; before the first, that they do not reach at all. */
export function endWords(reach: number): string {
  return reach === 0 ? 'Credits reach no picture' : `Credits end after picture ${reach}`;
}

/** A flag in the row: where it stands, to which side its words hang, and how low, so that two never cross. */
export interface Flag {
  kind: 'payg' | 'end';
  /** The charged picture before which it stands. */
  from: number;
  side: 'left' | 'right';
  lane: 1 | 2;
}

/** How wide a tick may get, of the row's full width: a few pictures stay a few ticks. */
const WIDEST = 0.05;

/** How much of the full width the row takes, 0–1. */
export function spread(drawn: readonly Part[]): number {
  return Math.min(1, total(drawn) * WIDEST);
}

/** The flags of the row. Words hang where there is room; where they would cross, one hangs lower. */
export function flags(drawn: readonly Part[]): Flag[] {
  const width = spread(drawn);
  const all = total(drawn);
  const found = drawn.flatMap(({ flag, from }): Flag[] => {
    if (flag === null) return [];
    const place = (from / all) * width;
    const side = flag === 'payg' ? (place >= 0.25 ? 'left' : 'right') : place > 0.7 ? 'left' : 'right';
    return [{ kind: flag, from, side, lane: 1 }];
  });
  const [payg, end] = [found.find(({ kind }) => kind === 'payg'), found.find(({ kind }) => kind === 'end')];
  if (payg !== undefined && end !== undefined && payg.side === end.side) (payg.side === 'left' ? end : payg).lane = 2;
  return found;
}

function total(drawn: readonly Part[]): number {
  return drawn.reduce((sum, { pictures }) => sum + pictures, 0);
}
