import { describe, expect, it } from 'vitest';

import type { BurnView } from '../src/lib/bindings/BurnView';
import { burnWords, chart, type Box } from '../src/lib/burndown';

const box: Box = { width: 440, height: 120, left: 40, right: 0, top: 20, bottom: 20 };
const day = (n: number, low: string, likely: string, high: string, past = false): BurnView => ({
  day: `2026-11-${String(n).padStart(2, '0')}`,
  low,
  likely,
  high,
  past,
});
const burn = [
  day(18, '10', '10', '10', true),
  day(19, '8', '8', '8', true),
  day(20, '5', '6', '7'),
  day(21, '2', '4', '6'),
  day(22, '0', '2', '5'),
];

describe('the burn-down', () => {
  it('goes on from the last day that has passed, with a band that closes', () => {
    const drawing = chart(burn, null, null, box);
    expect(drawing?.past).toBe('M40 20L140 36');
    expect(drawing?.likely).toBe('M140 36L240 52L340 68L440 84');
    expect(drawing?.band).toBe('M140 36L240 44L340 52L440 60L440 100L340 84L240 60L140 36Z');
    expect(drawing?.now).toBe(140);
    expect(drawing?.zero).toBe(100);
  });

  it('is measured by a round number, written with its half', () => {
    expect(chart(burn, null, null, box)?.heights).toEqual([
      { y: 20, words: '10' },
      { y: 60, words: '5' },
      { y: 100, words: '0' },
    ]);
  });

  it('marks the renewal by the account’s own day, and only where it is on the chart', () => {
    expect(chart(burn, '2026-11-21T00:00:00+01:00', null, box)?.renewal).toBe(340);
    expect(chart(burn, '2026-12-03T00:00:00+01:00', null, box)?.renewal).toBeNull();
    expect(chart(burn, null, null, box)?.renewal).toBeNull();
  });

  it('marks the day on which the credits run out', () => {
    expect(chart(burn, null, '2026-11-22', box)?.out).toEqual({ x: 440, words: 'out about 22 Nov' });
    expect(chart(burn, null, '2026-12-22', box)?.out).toBeNull();
  });

  it('writes today only where it stands clear of the ends', () => {
    expect(chart(burn, null, null, box)?.days.map(({ words }) => words)).toEqual(['18 Nov', '22 Nov', 'today']);
    expect(chart(burn, null, null, { ...box, width: 200 })?.days.map(({ words }) => words)).toEqual(['18 Nov', '22 Nov']);
  });

  it('keeps a missing day’s place', () => {
    const gap = burn.filter((_, index) => index !== 2);
    expect(chart(gap, null, null, box)?.points.map(({ x }) => x)).toEqual([40, 140, 340, 440]);
  });

  it('is not drawn of less than two days', () => {
    expect(chart([], null, null, box)).toBeNull();
    expect(chart(burn.slice(0, 1), null, null, box)).toBeNull();
  });

  it('stands on the zero line where nothing is left', () => {
    const none = [day(18, '0', '0', '0', true), day(19, '0', '0', '0')];
    expect(chart(none, null, null, box)?.likely).toBe('M40 100L440 100');
  });

  it('is read out day by day', () => {
    expect(burnWords(burn[1] as BurnView)).toBe('19 November: 8 credits left');
    expect(burnWords(burn[3] as BurnView)).toBe('21 November: about 4 left, between 2 and 6');
  });
});
