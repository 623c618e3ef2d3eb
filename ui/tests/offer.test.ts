import { describe, expect, it } from 'vitest';

import { picture, quote } from '../mock/fixtures';
import { priced } from '../mock/quotes';
import type { OutputOptions } from '../src/lib/bindings/OutputOptions';
import type { PictureState } from '../src/lib/bindings/PictureState';
import { lines } from '../src/lib/lines';
import { offer, pockets, remarks } from '../src/lib/offer';

const options: OutputOptions = { size: 'full', format: 'png', background: null };
const pictures = (count: number, state: PictureState = 'previewed') =>
  Array.from({ length: count }, (_, n) => picture(`p${n}`, `p${n}.png`, state));

describe('the primary button', () => {
  it.each([
    ['full', 'Download full size · 1 credit'],
    ['medium', 'Download medium size · 1 credit'],
    ['hd', 'Download HD size · 1 credit'],
    ['50mp', 'Download 50 MP size · 1 credit'],
  ] as const)('names the price of one picture in size %s', (size, label) => {
    expect(offer(quote(), { ...options, size }, pictures(1))).toEqual({ kind: 'download', label, cost: '1' });
  });

  it('names the price of several', () => {
    const three = quote({ pictures: 3, charged: 3, cost: '3', subscription: '2', rollover: '1' });
    expect(offer(three, options, pictures(3)).label).toBe('Download 3 pictures · 3 credits');
  });

  it('hands back the very sum it names', () => {
    const odd = quote({ cost: '0.25', subscription: '0.25' });
    expect(offer(odd, { ...options, size: 'preview' }, pictures(1))).toMatchObject({
      label: 'Download preview size · 0.25 credits',
      cost: '0.25',
    });
  });

  it('saves again for nothing what is paid already', () => {
    const paid = quote({ charged: 0, cost: '0', subscription: '0', already_paid: 1 });
    expect(offer(paid, options, pictures(1, 'saved'))).toEqual({ kind: 'save_again', label: 'Save again · free' });
    const three = quote({ pictures: 3, charged: 0, cost: '0', subscription: '0', already_paid: 3 });
    expect(offer(three, options, pictures(3, 'saved')).label).toBe('Save 3 again · free');
  });

  it.each(['unknown', 'paid_lost'] as const)('says that a picture in state %s is sent again, with its price', (state) => {
    expect(offer(quote(), options, pictures(1, state)).label).toBe('Send again · 1 credit');
  });

  it('has no price before it is asked', () => {
    expect(offer(null, options, pictures(1))).toEqual({ kind: 'pricing', label: 'Download full size · …' });
  });

  it('says why it cannot be pressed', () => {
    const unreadable = quote({ charged: 0, cost: '0', subscription: '0', unreadable: 1 });
    expect(offer(unreadable, options, pictures(1))).toMatchObject({ kind: 'nothing' });
    const oversized = quote({ charged: 0, cost: '0', subscription: '0', oversized: 1 });
    expect(offer(oversized, options, pictures(1))).toMatchObject({ kind: 'nothing' });
  });

  it('downloads what was only cut out on this computer: nothing is paid for it yet', () => {
    expect(offer(quote(), options, pictures(1, 'saved'))).toMatchObject({ kind: 'download', cost: '1' });
  });
});

describe('a line that would be crossed', () => {
  const crossed = (change: Parameters<typeof quote>[0]) => lines(quote(change)).map(({ kind, reason }) => [kind, reason]);

  it('makes the button open the quote sheet', () => {
    const thirty = priced({ subscription: 10, payg: 5 }, { charged: 30 });
    expect(offer(thirty, options, pictures(30))).toMatchObject({ kind: 'review', label: 'Review 30 pictures · 30 credits …', reach: 15 });
    const one = priced({ subscription: 0, payg: 5 }, { charged: 1, change: { crossings: ['PAYG begins with picture 1.'] } });
    expect(offer(one, options, pictures(1))).toMatchObject({ kind: 'review', label: 'Review 1 picture · 1 credit …' });
  });

  it('is none where the subscription and rollover pay everything', () => {
    expect(lines(priced({ subscription: 4, rollover: 6, payg: 5 }, { charged: 10 }))).toEqual([]);
  });

  it('is none where a level is crossed but nothing else pays', () => {
    expect(crossed({ crossings: ['80 % of the month’s 10 credits with picture 8.'] })).toEqual([]);
  });

  it('is the end of the credits, with how far they reach or what is missing', () => {
    expect(crossed({ pictures: 30, charged: 30, cost: '30', ends_at: 15 })).toContainEqual(['ends', 'The credits reach 15 of these 30 pictures.']);
    expect(crossed({ ends_at: 0, uncovered: '1' })).toContainEqual(['ends', 'Not enough credits: 1 credit needed, 1 of them missing.']);
  });

  it('is where PAYG begins, but not for an account that pays from PAYG anyway', () => {
    expect(crossed({ payg_from: 11 })).toEqual([['payg', null]]);
    expect(crossed({ payg_from: 1 })).toEqual([]);
    expect(crossed({ payg_from: 1, crossings: ['PAYG begins with picture 1.'] })).toEqual([['payg', null]]);
  });

  it('is more pictures than can be overlooked', () => {
    expect(lines(priced({ subscription: 90, payg: 0 }, { charged: 25 }))).toEqual([]);
    expect(lines(priced({ subscription: 90, payg: 0 }, { charged: 26 })).map(({ kind }) => kind)).toEqual(['many']);
  });

  it('is a balance that is not known, unless nothing is to be paid', () => {
    expect(crossed({ left_after: null })).toEqual([['balance', 'The balance is not known.']]);
    expect(crossed({ left_after: null, cost: '0' })).toEqual([]);
  });

  it('is a drive that is too small; an unknown drive is none', () => {
    expect(crossed({ disk_bytes: 3_200_000_000, disk_free: 1_100_000_000, disk_short: true })).toEqual([['disk', 'The drive may be too small: up to 3.2 GB needed, 1.1 GB free.']]);
    expect(crossed({ disk_bytes: 3_200_000_000, disk_free: null })).toEqual([]);
  });
});

describe('the till', () => {
  it.each([
    [quote(), 'from the subscription'],
    [quote({ subscription: '0', rollover: '1' }), 'from rollover'],
    [quote({ cost: '38', subscription: '30', payg: '8' }), '30 subscription + 8 PAYG'],
    [quote({ cost: '30', subscription: '10', payg: '5', uncovered: '15' }), '10 subscription + 5 PAYG + 15 not covered'],
    [quote({ subscription: '0', untold: '1' }), 'from a pocket that is not known'],
    [quote({ subscription: '0', enterprise: '1' }), 'from enterprise'],
    [quote({ cost: '0', subscription: '0' }), ''],
  ])('names the pockets', (asked, words) => expect(pockets(asked)).toBe(words));

  it('says what else the sum depends on', () => {
    const asked = quote({ pictures: 9, charged: 5, payg_from: 3, already_paid: 2, duplicates: 1, unreadable: 1 });
    expect(remarks(asked, [...pictures(8), ...pictures(1, 'unknown')])).toEqual([
      '1 sent a second time',
      'PAYG begins at picture 3',
      '2 already paid, free',
      '1 the same as another, paid once',
      '1 cannot be sent',
    ]);
  });
});
