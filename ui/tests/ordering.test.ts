import { describe, expect, it } from 'vitest';

import { Ordering } from '../src/lib/ordering';

describe('the order of news', () => {
  it('lets no older event overtake a newer one about the same thing', () => {
    const order = new Ordering();
    expect(order.event('picture a', 5)).toBe(true);
    expect(order.event('picture a', 4)).toBe(false);
    expect(order.event('picture a', 5)).toBe(false);
    expect(order.event('picture b', 4)).toBe(true);
  });

  it('drops what an answer says of a thing that an event has spoken of since the asking', () => {
    const order = new Ordering();
    order.arrived(1);
    const mark = order.mark();
    order.arrived(2);
    order.event('gauge', 2);
    expect(order.answer('gauge', mark)).toBe(false);
    expect(order.answer('picture a', mark)).toBe(true);
    expect(order.answer('gauge', order.mark())).toBe(true);
  });

  it('notices a gap, but not a beginning in the middle', () => {
    const order = new Ordering();
    expect(order.arrived(40)).toBe(true);
    expect(order.arrived(41)).toBe(true);
    expect(order.arrived(43)).toBe(false);
    expect(order.arrived(42)).toBe(true);
    expect(order.arrived(44)).toBe(true);
  });
});
