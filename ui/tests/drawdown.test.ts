import { describe, expect, it } from 'vitest';

import { quote } from '../mock/fixtures';
import { priced } from '../mock/quotes';
import { flags, parts, perTick, spread, TICKS, told } from '../src/lib/drawdown';

const thirty = priced({ subscription: 10, payg: 5 }, { charged: 30 });
const choice = (kind: string, of = thirty) => of.choices.find((view) => view.choice.kind === kind) ?? null;

describe('ticks', () => {
  it.each([
    [1, 1],
    [60, 1],
    [61, 2],
    [120, 2],
    [121, 5],
    [300, 5],
    [301, 10],
    [601, 20],
    [10_000, 200],
  ])('for %d pictures stand for %d each', (pictures, each) => expect(perTick(pictures)).toBe(each));

  it('are one a picture, under the pockets they drink from', () => {
    const drawn = parts(thirty);
    expect(drawn.map(({ pocket, from, pictures, ticks, flag }) => [pocket, from, pictures, ticks.length, flag])).toEqual([
      ['subscription', 0, 10, 10, null],
      ['payg', 10, 5, 5, 'payg'],
      ['uncovered', 15, 15, 15, 'end'],
    ]);
  });

  it('follow the choice: charged as far as it charges, then left or cut out here', () => {
    const fates = (kind: string) => parts(thirty, choice(kind)).map(({ ticks }) => [...new Set(ticks.map(({ fate }) => fate))].join());
    expect(fates('use_payg')).toEqual(['charged', 'charged', 'out']);
    expect(fates('stop_before_payg')).toEqual(['charged', 'out', 'out']);
    expect(fates('rest_on_device')).toEqual(['charged', 'device', 'device']);
  });

  it('are cut where the charging ends, though that is in the middle of one', () => {
    const many = priced({ subscription: 250, payg: 100 }, { charged: 400, cap: '123' });
    const [first] = parts(many, choice('cap', many));
    expect(first?.ticks.filter(({ at }) => at >= 120 && at < 130)).toEqual([
      { at: 120, pictures: 3, fate: 'charged' },
      { at: 123, pictures: 7, fate: 'out' },
    ]);
    expect(first?.ticks.reduce((sum, { pictures }) => sum + pictures, 0)).toBe(250);
  });

  it.each([7, 60, 61, 999, 10_000])('lose no picture of %d, and are never too many', (charged) => {
    const drawn = parts(priced({ subscription: charged / 3, payg: charged / 4 }, { charged }));
    const all = drawn.flatMap(({ ticks }) => ticks);
    expect(all.reduce((sum, { pictures }) => sum + pictures, 0)).toBe(charged);
    expect(all.length).toBeLessThanOrEqual(TICKS + drawn.length);
  });

  it('are none where nothing is charged', () => {
    expect(parts(quote({ charged: 0, cost: '0', stretches: [] }))).toEqual([]);
  });
});

describe('flags', () => {
  const at = (subscription: number, payg: number, charged: number) =>
    flags(parts(priced({ subscription, payg }, { charged }))).map(({ kind, from, side, lane }) => `${kind} ${from} ${side} ${lane}`);

  it('stand where the pocket changes, their words where there is room', () => {
    expect(at(10, 5, 30)).toEqual(['payg 10 left 1', 'end 15 right 1']);
    expect(at(2, 5, 30)).toEqual(['payg 2 right 2', 'end 7 right 1']);
    expect(at(20, 7, 30)).toEqual(['payg 20 left 1', 'end 27 left 2']);
    expect(at(2, 26, 30)).toEqual(['payg 2 right 1', 'end 28 left 1']);
  });

  it('of a few pictures have their words beside the short row', () => {
    expect(spread(parts(priced({ subscription: 1, payg: 1 }, { charged: 3 })))).toBeCloseTo(0.15);
    expect(at(1, 1, 3)).toEqual(['payg 1 right 2', 'end 2 right 1']);
  });

  it('are none where no line is crossed', () => expect(at(30, 5, 30)).toEqual([]));
});

describe('the bar in words', () => {
  it('says who pays how many, and where lines are crossed', () => {
    expect(told(thirty)).toBe(
      'Subscription: 10 pictures, 10 credits. Pay as you go: 5 pictures, 5 credits. Not covered: 15 pictures, 15 credits. ' +
        'Pay as you go begins at picture 11. Credits end after picture 15.',
    );
  });

  it('says when not one picture is reached', () => {
    expect(told(priced({ subscription: 0, payg: 0 }, { charged: 1 }))).toContain('Credits reach no picture.');
  });
});
