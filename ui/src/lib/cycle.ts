/** The running month in words: how much of it is used, how fast, and how long it still goes on. */

import type { CycleView } from './bindings/CycleView';
import type { GaugeView } from './bindings/GaugeView';
import { SOURCE_WORDS } from './gauge';
import { figure, minus } from './money';

/** "8 of 10 monthly credits used, 2 left until 3 December". */
export function usedSentence(gauge: GaugeView, cycle: CycleView): string {
  const until = cycle.renewal_due ? '' : ` until ${cycle.renews_on}`;
  if (cycle.used === null) return `${figure(cycle.monthly)} credits a month; how many of them are used is not known`;
  const left = gauge.rollover.amount === null ? minus(cycle.monthly, cycle.used) : gauge.subscription.amount;
  const rest = left === null ? '' : `, ${figure(left)} left${until}`;
  return `${figure(cycle.used)} of ${figure(cycle.monthly)} monthly credits used${rest}`;
}

/** "11 days to renewal". */
export function renewalWords(cycle: CycleView): string {
  if (cycle.renewal_due) return `The renewal of ${cycle.renews_on} is due; no balance has shown it yet`;
  if (cycle.days_left === 0) return `Renews today, ${cycle.renews_on}`;
  return `${cycle.days_left} ${cycle.days_left === 1 ? 'day' : 'days'} to renewal on ${cycle.renews_on}`;
}

/** How far apart use and time may be, in points of per cent, and still be called even. */
const EVEN = 5;

/** "60 % of the month gone: faster than an even pace"; the second half only where the use is known. */
export function paceWords(cycle: CycleView): string {
  const gone = Math.round(Math.min(1, Math.max(0, cycle.elapsed)) * 100);
  const said = `${gone} % of the month gone`;
  if (cycle.used_percent === null) return said;
  const ahead = cycle.used_percent - gone;
  if (Math.abs(ahead) <= EVEN) return `${said}: an even pace`;
  return `${said}: ${ahead > 0 ? 'faster' : 'slower'} than an even pace`;
}

/** How much of the cycle's bar is used up, 0–1; `null` while that is unknown. For drawing only. */
export function usedShare(cycle: CycleView): number | null {
  return cycle.used_percent === null ? null : Math.min(100, cycle.used_percent) / 100;
}

/** What the plan form says of a use that is known already; `null` where it is not. */
export function usedKnown(cycle: CycleView | null): string | null {
  if (cycle === null || cycle.used === null) return null;
  return `Known: ${figure(cycle.used)} used, ${SOURCE_WORDS[cycle.used_source]}. Leave it empty to keep that.`;
}
