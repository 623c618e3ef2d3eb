/** Scenes for the Credits view: `/?scene=credits-NAME&click=rail-credits`. */

import type { AccountView } from '../src/lib/bindings/AccountView';
import type { CreditsView } from '../src/lib/bindings/CreditsView';
import type { FigureView } from '../src/lib/bindings/FigureView';
import type { GaugeView } from '../src/lib/bindings/GaugeView';
import { advice, burnDown, creditsView, cycle, days, forecast, noDays, noForecast, plan } from './credits';
import { gauge, measured, overview, practice, problem, removebg, unknown } from './fixtures';
import type { Scene } from './scene';

const inferred = (amount: string, age_s = 3): FigureView => ({ amount, source: 'inferred', age_s });
const open: AccountView = { ...removebg, ends_at: null };

function scene(of: GaugeView, change: Partial<CreditsView> = {}, account: AccountView = open): Scene {
  return {
    overview: overview({ accounts: [practice, account], active: account.id, gauge: of }),
    credits: creditsView({ gauge: of, plan, ...change }),
  };
}

const fresh = gauge({ subscription: inferred('27'), rollover: inferred('12'), payg: measured('10'), total: measured('49'), cycle: cycle() });

const low = gauge({
  level: 'low',
  subscription: inferred('2'),
  rollover: inferred('0'),
  payg: measured('5'),
  total: measured('7'),
  free_previews: measured('31'),
  cycle: cycle({ monthly: '10', used: '8', used_percent: 80, used_source: 'measured' }),
});

const payg = gauge({
  level: 'payg',
  subscription: inferred('0'),
  rollover: inferred('0'),
  payg: measured('4'),
  reserved: measured('2'),
  undecided: measured('1'),
  total: measured('4'),
  cycle: cycle({ monthly: '10', used: '10', used_percent: 100, used_source: 'measured' }),
});

const empty = gauge({
  level: 'empty',
  subscription: inferred('0'),
  rollover: inferred('0'),
  payg: measured('0.25'),
  total: measured('0.25'),
  free_previews: measured('0'),
  cycle: cycle({ monthly: '10', used: '10', used_percent: 100 }),
});

const tens = { ...plan, name: null, monthly: '10', rollover_months: 0, price: null, currency: null, payg: [] };

const old = 93_600;
const stale = gauge({
  ...fresh,
  subscription: inferred('27', old),
  rollover: inferred('12', old),
  payg: measured('10', old),
  total: measured('49', old),
  free_previews: measured('50', old),
  observed_at: new Date(Date.now() - old * 1000).toISOString(),
  stale: true,
  problem: problem('no_network', 'The service could not be reached, so these figures are old.', 'Check the connection.'),
});

const untold = gauge({
  subscription: measured('52'),
  rollover: unknown,
  rollover_at_least: '12',
  total: measured('62'),
  cycle: cycle({ used: null, used_percent: null, used_source: 'unknown' }),
});

const blank = gauge({ level: 'unknown', subscription: unknown, payg: unknown, free_previews: unknown, total: unknown, reserved: unknown, undecided: unknown, observed_at: null });

const topUp = {
  id: 'top-up',
  kind: 'top_up' as const,
  text: '2 credits are left until 3 December; at the usual pace they last about 2 days, and 9 more would be needed.',
  warning: null,
  page: 'top_up' as const,
};
const upgrade = {
  id: 'upgrade',
  kind: 'upgrade' as const,
  text: 'In each of the last 3 months the 10 credits of the plan were used before the month was over.',
  warning: 'Changing the plan ends its rollover: 12 credits carried over would be lost.',
  page: 'upgrade' as const,
};

const end = {
  at: '2026-12-01T09:00:00+01:00',
  when: '1 December 2026, 09:00 CET',
  ended: false,
  days_left: 9,
  lapses: '18 PAYG credits lapse on 1 December 2026, 09:00 CET.',
  advice: ['Use them before that day: about 2 a day.', 'Export the receipts you need.', 'Add an account with another service.'],
};

export const creditScenes = {
  'credits-fresh': scene(fresh, { forecast: forecast() }),
  'credits-low': scene(low, {
    plan: tens,
    prompts: [topUp],
    forecast: forecast({
      rate_per_day: '0.9',
      burn_down: burnDown(7, 0.9),
      lasts_days: 8,
      runs_out_on: '2026-11-30',
      sentences: ['7 credits last about 8 days, until 30 November; the renewal is on 3 December.', 'Pay as you go begins about 24 November.'],
    }),
  }),
  'credits-payg': scene(payg, {
    plan: tens,
    prompts: [upgrade, { ...topUp, text: '4 credits are left until 3 December; at the usual pace they last about 4 days, and 8 more would be needed.' }],
    awaiting_purchase: new Date(Date.now() - 720_000).toISOString(),
    days: days(({ subscription }, index) => (index > 30 ? { subscription: '0', payg: subscription } : index === 20 ? { elsewhere: '6' } : index < 16 ? { subscription: '0', rollover: subscription } : {})),
    forecast: forecast({ burn_down: burnDown(4, 1.1), rate_per_day: '1.1', runs_out_on: '2026-11-26', sentences: ['4 credits last about 4 days, until 26 November.'] }),
  }),
  'credits-empty': scene(empty, { plan: tens, prompts: [{ ...topUp, text: '0.25 credits are left until 3 December, too few for a picture.' }] }),
  'credits-stale': scene(stale, { forecast: forecast() }),
  'credits-unknown': scene(blank, { plan: null, days: noDays(), forecast: { ...noForecast, none_yet: 'No charge yet: a forecast needs three days and five charges.' } }),
  'credits-noplan': scene(gauge(), { plan: null }),
  'credits-untold': scene(untold),
  'credits-proposal': scene(gauge({ subscription: measured('239'), total: measured('249') }), {
    plan: null,
    proposal: { id: 'p1', text: '200 credits came on 3 November, as a renewal would bring them. Is this a plan of 200 credits a month that renews on the 3rd?', monthly: '200', renewal_day: 3 },
  }),
  'credits-advice': scene(fresh, { forecast: forecast(), advice }),
  'credits-closing': scene(gauge({ ...fresh, payg: measured('18'), total: measured('57') }), { end, forecast: forecast() }, removebg),
  'credits-ended': scene(
    gauge({ ...stale, problem: problem('service_ended', 'remove.bg has ended its service.', 'Nothing is sent to it any more.') }),
    { end: { ...end, ended: true, days_left: 0, lapses: '18 PAYG credits lapsed on 1 December 2026, 09:00 CET.', advice: ['Save what is paid wherever you need it: that stays free.'] } },
    { ...removebg, ended: true },
  ),
  'credits-broken': { ...scene(fresh), credits: problem('store_trouble', 'The ledger could not be read.', 'Close other programs that use it, then try again.') },
} satisfies Record<string, Scene>;
