import { describe, expect, it } from 'vitest';

import { credits, drawn, figure, fromMicros, isZero, micros, minus } from '../src/lib/money';

describe('amounts', () => {
  it.each([
    ['0', '0'],
    ['1', '1'],
    ['39.75', '39.75'],
    ['0.250000', '0.25'],
    ['1250', '1,250'],
    ['1234567.5', '1,234,567.5'],
    ['-0.25', '−0.25'],
    [null, '?'],
    ['', '?'],
    ['much', '?'],
  ])('%s is written %s', (amount, written) => expect(figure(amount)).toBe(written));

  it.each([
    ['1', '1 credit'],
    ['1.0', '1 credit'],
    ['0', '0 credits'],
    ['0.25', '0.25 credits'],
    ['3', '3 credits'],
  ])('%s is said "%s"', (amount, said) => expect(credits(amount)).toBe(said));

  it('are subtracted to the millionth, where numbers would drift', () => {
    expect(minus('0.3', '0.1')).toBe('0.2');
    expect(minus('9007199254740993', '0.000001')).toBe('9007199254740992.999999');
    expect(minus('1', '1.5')).toBe('-0.5');
  });

  it('stay unknown where a part is unknown', () => {
    expect(minus(null, '1')).toBeNull();
    expect(minus('1', null)).toBeNull();
    expect(isZero(null)).toBe(false);
    expect(micros(null)).toBeNull();
  });

  it('come back as they went', () => {
    for (const amount of ['0', '0.000001', '12.5', '-3.25']) expect(fromMicros(micros(amount) ?? 0n)).toBe(amount);
  });

  it('are never drawn below nothing', () => {
    expect(drawn('-4')).toBe(0);
    expect(drawn(null)).toBe(0);
    expect(drawn('2.5')).toBe(2.5);
  });
});
