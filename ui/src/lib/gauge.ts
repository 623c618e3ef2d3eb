/**
 * What the gauge draws and says, worked out of what it is told: pockets in the order they are drawn from, how high each
 * stands, where the levels lie that the user wants to hear of, and how the account stands in a word.
 */

import type { FigureView } from './bindings/FigureView';
import type { GaugeLevel } from './bindings/GaugeLevel';
import type { GaugeView } from './bindings/GaugeView';
import type { SourceView } from './bindings/SourceView';
import { drawn, figure, isZero } from './money';

/** The pockets in the order in which they pay. */
export const POCKETS = ['subscription', 'rollover', 'payg', 'enterprise'] as const;
export type Pocket = (typeof POCKETS)[number];

export const POCKET_NAMES: Record<Pocket, string> = {
  subscription: 'Subscription',
  rollover: 'Rollover',
  payg: 'Pay as you go',
  enterprise: 'Enterprise',
};

export const SOURCE_WORDS: Record<SourceView, string> = {
  measured: 'measured',
  entered: 'entered by you',
  inferred: 'inferred',
  unknown: 'not known',
};

export type GaugeState = 'fresh' | 'stale' | 'unknown';

/** How far the gauge can be trusted. */
export function gaugeState(gauge: GaugeView): GaugeState {
  if (gauge.total.amount === null) return 'unknown';
  return gauge.stale ? 'stale' : 'fresh';
}

/** The pockets worth a line: enterprise only where the service gives one. */
export function shownPockets(gauge: GaugeView): Pocket[] {
  return POCKETS.filter((pocket) => pocket !== 'enterprise' || known(gauge.enterprise));
}

function known(figure: FigureView): boolean {
  return figure.amount !== null && !isZero(figure.amount);
}

/** One band of the tube, from the top. */
export interface Band {
  pocket: Pocket;
  reserved: boolean;
  /** Part of the tube's height, 0–1. */
  share: number;
}

/** A round number of credits that the full height of something drawn stands for; at least `least`. */
export function scaleFor(most: number, least = 10): number {
  const wanted = Math.max(most, least);
  const power = 10 ** Math.floor(Math.log10(wanted));
  return [1, 2, 2.5, 4, 5, 6, 8, 10].map((step) => step * power).find((scale) => scale >= wanted) ?? wanted;
}

/** The credits that the tube has to have room for: the most seen, and a whole month's on top of what pays after it. */
export function roomFor(gauge: GaugeView, most: number): number {
  const { carried, later } = heights(gauge);
  return Math.max(most, gauge.cycle === null ? 0 : drawn(gauge.cycle.monthly) + carried + later);
}

/** For drawing only. What is at least carried over is drawn as rollover, though the figure still has it as subscription. */
function heights(gauge: GaugeView): { month: number; carried: number; later: number } {
  const told = gauge.rollover.amount !== null;
  const subscription = drawn(gauge.subscription.amount);
  const carried = told ? drawn(gauge.rollover.amount) : Math.min(drawn(gauge.rollover_at_least), subscription);
  return {
    month: told ? subscription : subscription - carried,
    carried,
    later: drawn(gauge.payg.amount) + drawn(gauge.enterprise.amount),
  };
}

/**
 * The bands of the tube from the top: what pays first stands highest, so that the level sinks as credits are spent.
 * What is reserved is still in its pocket; it is marked on top, where it will be drawn from.
 */
export function bands(gauge: GaugeView, scale: number): Band[] {
  let toMark = drawn(gauge.reserved.amount);
  const { month, carried } = heights(gauge);
  const stand: Record<Pocket, number> = {
    subscription: month,
    rollover: carried,
    payg: drawn(gauge.payg.amount),
    enterprise: drawn(gauge.enterprise.amount),
  };
  return POCKETS.flatMap((pocket) => {
    const height = stand[pocket];
    const marked = Math.min(toMark, height);
    toMark -= marked;
    return [
      { pocket, reserved: true, share: marked / scale },
      { pocket, reserved: false, share: (height - marked) / scale },
    ];
  }).filter((band) => band.share > 0);
}

/** The pocket that what is reserved will be drawn from first: what its swatch is coloured by. */
export function reservedPocket(gauge: GaugeView): Pocket {
  return bands(gauge, 1).find(({ reserved }) => reserved)?.pocket ?? 'subscription';
}

/** A level that the user wants to hear of, as a height in the tube. */
export interface LevelMark {
  /** Per cent of the month's credits used. */
  percent: number;
  /** Part of the tube's height, 0–1, at which the credits stand when it is reached. */
  at: number;
}

/** Where the levels lie in the tube: known only with a cycle whose use is known. */
export function levelMarks(gauge: GaugeView, scale: number): LevelMark[] {
  const { cycle } = gauge;
  if (cycle === null || cycle.used === null) return [];
  const { carried, later } = heights(gauge);
  const monthly = drawn(cycle.monthly);
  return gauge.levels.map((percent) => ({ percent, at: ((1 - percent / 100) * monthly + carried + later) / scale }));
}

export interface Standing {
  /** In the rail, beneath the figure; nothing where all is well. */
  short: string | null;
  /** In the Credits view. */
  words: string;
  tone: 'quiet' | 'good' | 'warn' | 'bad';
}

/** How the account stands, in words. */
export const STANDINGS: Record<GaugeLevel, Standing> = {
  unknown: { short: null, words: 'Not known yet', tone: 'quiet' },
  fresh: { short: null, words: 'Plenty left', tone: 'good' },
  low: { short: 'running low', words: 'Running low', tone: 'warn' },
  payg: { short: 'on PAYG', words: 'Pay as you go pays now', tone: 'warn' },
  empty: { short: 'used up', words: 'Too few for a picture', tone: 'bad' },
};

/** "of which at least 12 rollover"; `null` where the two are told apart, or nothing is sure to be carried over. */
export function atLeastRollover(gauge: GaugeView): string | null {
  const least = gauge.rollover_at_least;
  if (gauge.rollover.amount !== null || least === null || isZero(least)) return null;
  return `of which at least ${figure(least)} rollover`;
}
