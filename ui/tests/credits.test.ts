// @vitest-environment jsdom
import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { advice, catalogue, creditsView, cycle, forecast, plan } from '../mock/credits';
import { gauge, measured, overview, picture, practice, problem, removebg, settings, unknown } from '../mock/fixtures';
import type { CreditsView } from '../src/lib/bindings/CreditsView';
import { card, open, settled, tell } from './support';

const account = { active: removebg.id };

/** The window with the Credits view open. */
async function at(view: Partial<CreditsView> = {}, answers: Parameters<typeof open>[1] = {}, first: Parameters<typeof open>[0] = {}) {
  const shown = creditsView(view);
  const window = await open({ ...account, gauge: shown.gauge, ...first }, { credits: () => shown, catalogue: () => catalogue, ...answers });
  await window.user.click(screen.getByTestId('rail-credits'));
  await settled();
  return window;
}

describe('the rail', () => {
  it('leads to three views and says where one is', async () => {
    const { user } = await open();
    for (const view of ['credits', 'history', 'studio']) {
      await user.click(screen.getByTestId(`rail-${view}`));
      const current = screen.getAllByRole('button', { current: 'page' });
      expect(current.map((element) => element.dataset.testid)).toEqual([`rail-${view}`]);
    }
  });

  it('is walked by keys, and the gauge opens the credits', async () => {
    const { user } = await open();
    await user.keyboard('{Control>}2{/Control}');
    expect(screen.getByTestId('credits-view')).toBeTruthy();
    await user.keyboard('{Control>}1{/Control}');
    expect(screen.queryByTestId('credits-view')).toBeNull();
    await user.click(screen.getByTestId('gauge-open'));
    expect(screen.getByTestId('credits-view')).toBeTruthy();
  });

  it('keeps the studio as it was, and lets no key spend or drop what is out of sight', async () => {
    const a = picture('a', 'a.png', 'previewed');
    const { user, asked } = await open({ pictures: [a] });
    await user.click(card('a'));
    await user.keyboard('{Control>}2{/Control}');
    (document.activeElement as HTMLElement | null)?.blur();
    await user.keyboard('{Enter}{Delete}{Escape}');
    await settled();
    expect(asked('download')).toHaveLength(0);
    expect(asked('dismiss')).toHaveLength(0);
    await user.keyboard('{Control>}1{/Control}');
    expect(screen.getByTestId('opened').dataset.id).toBe('a');
  });

  it('comes back to the studio for pictures that were dropped', async () => {
    await at();
    await tell({ kind: 'added', added: { pictures: [picture('a', 'a.png', 'added')], refused: [] } });
    expect(screen.queryByTestId('credits-view')).toBeNull();
  });
});

describe('the view', () => {
  it('asks when it opens and again after news', async () => {
    const { asked } = await at();
    expect(asked('credits')).toHaveLength(1);
    await tell({ kind: 'credits_changed' });
    await tell({ kind: 'gauge', gauge: gauge() });
    await waitFor(() => expect(asked('credits')).toHaveLength(2));
  });

  it('never shows one account’s plan for another’s', async () => {
    let late: (view: CreditsView) => void = () => {};
    let turn = 0;
    const other = creditsView({ plan: null });
    const { user } = await at({}, {
      credits: () => (++turn === 1 ? new Promise((done) => (late = done)) : other),
      use_account: () => overview({ active: practice.id }),
    });
    await user.click(screen.getByTestId('account-button'));
    const item = (await screen.findAllByTestId('account-item')).find((element) => element.dataset.id === practice.id);
    await user.click(item as HTMLElement);
    await settled();
    late(creditsView({ plan }));
    await settled();
    expect(screen.queryByTestId('plan')).toBeNull();
    expect(screen.getByTestId('plan-empty')).toBeTruthy();
  });

  it('says why it knows nothing, and asks again', async () => {
    let works = false;
    const { user } = await at({}, { credits: () => (works ? creditsView() : Promise.reject(problem('store_trouble', 'The ledger could not be read.'))) });
    expect(screen.getByTestId('problem').dataset.code).toBe('store_trouble');
    expect(screen.getByTestId('balance-total').textContent).toBe('49');
    works = true;
    await user.click(screen.getByText('Try again'));
    await settled();
    expect(screen.queryByTestId('problem')).toBeNull();
    expect(screen.getByTestId('plan-empty')).toBeTruthy();
  });

  it('labels every part with amount, source and age', async () => {
    await at({ gauge: gauge({ rollover: { amount: '12', source: 'inferred', age_s: 7300 }, reserved: measured('2'), undecided: measured('1'), cycle: cycle() }) });
    expect(screen.getByTestId('balance-rollover').textContent).toContain('inferred, 2 h ago');
    expect(screen.getByTestId('balance-subscription').textContent).toContain('Subscription, this month’s');
    expect(screen.getByTestId('balance-reserved').textContent).toContain('1 credit of it may have been charged');
  });

  it('shows the month and marks its levels', async () => {
    const low = gauge({ level: 'low', subscription: measured('2'), rollover: measured('0'), levels: [50, 80], cycle: cycle({ monthly: '10', used: '8', used_percent: 80 }) });
    await at({ gauge: low, plan });
    expect(screen.getByTestId('cycle-used').textContent).toBe('8 of 10 monthly credits used, 2 left until 3 December');
    expect(screen.getByTestId('standing').textContent).toContain('Running low');
    expect(screen.getAllByTestId('gauge-mark')).toHaveLength(2);
  });

  it('offers to enter what is used where that is not known', async () => {
    const { user } = await at({ plan, gauge: gauge({ rollover: unknown, cycle: cycle({ used: null, used_percent: null, used_source: 'unknown' }) }) });
    await user.click(screen.getByTestId('enter-used'));
    expect(await screen.findByTestId('plan-used')).toBeTruthy();
  });

  it('is grey and says so when it is stale', async () => {
    await at({ gauge: gauge({ stale: true, level: 'payg', observed_at: new Date(Date.now() - 7_300_000).toISOString() }) });
    expect(screen.getByTestId('balance').dataset.stale).toBe('true');
    expect(screen.getByText('Last heard 2 h ago')).toBeTruthy();
    expect(screen.getByTestId('standing').textContent).toContain('When last heard: pay as you go pays now');
  });
});

describe('prompts', () => {
  const prompts: CreditsView['prompts'] = [
    { id: 'u', kind: 'upgrade', text: '9 more credits would be needed.', warning: '12 credits of rollover would be lost.', page: 'upgrade' },
    { id: 't', kind: 'top_up', text: '2 credits are left.', warning: null, page: 'top_up' },
  ];

  it('open their page, and are put away until the next month', async () => {
    const { user, asked } = await at({ prompts }, { dismiss_prompt: () => creditsView({ prompts: prompts.slice(1) }) });
    const upgrade = within(screen.getByTestId('prompt-upgrade'));
    expect(upgrade.getByText('12 credits of rollover would be lost.')).toBeTruthy();
    await user.click(upgrade.getByTestId('prompt-open'));
    expect(asked('open_page')[0]?.args).toEqual({ page: 'upgrade' });
    await user.click(upgrade.getByTestId('prompt-dismiss'));
    await settled();
    expect(asked('dismiss_prompt')[0]?.args).toEqual({ prompt: 'u' });
    expect(screen.queryByTestId('prompt-upgrade')).toBeNull();
    expect(screen.getByTestId('prompt-top_up')).toBeTruthy();
  });

  it('offer no page that the service does not have', async () => {
    await at({ prompts }, {}, { active: practice.id });
    expect(screen.queryByTestId('prompt-open')).toBeNull();
  });

  it('give way to a word while a purchase is awaited', async () => {
    await at({ awaiting_purchase: new Date().toISOString() });
    expect(screen.getByTestId('awaiting-purchase').textContent).toContain('15 to 40 minutes');
  });
});

describe('a proposal', () => {
  const proposal = { id: 'p1', text: '200 credits came on 3 November.', monthly: '200', renewal_day: 3 };

  it('fills the form in', async () => {
    const { user, asked } = await at({ proposal }, { set_plan: () => creditsView({ plan }) });
    await user.click(screen.getByTestId('proposal-yes'));
    expect(((await screen.findByTestId('plan-monthly')) as HTMLInputElement).value).toBe('200');
    await user.click(screen.getByTestId('plan-save'));
    await settled();
    expect(asked('set_plan')[0]?.args.plan).toMatchObject({ name: null, monthly: '200', renewal_day: 3, used: null, rollover_months: null });
    expect(screen.queryByTestId('proposal')).toBeNull();
    expect(screen.getByTestId('plan')).toBeTruthy();
  });

  it('is left alone by a no', async () => {
    const { user, asked } = await at({ proposal }, { decline_proposal: () => creditsView() });
    await user.click(screen.getByTestId('proposal-no'));
    await settled();
    expect(asked('decline_proposal')[0]?.args).toEqual({ proposal: 'p1' });
    expect(screen.queryByTestId('proposal')).toBeNull();
  });
});

describe('the plan form', () => {
  it('takes a plan from the list', async () => {
    const { user, asked } = await at({}, { set_plan: () => creditsView({ plan }) });
    await user.click(screen.getByTestId('plan-open'));
    await user.click(await screen.findByTestId('plan-offer'));
    await user.click(await screen.findByTestId('plan-offer-200 credits'));
    await user.type(screen.getByTestId('plan-day'), '31');
    await user.type(screen.getByTestId('plan-used'), '8');
    await user.click(screen.getByTestId('plan-save'));
    await settled();
    expect(asked('set_plan')[0]?.args).toEqual({
      plan: { name: '200 credits', monthly: '200', renewal_day: 31, zone: null, rollover_months: 0, price: '39', currency: 'USD', used: '8', payg: [] },
    });
    await waitFor(() => expect(screen.queryByTestId('plan-form')).toBeNull());
  });

  it('sends nothing that is wrong, and goes to the first fault', async () => {
    const { user, asked } = await at();
    await user.click(screen.getByTestId('plan-open'));
    await user.type(await screen.findByTestId('plan-monthly'), '40');
    await user.type(screen.getByTestId('plan-used'), '41');
    await user.click(screen.getByTestId('plan-save'));
    await settled();
    expect(asked('set_plan')).toHaveLength(0);
    const day = screen.getByTestId('plan-day');
    expect(day.getAttribute('aria-invalid')).toBe('true');
    expect(document.activeElement).toBe(day);
    const described = day.getAttribute('aria-describedby');
    expect(document.getElementById(described ?? '')?.textContent).toBe('A day of the month, 1 to 31.');
    expect(screen.getByTestId('plan-used-fault').textContent).toContain('More than the 40 credits of a month');
  });

  it('shows what the core says against it, and stays', async () => {
    const { user } = await at({ plan }, { set_plan: () => Promise.reject(problem('bad_request', 'There is no such day.')) });
    await user.click(screen.getByTestId('plan-open'));
    await user.click(await screen.findByTestId('plan-save'));
    await settled();
    expect(within(screen.getByTestId('plan-form')).getByTestId('problem').dataset.code).toBe('bad_request');
  });

  it('adds and removes rows of pay as you go', async () => {
    const { user, asked } = await at({ plan }, { set_plan: () => creditsView({ plan }) });
    await user.click(screen.getByTestId('plan-open'));
    await user.click(await screen.findByTestId('plan-lot-add'));
    const fields = screen.getAllByTestId('plan-lot-credits');
    expect(fields).toHaveLength(2);
    await user.type(fields[1] as HTMLElement, '5');
    await user.click(screen.getAllByTestId('plan-lot-remove')[0] as HTMLElement);
    await user.click(screen.getByTestId('plan-save'));
    await settled();
    expect(asked('set_plan')[0]?.args.plan).toMatchObject({ payg: [{ credits: '5', lapses_on: null }] });
  });

  it('takes a day part by part, and no half one', async () => {
    const { user, asked } = await at({ plan: { ...plan, payg: [] } }, { set_plan: () => creditsView({ plan }) });
    await user.click(screen.getByTestId('plan-open'));
    await user.click(await screen.findByTestId('plan-lot-add'));
    await user.type(screen.getByTestId('plan-lot-credits'), '5');
    const [first, , third] = within(screen.getByTestId('plan-lot-day')).getAllByRole('spinbutton');
    first?.focus();
    await user.keyboard('0103');
    await user.click(screen.getByTestId('plan-save'));
    await settled();
    expect(screen.getByText('The day is not complete. Finish it, or clear it.')).toBeTruthy();
    third?.focus();
    await user.keyboard('2027');
    await user.click(screen.getByTestId('plan-save'));
    await settled();
    expect(asked('set_plan')[0]?.args.plan).toMatchObject({ payg: [{ credits: '5', lapses_on: '2027-03-01' }] });
  });

  it('forgets the plan only when asked twice, and shows the list of prices', async () => {
    const { user, asked } = await at({ plan }, { forget_plan: () => creditsView() });
    await user.click(screen.getByTestId('plan-open'));
    await user.click(await screen.findByTestId('reveal-catalogue'));
    expect(asked('reveal_catalogue')).toHaveLength(1);
    expect(screen.getByTestId('plan-form').textContent).toContain('Prices looked up on 14 September 2026 from the pricing page');
    await user.click(screen.getByTestId('plan-forget'));
    expect(asked('forget_plan')).toHaveLength(0);
    await user.click(screen.getByTestId('plan-forget-sure'));
    await settled();
    expect(asked('forget_plan')).toHaveLength(1);
    expect(screen.getByTestId('plan-empty')).toBeTruthy();
  });
});

describe('the outlook', () => {
  it('draws a forecast and says the same in words', async () => {
    const { user } = await at({ plan, forecast: forecast() });
    const drawing = screen.getByRole('img', { name: 'Burn-down of the credits' });
    expect(document.getElementById(drawing.getAttribute('aria-describedby') ?? '')?.textContent).toContain('About 36 credits will be left');
    const scrub = screen.getByRole('slider', { name: 'Burn-down, day by day' });
    scrub.focus();
    await user.keyboard('{Home}');
    expect(scrub.getAttribute('aria-valuetext')).toMatch(/^3 November: .* credits left$/);
  });

  it('says why there is none yet', async () => {
    await at({ plan });
    expect(screen.getByTestId('forecast').textContent).toContain('a forecast needs three days and five charges');
    expect(screen.queryByTestId('burn-down')).toBeNull();
  });

  it('reads a day of the days', async () => {
    const { user } = await at();
    const scrub = screen.getByRole('slider', { name: 'Credits a day' });
    scrub.focus();
    expect(scrub.getAttribute('aria-valuetext')).toBe('22 November: 1 subscription, 1 picture');
    await user.keyboard('{ArrowLeft}');
    expect(scrub.getAttribute('aria-valuetext')).toBe('21 November: 3 subscription, 3 pictures');
  });

  it('compares the plans', async () => {
    await at({ plan, advice });
    const rows = within(screen.getByTestId('advice')).getAllByRole('row').map((row) => row.textContent);
    expect(rows[2]).toContain('40 credits');
    expect(rows[2]).toContain('yours');
    expect(within(screen.getByTestId('advice')).getByText('Best:')).toBeTruthy();
  });
});

describe('the end of a service', () => {
  const end = { at: '2026-12-01T09:00:00+01:00', when: '1 December 2026, 09:00 CET', ended: false, days_left: 9, lapses: '18 PAYG credits lapse on 1 December 2026, 09:00 CET.', advice: ['Export the receipts.'] };

  it('is told ahead, with what lapses and what to do', async () => {
    await at({ end });
    const card = screen.getByTestId('end-of-service');
    expect(card.textContent).toContain('remove.bg ends in 9 days, on 1 December 2026, 09:00 CET');
    expect(card.textContent).toContain('18 PAYG credits lapse');
    expect(card.textContent).toContain('Export the receipts.');
  });

  it('asks nobody any more once it has come', async () => {
    await at({ plan, end: { ...end, ended: true }, gauge: gauge({ cycle: cycle(), stale: true, problem: problem('service_ended', 'It has ended.') }) });
    expect(screen.getByTestId('end-of-service').textContent).toContain('remove.bg has ended');
    for (const gone of ['gauge-refresh', 'cycle-used', 'forecast', 'problem']) expect(screen.queryByTestId(gone)).toBeNull();
  });
});

describe('the notices', () => {
  it('are kept as they are set', async () => {
    const { user, asked } = await at({}, {
      set_notices: ({ levels, quiet_hours }) => ({ ...settings, notice_levels: levels, quiet_hours }),
    });
    await user.type(screen.getByTestId('notice-level-field'), '50{Enter}');
    await settled();
    expect(asked('set_notices')[0]?.args).toEqual({ levels: [50, 80], quiet_hours: null });
    expect(screen.getAllByTestId('notice-level').map((element) => element.dataset.level)).toEqual(['50', '80']);
    await user.click(screen.getByRole('button', { name: 'Do not tell at 80 %' }));
    await user.click(screen.getByTestId('quiet-switch'));
    await settled();
    expect(asked('set_notices')[2]?.args).toEqual({ levels: [50], quiet_hours: { from: 22, until: 8 } });
    expect(screen.getByTestId('quiet-from').textContent).toContain('22:00');
  });

  it('do not take a level that is none', async () => {
    const { user, asked } = await at();
    await user.type(screen.getByTestId('notice-level-field'), '120{Enter}');
    expect(screen.getByText('A whole number, 1 to 99.')).toBeTruthy();
    expect(asked('set_notices')).toHaveLength(0);
  });
});
