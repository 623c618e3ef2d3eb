import { describe, expect, it } from 'vitest';

import type { DayView } from '../src/lib/bindings/DayView';
import { barLength, dayWords, partsOf } from '../src/lib/days';
import { dayNumber, dayOfYear } from '../src/lib/time';

const day = (change: Partial<DayView> = {}): DayView => ({
  day: '2026-11-18',
  subscription: '0',
  rollover: '0',
  payg: '0',
  enterprise: '0',
  untold: '0',
  elsewhere: '0',
  charges: 0,
  ...change,
});

describe('credits a day', () => {
  it.each([
    [day(), '18 November: nothing'],
    [day({ subscription: '4', payg: '1', charges: 5 }), '18 November: 4 subscription + 1 PAYG, 5 pictures'],
    [day({ subscription: '0.25', charges: 1 }), '18 November: 0.25 subscription, 1 picture'],
    [day({ elsewhere: '6' }), '18 November: 6 elsewhere'],
  ])('are read out', (of, words) => expect(dayWords(of)).toBe(words));

  it('are as long as their parts together', () => {
    expect(barLength(day({ subscription: '4', rollover: '0.5', elsewhere: '2' }))).toBe(6.5);
  });

  it('name only the pockets that paid, in the order in which they pay', () => {
    expect(partsOf([day({ payg: '1' }), day({ subscription: '1' })])).toEqual(['subscription', 'payg']);
    expect(partsOf([])).toEqual([]);
  });

  it('lie on days of no time zone', () => {
    expect(dayOfYear('2026-11-01')).toBe('1 November');
    expect(dayOfYear('2026-11-01', 'short')).toBe('1 Nov');
    expect(dayOfYear('soon')).toBe('soon');
    expect(dayNumber('2026-12-03T00:00:00+01:00') - dayNumber('2026-11-03')).toBe(30);
  });
});
