/** Made-up answers for the Credits view: a month on 22 November 2026, and what the core could say of it. */

import type { AdviceView } from '../src/lib/bindings/AdviceView';
import type { BurnView } from '../src/lib/bindings/BurnView';
import type { CatalogueView } from '../src/lib/bindings/CatalogueView';
import type { CreditsView } from '../src/lib/bindings/CreditsView';
import type { CycleView } from '../src/lib/bindings/CycleView';
import type { DayView } from '../src/lib/bindings/DayView';
import type { ForecastView } from '../src/lib/bindings/ForecastView';
import type { PlanView } from '../src/lib/bindings/PlanView';
import { gauge } from './fixtures';

const DAY_MS = 86_400_000;
const TODAY = Date.parse('2026-11-22T00:00:00Z');
const written = (offset: number): string => new Date(TODAY + offset * DAY_MS).toISOString().slice(0, 10);

export function cycle(change: Partial<CycleView> = {}): CycleView {
  return {
    began_at: '2026-11-03T00:00:00+01:00',
    renews_at: '2026-12-03T00:00:00+01:00',
    renews_on: '3 December',
    days_left: 11,
    elapsed: 0.65,
    monthly: '40',
    used: '13',
    used_percent: 32,
    used_source: 'inferred',
    renewal_due: false,
    ...change,
  };
}

export const plan: PlanView = {
  name: '40 credits',
  monthly: '40',
  renewal_day: 3,
  zone: 'Europe/Berlin',
  rollover_months: 5,
  price: '9',
  currency: 'USD',
  payg: [{ credits: '10', lapses_on: '2027-03-01' }],
  source: 'entered',
};

export const catalogue: CatalogueView = {
  dated: '2026-09-14',
  source: 'the pricing page and public copies of it',
  currency: 'USD',
  plans: [
    { name: '40 credits', monthly: '40', price: '9', rollover_months: 0 },
    { name: '200 credits', monthly: '200', price: '39', rollover_months: 0 },
    { name: '500 credits', monthly: '500', price: '89', rollover_months: 0 },
    { name: '1,200 credits', monthly: '1200', price: '189', rollover_months: null },
  ],
  own: false,
};

/** From what is left today down by so much a day, with a band that opens; and up to today along the days that were. */
export function burnDown(left: number, rate: number, ahead = 11, behind = 19): BurnView[] {
  return Array.from({ length: behind + ahead + 1 }, (_, index) => {
    const offset = index - behind;
    const wobble = offset < 0 ? Math.round(2 * Math.sin(offset * 1.7)) : 0;
    const likely = Math.max(0, left - rate * offset + (offset < 0 ? wobble : 0));
    const spread = offset > 0 ? rate * 1.6 * Math.sqrt(offset) : 0;
    const low = Math.max(0, likely - spread);
    const high = Math.min(left, likely + spread * 0.8);
    const figures = offset <= 0 ? [likely, likely, likely] : [low, likely, Math.max(high, likely)];
    const [a, b, c] = figures.map((value) => value.toFixed(2));
    return { day: written(offset), low: a ?? '0', likely: b ?? '0', high: c ?? '0', past: offset <= 0 };
  });
}

export function forecast(change: Partial<ForecastView> = {}): ForecastView {
  return {
    none_yet: null,
    rate_per_day: '1.2',
    burn_down: burnDown(49, 1.2),
    lasts_days: 40,
    runs_out_on: null,
    left_over: '14',
    forfeited: null,
    lapses: [],
    sentences: ['About 36 credits will be left at the renewal on 3 December; between 28 and 44 with four chances of five.', '14 of the month’s credits will be carried over.'],
    ...change,
  };
}

export const noForecast: ForecastView = {
  none_yet: '2 of 5 charges so far: a forecast needs three days and five charges.',
  rate_per_day: null,
  burn_down: [],
  lasts_days: null,
  runs_out_on: null,
  left_over: null,
  forfeited: null,
  lapses: [],
  sentences: [],
};

const USED = [0, 2, 3, 0, 0, 1, 4, 2, 0, 3, 0, 0, 5, 1, 0, 2, 2, 0, 0, 1, 3, 0.25, 0, 4, 0, 0, 2, 1, 3, 0, 2, 0, 0, 3, 1];

export function days(change: (day: DayView, index: number) => Partial<DayView> = () => ({})): DayView[] {
  return USED.map((used, index) => {
    const day: DayView = {
      day: written(index - USED.length + 1),
      subscription: String(used),
      rollover: '0',
      payg: '0',
      enterprise: '0',
      untold: '0',
      elsewhere: '0',
      charges: Math.ceil(used),
    };
    return { ...day, ...change(day, index) };
  });
}

export const noDays = (): DayView[] => days(() => ({ subscription: '0', charges: 0 }));

export const advice: AdviceView = {
  cycles: 3,
  currency: 'USD',
  dated: '2026-09-14',
  text: 'The 200-credit plan would have been enough in each of the last 3 months, for 117 USD; yours with pay as you go came to 171 USD.',
  plans: [
    { name: 'Pay as you go only', monthly: '0', cost: '396', enough: false, current: false },
    { name: '40 credits', monthly: '40', cost: '171', enough: false, current: true },
    { name: '200 credits', monthly: '200', cost: '117', enough: true, current: false },
    { name: '500 credits', monthly: '500', cost: '267', enough: true, current: false },
  ],
  ways: [
    { text: 'Upgrade to 200 credits a month: 117 USD over these months, 54 USD less.', cost: '117', best: true },
    { text: 'Keep your plan, pay as you go as backup: 171 USD.', cost: '171', best: false },
    { text: 'Go without a plan, pay as you go only: 396 USD, 225 USD more.', cost: '396', best: false },
  ],
};

export function creditsView(change: Partial<CreditsView> = {}): CreditsView {
  return {
    gauge: gauge(),
    plan: null,
    proposal: null,
    prompts: [],
    forecast: noForecast,
    advice: null,
    end: null,
    days: days(),
    awaiting_purchase: null,
    ...change,
  };
}
