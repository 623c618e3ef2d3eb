/** Credits a day as stacked bars and in words. Sums are made to draw with; the figures that are written are the core's. */

import type { DayView } from './bindings/DayView';
import { drawn, figure, isZero } from './money';
import { dayOfYear } from './time';

/** What a bar is made of, from the foot up: the order in which the pockets pay. */
export const PARTS = ['subscription', 'rollover', 'payg', 'enterprise', 'untold', 'elsewhere'] as const;
export type Part = (typeof PARTS)[number];

export const PART_NAMES: Record<Part, string> = {
  subscription: 'Subscription',
  rollover: 'Rollover',
  payg: 'Pay as you go',
  enterprise: 'Enterprise',
  untold: 'Pocket not known',
  elsewhere: 'Used elsewhere',
};

const IN_LINE: Record<Part, string> = {
  subscription: 'subscription',
  rollover: 'rollover',
  payg: 'PAYG',
  enterprise: 'enterprise',
  untold: 'of no known pocket',
  elsewhere: 'elsewhere',
};

/** The parts that any of these days has. */
export function partsOf(days: readonly DayView[]): Part[] {
  return PARTS.filter((part) => days.some((day) => !isZero(day[part])));
}

/** A bar's height, as a length. */
export function barLength(day: DayView): number {
  return PARTS.reduce((sum, part) => sum + drawn(day[part]), 0);
}

/** "18 November: 4 subscription + 1 PAYG, 5 pictures"; "18 November: nothing". */
export function dayWords(day: DayView): string {
  const parts = PARTS.filter((part) => !isZero(day[part])).map((part) => `${figure(day[part])} ${IN_LINE[part]}`);
  const pictures = day.charges === 0 ? '' : `, ${day.charges} ${day.charges === 1 ? 'picture' : 'pictures'}`;
  return `${dayOfYear(day.day)}: ${parts.length === 0 ? 'nothing' : parts.join(' + ')}${pictures}`;
}
