/**
 * The burn-down as shapes: days from left to right, credits from the zero line up. Amounts become lengths here and nothing
 * else; every figure that is written comes from the core as it is.
 */

import type { BurnView } from './bindings/BurnView';
import { scaleFor } from './gauge';
import { credits, drawn, figure } from './money';
import { dayNumber, dayOfYear } from './time';

export interface Box {
  width: number;
  height: number;
  /** Room for the figures at the left and the days beneath. */
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** A day of the chart, where it lies. */
export interface Point {
  x: number;
  burn: BurnView;
}

export interface Chart {
  points: Point[];
  /** What was left, day by day. */
  past: string;
  /** What is likely to be left, from the last day that has passed. */
  likely: string;
  /** Four chances of five, as a closed shape. */
  band: string;
  /** The heights that are written at the left. */
  heights: { y: number; words: string }[];
  /** The days that are written beneath, none upon another. */
  days: { x: number; words: string; anchor: 'start' | 'middle' | 'end' }[];
  zero: number;
  /** Where the renewal lies; `null` where it is not on the chart. */
  renewal: number | null;
  /** Where the credits run out; `null` where they do not before the chart ends. */
  out: { x: number; words: string } | null;
  /** The last day that has passed: from here on it is a forecast. */
  now: number;
  y: (amount: string) => number;
}

const LABEL_ROOM = 64;

/** The chart; `null` where there are not two days to draw a line between. */
export function chart(days: readonly BurnView[], renewsAt: string | null, runsOutOn: string | null, box: Box): Chart | null {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined || days.length < 2) return null;
  const [from, to] = [dayNumber(first.day), dayNumber(last.day)];
  const [left, right, zero] = [box.left, box.width - box.right, box.height - box.bottom];
  const at = (day: string): number => left + ((dayNumber(day) - from) / Math.max(1, to - from)) * (right - left);
  const top = scaleFor(Math.max(...days.map(({ high }) => drawn(high))), 1);
  const height = (amount: number): number => zero - (amount / top) * (zero - box.top);
  const y = (amount: string): number => height(drawn(amount));

  const points = days.map((burn) => ({ x: at(burn.day), burn }));
  const passed = points.filter(({ burn }) => burn.past);
  const present = passed.at(-1) ?? (points[0] as Point);
  const ahead = [present, ...points.filter(({ burn }) => !burn.past && burn !== present.burn)];
  const line = (of: readonly Point[], which: 'low' | 'likely' | 'high'): string[] =>
    of.map(({ x, burn }) => `${round(x)} ${round(y(burn[which]))}`);

  const renewalDay = renewsAt === null ? null : dayNumber(renewsAt);
  const renewal = renewsAt !== null && renewalDay !== null && renewalDay >= from && renewalDay <= to ? at(renewsAt) : null;
  const outDay = runsOutOn === null ? null : dayNumber(runsOutOn);

  return {
    points,
    past: passed.length > 1 ? `M${line(passed, 'likely').join('L')}` : '',
    likely: ahead.length > 1 ? `M${line(ahead, 'likely').join('L')}` : '',
    band: ahead.length > 1 ? `M${[...line(ahead, 'high'), ...line(ahead, 'low').reverse()].join('L')}Z` : '',
    heights: [top, top / 2, 0].map((amount) => ({ y: height(amount), words: figure(String(amount)) })),
    days: labels(first, present, last, at),
    zero,
    renewal,
    out:
      runsOutOn !== null && outDay !== null && outDay >= from && outDay <= to
        ? { x: at(runsOutOn), words: `out about ${dayOfYear(runsOutOn, 'short')}` }
        : null,
    now: present.x,
    y,
  };
}

function labels(first: BurnView, present: Point, last: BurnView, at: (day: string) => number): Chart['days'] {
  const ends: Chart['days'] = [
    { x: at(first.day), words: dayOfYear(first.day, 'short'), anchor: 'start' },
    { x: at(last.day), words: dayOfYear(last.day, 'short'), anchor: 'end' },
  ];
  const clear = ends.every(({ x }) => Math.abs(x - present.x) >= LABEL_ROOM);
  return clear ? [...ends, { x: present.x, words: 'today', anchor: 'middle' }] : ends;
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** A day read out: "18 November: 12 credits left", "30 November: about 4, between 0 and 9". */
export function burnWords({ day, low, likely, high, past }: BurnView): string {
  if (past) return `${dayOfYear(day)}: ${credits(likely)} left`;
  return `${dayOfYear(day)}: about ${figure(likely)} left, between ${figure(low)} and ${figure(high)}`;
}
