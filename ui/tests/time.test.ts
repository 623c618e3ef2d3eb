import { expect, it } from 'vitest';

import { ago, day, secondsSince } from '../src/lib/time';

it.each([
  [0, 'just now'],
  [9, 'just now'],
  [47, '40 s ago'],
  [61, '1 min ago'],
  [3599, '59 min ago'],
  [7300, '2 h ago'],
  [200_000, '2 days ago'],
])('%d seconds are "%s"', (seconds, words) => expect(ago(seconds)).toBe(words));

it('an age is unknown without a moment, and never negative', () => {
  const now = Date.parse('2026-11-22T12:00:00Z');
  expect(secondsSince(null, now)).toBeNull();
  expect(secondsSince('nonsense', now)).toBeNull();
  expect(secondsSince('2026-11-22T12:00:30Z', now)).toBe(0);
  expect(secondsSince('2026-11-22T12:59:00+01:00', now)).toBe(60);
});

it('a day is written out', () => {
  expect(day('2026-12-01T09:00:00+01:00')).toBe('1 December 2026');
  expect(day('soon')).toBe('soon');
});
