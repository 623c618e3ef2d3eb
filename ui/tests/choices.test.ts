import { describe, expect, it } from 'vitest';

import { picture, quote } from '../mock/fixtures';
import { priced } from '../mock/quotes';
import type { QuoteView } from '../src/lib/bindings/QuoteView';
import { choiceWords, choosable, firstCap, firstChoice, found, goLabel, typedCap, type ChoiceKind } from '../src/lib/choices';
import { diskShort } from '../src/lib/lines';
import { duration, forNothing, secondTime, shares, takes, title, unknownWords } from '../src/lib/quotewords';

const thirty = priced({ subscription: 10, payg: 5 }, { charged: 30, cap: '12' });

function said(of: QuoteView, kind: ChoiceKind, cap: string | null = null): [string, string, string | null] {
  const view = found(of, kind, cap);
  if (view === null) throw new Error(`no ${kind}`);
  const { sentence, notes } = choiceWords(view, of);
  return [sentence, notes.join(' · '), goLabel(view)];
}

describe('a choice', () => {
  it('is a plain sentence with its numbers, and a button that says what it does and costs', () => {
    expect(said(thirty, 'use_payg')).toEqual([
      'Download 15, as far as the credits reach',
      '5 credits from PAYG · 15 stay as they are · 0 credits left after',
      'Download 15 · 15 credits',
    ]);
    expect(said(thirty, 'stop_before_payg')).toEqual([
      'Stop before PAYG: download 10',
      'PAYG untouched · 20 stay as they are · 5 credits left after',
      'Download 10 · 10 credits',
    ]);
    expect(said(thirty, 'rest_on_device')).toEqual([
      'Download 10, cut out the other 20 on this computer',
      'PAYG untouched · the other 20 free · 5 credits left after',
      'Download 10, cut out 20 here · 10 credits',
    ]);
    expect(said(thirty, 'cap', '12')).toEqual([
      'Spend at most 12 credits: download 12',
      '2 credits from PAYG · 18 stay as they are · 3 credits left after',
      'Download 12 · 12 credits',
    ]);
  });

  it('names where PAYG begins when everything is downloaded', () => {
    expect(said(priced({ subscription: 10, payg: 25 }, { charged: 30 }), 'use_payg')[0]).toBe('Download all 30, with PAYG from picture 11');
    expect(said(priced({ subscription: 0, payg: 25 }, { charged: 3 }), 'use_payg').slice(0, 2)).toEqual(['Download all 3 from PAYG', '22 credits left after']);
    expect(said(priced({ subscription: 10, payg: 0 }, { charged: 1 }), 'use_payg')[2]).toBe('Download 1 · 1 credit');
  });

  it('that would do nothing has no button', () => {
    const poor = priced({ subscription: 0, payg: 5 }, { charged: 3 });
    expect(said(poor, 'stop_before_payg')).toEqual(['Stop before PAYG: download none', 'PAYG untouched · 3 stay as they are', null]);
    expect(said(poor, 'rest_on_device')).toEqual(['Cut out all 3 on this computer', 'PAYG untouched', 'Cut out 3 here · free']);
  });

  it('that charges nothing saves again', () => {
    const paid = priced({ subscription: 10, payg: 0 }, { charged: 0, change: { already_paid: 4 } });
    expect(said(paid, 'use_payg')[2]).toBe('Save 4 again · free');
  });

  it('is at first the one that touches no PAYG, where that comes to something', () => {
    expect(firstChoice(thirty)).toBe('stop_before_payg');
    expect(firstChoice(priced({ subscription: 0, payg: 5 }, { charged: 3 }))).toBe('use_payg');
    expect(firstChoice(priced(null, { charged: 3 }))).toBe('use_payg');
  });

  it('is no choice where there is one way only', () => {
    expect(choosable(priced({ subscription: 40, payg: 5 }, { charged: 30 }))).toBe(false);
    expect(choosable(thirty)).toBe(true);
  });
});

describe('a cap', () => {
  it.each([
    ['12', '12'],
    [' 12,50 ', '12.5'],
    ['0', '0'],
    ['', null],
    ['-3', null],
    ['a few', null],
    ['1e3', null],
  ])('typed as “%s” is %s', (typed, cap) => expect(typedCap(typed)).toBe(cap));

  it('has the numbers of just that cap', () => {
    expect(found(thirty, 'cap', '12.0')?.cost).toBe('12');
    expect(found(thirty, 'cap', '13')).toBeNull();
    expect(found(thirty, 'cap', null)).toBeNull();
  });

  it('begins at what the careful choice costs', () => {
    expect(firstCap(thirty)).toBe('10');
    expect(firstCap(priced({ subscription: 0, payg: 5 }, { charged: 3 }))).toBe('3');
  });
});

describe('the quiet lines', () => {
  it('say what each pocket gives, in drawing order', () => {
    expect(shares(thirty)).toEqual([
      { pocket: 'subscription', pictures: 10, credits: '10' },
      { pocket: 'payg', pictures: 5, credits: '5' },
      { pocket: 'uncovered', pictures: 15, credits: '15' },
    ]);
  });

  it('say what costs nothing and why', () => {
    const asked = quote({ already_paid: 3, duplicates: 1, unreadable: 2, oversized: 1 });
    expect(forNothing(asked).map(({ count, words }) => `${count} ${words}`)).toEqual([
      '3 paid already: free again',
      '1 the same as another: paid once',
      '2 cannot be read: not sent',
      '1 too large for the service: not sent',
    ]);
    expect(forNothing(quote())).toEqual([]);
  });

  it('say what is charged a second time', () => {
    expect(secondTime([picture('a', 'a.png', 'paid_lost'), picture('b', 'b.png', 'previewed')])).toBe('1 picture is sent a second time, and charged a second time.');
    expect(secondTime([picture('b', 'b.png', 'previewed')])).toBeNull();
  });

  it('say what it takes besides credits', () => {
    const asked = quote({ at_least_s: 61, bytes_up: 2_400_000, disk_bytes: 5_000_000, disk_free: 4_000_000, disk_short: true });
    expect(takes(asked)).toEqual([
      { name: 'Time', value: 'at least 2 min', short: false },
      { name: 'Upload', value: '2.4 MB', short: false },
      { name: 'Drive', value: 'up to 5.0 MB, 4.0 MB free', short: true },
    ]);
    expect(takes(quote({ disk_free: null, disk_bytes: 5_000_000 })).at(-1)).toEqual({ name: 'Drive', value: 'up to 5.0 MB', short: false });
    expect(diskShort(quote({ disk_bytes: 5, disk_free: 4, disk_short: false })), 'the core says so').toBe(false);
  });

  it.each([
    [1, '1 s'],
    [59.2, '60 s'],
    [60, '1 min'],
    [61, '2 min'],
    [3600, '1 h'],
    [3901, '1 h 6 min'],
  ])('say %d seconds as %s', (seconds, words) => expect(duration(seconds)).toBe(words));

  it('say plainly that the balance is not known', () => {
    expect(unknownWords(priced(null, { charged: 3 }))).toContain('not known');
    expect(unknownWords(thirty)).toBeNull();
  });

  it('are headed by the sum', () => {
    expect(title(thirty)).toBe('30 pictures · 30 credits');
    expect(title(quote({ cost: '0' }))).toBe('1 picture · free');
  });
});
