import { describe, expect, it } from 'vitest';

import { cycle } from '../mock/credits';
import { gauge, measured, unknown } from '../mock/fixtures';
import { paceWords, renewalWords, usedKnown, usedSentence, usedShare } from '../src/lib/cycle';

const told = gauge({ subscription: measured('2'), rollover: measured('0') });
const tens = cycle({ monthly: '10', used: '8', used_percent: 80 });

describe('the month', () => {
  it('is said with its numbers first', () => {
    expect(usedSentence(told, tens)).toBe('8 of 10 monthly credits used, 2 left until 3 December');
  });

  it('has left what the pocket has, not what a subtraction would leave', () => {
    expect(usedSentence(gauge({ subscription: measured('1'), rollover: measured('0') }), tens)).toBe(
      '8 of 10 monthly credits used, 1 left until 3 December',
    );
  });

  it('does not claim a rest until a day that has passed', () => {
    expect(usedSentence(told, { ...tens, renewal_due: true })).toBe('8 of 10 monthly credits used, 2 left');
    expect(renewalWords({ ...tens, renewal_due: true })).toBe('The renewal of 3 December is due; no balance has shown it yet');
  });

  it('says so where its use is not known', () => {
    const blind = cycle({ used: null, used_percent: null, used_source: 'unknown' });
    expect(usedSentence(gauge({ rollover: unknown }), blind)).toBe('40 credits a month; how many of them are used is not known');
    expect(paceWords(blind)).toBe('65 % of the month gone');
    expect(usedShare(blind)).toBeNull();
    expect(usedKnown(blind)).toBeNull();
  });

  it.each([
    [0, 'Renews today, 3 December'],
    [1, '1 day to renewal on 3 December'],
    [11, '11 days to renewal on 3 December'],
  ])('%d days before the renewal it is "%s"', (days_left, words) => expect(renewalWords(cycle({ days_left }))).toBe(words));

  it.each([
    [32, 'slower than an even pace'],
    [62, 'an even pace'],
    [70, 'an even pace'],
    [71, 'faster than an even pace'],
  ])('at 65 %% with %d %% used goes at %s', (used_percent, words) => {
    expect(paceWords(cycle({ used_percent }))).toBe(`65 % of the month gone: ${words}`);
  });

  it('never runs out of its bar', () => {
    expect(usedShare(cycle({ used_percent: 100 }))).toBe(1);
    expect(paceWords(cycle({ used_percent: null, elapsed: 1.4 }))).toBe('100 % of the month gone');
  });
});
