/** What the gauge draws, worked out of what it says: pockets in the order they are drawn from, and how high each stands. */

import type { FigureView } from './bindings/FigureView';
import type { GaugeView } from './bindings/GaugeView';
import type { SourceView } from './bindings/SourceView';
import { drawn, isZero } from './money';

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

/** A round number of credits that the tube's full height stands for. */
export function scaleFor(most: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(most, 1)));
  return [1, 2, 2.5, 5, 10].map((step) => step * power).find((scale) => scale >= Math.max(most, 10)) ?? 10;
}

/**
 * The bands of the tube from the top: what pays first stands highest, so that the level sinks as credits are spent.
 * What is reserved is still in its pocket; it is marked on top, where it will be drawn from.
 */
export function bands(gauge: GaugeView, scale: number): Band[] {
  let toMark = drawn(gauge.reserved.amount);
  return POCKETS.flatMap((pocket) => {
    const height = drawn(gauge[pocket].amount);
    const marked = Math.min(toMark, height);
    toMark -= marked;
    return [
      { pocket, reserved: true, share: marked / scale },
      { pocket, reserved: false, share: (height - marked) / scale },
    ];
  }).filter((band) => band.share > 0);
}
