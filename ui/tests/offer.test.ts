import { describe, expect, it } from 'vitest';

import { gauge, measured, picture, quote, unknown } from '../mock/fixtures';
import type { OutputOptions } from '../src/lib/bindings/OutputOptions';
import type { PictureState } from '../src/lib/bindings/PictureState';
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
    expect(offer(quote(), { ...options, size }, pictures(1), gauge())).toEqual({ kind: 'download', label, cost: '1' });
  });

  it('names the price of several', () => {
    const three = quote({ pictures: 3, charged: 3, cost: '3', subscription: '2', payg: '1', payg_from: 3 });
    expect(offer(three, options, pictures(3), gauge()).label).toBe('Download 3 pictures · 3 credits');
  });

  it('hands back the very sum it names', () => {
    const odd = quote({ cost: '0.25', subscription: '0.25' });
    expect(offer(odd, { ...options, size: 'preview' }, pictures(1), gauge())).toMatchObject({
      label: 'Download preview size · 0.25 credits',
      cost: '0.25',
    });
  });

  it('saves again for nothing what is paid already', () => {
    const paid = quote({ charged: 0, cost: '0', subscription: '0', already_paid: 1 });
    expect(offer(paid, options, pictures(1, 'saved'), gauge())).toEqual({ kind: 'save_again', label: 'Save again · free' });
    const three = quote({ pictures: 3, charged: 0, cost: '0', subscription: '0', already_paid: 3 });
    expect(offer(three, options, pictures(3, 'saved'), gauge()).label).toBe('Save 3 again · free');
  });

  it.each(['unknown', 'paid_lost'] as const)('says that a picture in state %s is sent again, with its price', (state) => {
    expect(offer(quote(), options, pictures(1, state), gauge()).label).toBe('Send again · 1 credit');
  });

  it('has no price before it is asked', () => {
    expect(offer(null, options, pictures(1), gauge())).toEqual({ kind: 'pricing', label: 'Download full size · …' });
  });

  it('says why it cannot be pressed', () => {
    const none = quote({ ends_at: 0, subscription: '0' });
    const empty = gauge({ total: measured('2'), reserved: measured('2') });
    expect(offer(none, options, pictures(1), empty)).toMatchObject({ kind: 'short', reason: 'Not enough credits: 1 credit needed, 0 left.' });
    const some = quote({ pictures: 30, charged: 30, cost: '30', subscription: '10', payg: '5', payg_from: 11, ends_at: 15 });
    expect(offer(some, options, pictures(30), gauge())).toMatchObject({ kind: 'short', reason: 'The credits reach 15 of these 30 pictures.', reach: 15 });
    const unreadable = quote({ charged: 0, cost: '0', subscription: '0', unreadable: 1 });
    expect(offer(unreadable, options, pictures(1), gauge())).toMatchObject({ kind: 'nothing' });
  });

  it('does not count an unknown balance as none', () => {
    const short = offer(quote({ ends_at: 0 }), options, pictures(1), gauge({ total: unknown }));
    expect(short).toMatchObject({ reason: 'Not enough credits: 1 credit needed.' });
  });
});

describe('the till', () => {
  it.each([
    [quote(), 'from the subscription'],
    [quote({ subscription: '0', rollover: '1' }), 'from rollover'],
    [quote({ cost: '38', subscription: '30', payg: '8' }), '30 subscription + 8 PAYG'],
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
