import { describe, expect, it } from 'vitest';

import { catalogue, plan } from '../mock/credits';
import type { OfferView } from '../src/lib/bindings/OfferView';
import { hour, withLevel } from '../src/lib/levels';
import { amount, checked, chosen, draftOf, rolloverWords, withLot, type Faults, type PlanDraft } from '../src/lib/planform';

const typed = (change: Partial<PlanDraft> = {}): PlanDraft => ({ ...draftOf(null), monthly: '40', day: '3', ...change });
const faults = (draft: PlanDraft): Faults => {
  const result = checked(draft);
  return 'faults' in result ? result.faults : {};
};

describe('what is typed', () => {
  it.each([
    ['40', '40'],
    [' 1 200 ', '1200'],
    ['1,200', '1200'],
    ['1,200.5', '1200.5'],
    ['9.50', '9.5'],
    ['9,50', '9.5'],
    ['0', '0'],
    ['forty', null],
    ['-4', null],
    ['1e3', null],
    ['0.1234567', null],
    ['', null],
  ])('%j is the amount %s', (text, decimal) => expect(amount(text)).toBe(decimal));

  it('becomes a plan', () => {
    expect(checked(typed({ used: '8', rollover: 'up_to', months: '5', price: '9', currency: ' usd ' }))).toEqual({
      plan: {
        name: null,
        monthly: '40',
        renewal_day: 3,
        zone: null,
        rollover_months: 5,
        price: '9',
        currency: 'USD',
        used: '8',
        payg: [],
      },
    });
  });

  it('leaves open what is left empty', () => {
    expect(checked(typed())).toMatchObject({ plan: { rollover_months: null, price: null, currency: null, used: null } });
    expect(checked(typed({ rollover: 'none' }))).toMatchObject({ plan: { rollover_months: 0 } });
  });

  it.each([
    [{ monthly: '' }, 'monthly'],
    [{ monthly: '0' }, 'monthly'],
    [{ day: '0' }, 'day'],
    [{ day: '32' }, 'day'],
    [{ day: '3.5' }, 'day'],
    [{ rollover: 'up_to', months: '' }, 'months'],
    [{ used: 'some' }, 'used'],
    [{ used: '40.000001' }, 'used'],
    [{ price: 'cheap', currency: 'USD' }, 'price'],
    [{ price: '9', currency: '' }, 'currency'],
    [{ price: '9', currency: '$' }, 'currency'],
  ] as const)('of %j has its fault at %s', (change, field) => {
    expect(Object.keys(faults(typed(change as Partial<PlanDraft>)))).toEqual([field]);
  });

  it('may use up the whole month', () => expect(faults(typed({ used: '40' }))).toEqual({}));

  it('takes the practice plan as it was stated, coins and all', () =>
    expect(checked(typed({ price: '3', currency: 'practice coins' }))).toMatchObject({ plan: { currency: 'practice coins' } }));

  it('needs no currency without a price', () => expect(faults(typed({ currency: '$' }))).toEqual({}));

  it('drops empty rows of pay as you go and names half ones', () => {
    const lot = (key: number, credits: string, lapses_on: string | null = null, half = false) => ({ key, credits, lapses_on, half });
    expect(checked(typed({ lots: [lot(0, ''), lot(1, '10', '2027-03-01'), lot(2, '5')] }))).toMatchObject({
      plan: {
        payg: [
          { credits: '10', lapses_on: '2027-03-01' },
          { credits: '5', lapses_on: null },
        ],
      },
    });
    expect(Object.keys(faults(typed({ lots: [lot(4, '', '2027-03-01'), lot(7, '5', null, true), lot(8, '0')] })))).toEqual(['lot-4', 'lot-7', 'lot-8']);
  });
});

describe('the fields begin', () => {
  it('with the plan that is known', () => {
    expect(draftOf(plan)).toMatchObject({ offer: '40 credits', monthly: '40', day: '3', rollover: 'up_to', months: '5', used: '', price: '9', zone: 'Europe/Berlin' });
    expect(checked(draftOf(plan))).toMatchObject({ plan: { name: '40 credits', zone: 'Europe/Berlin', used: null, payg: plan.payg } });
  });

  it('with what was proposed, over it, and without what belonged to the old size', () => {
    const proposal = { id: 'p', text: '', monthly: '200', renewal_day: 5 };
    expect(draftOf(plan, proposal)).toMatchObject({ offer: '', monthly: '200', day: '5', rollover: 'unknown', price: '', zone: 'Europe/Berlin' });
    expect(draftOf(plan, { ...proposal, monthly: '40.0' })).toMatchObject({ offer: '40 credits', day: '5', price: '9' });
    expect(draftOf(null, { ...proposal, monthly: null, renewal_day: null })).toMatchObject({ monthly: '', day: '' });
  });

  it('with what a chosen plan says, and stay typed without one', () => {
    const offer = catalogue.plans[1] as OfferView;
    expect(chosen(typed({ used: '3' }), offer, 'USD')).toMatchObject({ offer: '200 credits', monthly: '200', price: '39', currency: 'USD', rollover: 'none', used: '3' });
    expect(chosen(typed({ offer: '200 credits' }), null, 'USD')).toMatchObject({ offer: '', monthly: '40' });
  });

  it('with rows that are told apart however they come and go', () => {
    const [a, b] = withLot(withLot([]));
    expect([a?.key, b?.key]).toEqual([0, 1]);
    expect(withLot(b ? [b] : []).map(({ key }) => key)).toEqual([1, 2]);
  });
});

it.each([
  [null, 'not known'],
  [0, 'none'],
  [1, 'up to one month’s credits'],
  [5, 'up to 5 months’ credits'],
])('rollover of %s months is "%s"', (months, words) => expect(rolloverWords(months)).toBe(words));

describe('levels', () => {
  it('are kept in order', () => expect(withLevel([80], '50 %')).toEqual({ levels: [50, 80] }));

  it.each(['', '0', '100', '80', '12.5', 'half'])('do not take %j', (text) => expect(withLevel([80], text)).toHaveProperty('fault'));

  it('have hours written out', () => expect([hour(0), hour(22)]).toEqual(['00:00', '22:00']));
});
