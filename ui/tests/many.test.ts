// @vitest-environment jsdom
import { screen } from '@testing-library/svelte';
import { flushSync } from 'svelte';
import { describe, expect, it, vi } from 'vitest';

import { batch, picture } from '../mock/fixtures';
import { cardHeight, columnsFor, inRows } from '../src/lib/rows';
import { Shelf } from '../src/lib/shelf.svelte';
import { card, open, settled, tell } from './support';
import { watched } from './watched.svelte';

/** A window in which everything is measured as what it is here: the list 800 × 600, a row 190 high. */
class Measuring {
  readonly #tell: ResizeObserverCallback;

  constructor(tell: ResizeObserverCallback) {
    this.#tell = tell;
  }

  observe(target: Element): void {
    const isList = target.getAttribute('role') === 'listbox';
    const contentRect = { width: 800, height: isList ? 600 : 190 } as DOMRectReadOnly;
    queueMicrotask(() => this.#tell([{ target, contentRect } as unknown as ResizeObserverEntry], this as unknown as ResizeObserver));
  }

  unobserve(): void {}
  disconnect(): void {}
}
vi.stubGlobal('ResizeObserver', Measuring);
Object.assign(document.defaultView ?? window, { ResizeObserver: Measuring });
Object.defineProperty(HTMLElement.prototype, 'offsetParent', { get: () => document.body });
Object.defineProperty(HTMLElement.prototype, 'clientWidth', { get: () => 800 });
Element.prototype.scrollTo = () => {};
Element.prototype.scrollBy = () => {};

const COUNT = 10_000;
const pictures = Array.from({ length: COUNT }, (_, at) => picture(`p${at}`, `p${at}.png`, 'queued'));
const drawn = () => screen.getAllByTestId('picture-card').map(({ dataset }) => dataset.id);

describe('ten thousand pictures', () => {
  it('are drawn only where they are seen, and each knows its place among all', async () => {
    await open({ pictures, queue: batch({ pictures: COUNT }) });
    await settled();
    expect(drawn().length).toBeLessThan(120);
    expect(drawn()[0]).toBe('p0');
    expect([card('p1').getAttribute('aria-posinset'), card('p1').getAttribute('aria-setsize')]).toEqual(['2', '10000']);
  });

  it('are gone through by keyboard to the very last, which has the focus', async () => {
    const { user } = await open({ pictures, queue: batch({ pictures: COUNT }) });
    await settled();
    await user.click(card('p0'));
    await user.keyboard('{End}');
    await settled();
    expect(document.activeElement).toBe(card('p9999'));
    expect(screen.getByTestId('opened').dataset.id).toBe('p9999');
    await user.keyboard('{ArrowUp}');
    await settled();
    expect(document.activeElement).toBe(card(`p${9999 - columnsFor(800, false)}`));
    expect(drawn().length).toBeLessThan(160);
  });

  it('are all picked at once, and what is told of them costs no more than what is seen of it', async () => {
    const { user } = await open({ pictures, queue: batch({ pictures: COUNT, waiting: COUNT }) });
    await settled();
    await user.click(card('p0'));
    await user.keyboard('{Control>}a{/Control}');
    await settled();
    expect(screen.getByText('10,000 of 10,000 selected')).toBeTruthy();
    await tell({ kind: 'picture', picture: { ...pictures[0], state: 'sending' } as (typeof pictures)[number] });
    expect(card('p0').dataset.state).toBe('sending');
  });
});

describe('the shelf', () => {
  it('tells news of a picture to those that show it, and to nobody else', () => {
    const shelf = new Shelf();
    shelf.put(pictures.slice(0, 5));
    const seen = watched({ first: () => shelf.get('p0')?.state, second: () => shelf.get('p1')?.state, order: () => shelf.order.length });
    shelf.put([{ ...pictures[0], state: 'saved' } as (typeof pictures)[number]]);
    flushSync();
    expect(seen.runs()).toEqual({ first: 2, second: 1, order: 1 });
    seen.stop();
  });

  it('counts over many keep to a slow beat, over few they are never late', () => {
    vi.useFakeTimers();
    for (const [count, beats] of [[100, 51], [1000, 2]] as const) {
      const shelf = new Shelf();
      shelf.put(pictures.slice(0, count));
      const seen = watched({ sum: () => shelf.many(shelf.order).length });
      const before = seen.runs().sum ?? 0;
      for (const one of pictures.slice(0, 50)) {
        shelf.put([{ ...one, state: 'saved' }]);
        flushSync();
      }
      vi.advanceTimersByTime(500);
      flushSync();
      expect((seen.runs().sum ?? 0) - before + 1).toBe(beats);
      seen.stop();
    }
    vi.useRealTimers();
  });

  it('tells whoever asked for a picture when it goes, and when it comes back', () => {
    const shelf = new Shelf();
    shelf.put(pictures.slice(0, 2));
    const seen = watched({ name: () => shelf.get('p1')?.name });
    shelf.drop(['p1']);
    flushSync();
    expect(seen.last().name).toBeUndefined();
    shelf.put(pictures.slice(1, 2));
    flushSync();
    expect(seen.last().name).toBe('p1.png');
    seen.stop();
  });
});

describe('rows', () => {
  it.each([
    [0, true, 1],
    [100, false, 1],
    [800, true, 4],
    [800, false, 6],
    [1156, true, 6],
  ])('of a list %d wide (alone: %s) hold %d cards', (width, wide, columns) => expect(columnsFor(width, wide)).toBe(columns));

  it('hold every picture once, in order', () => {
    const ids = pictures.slice(0, 11).map(({ id }) => id);
    const rows = inRows(ids, 4);
    expect(rows.map(({ length }) => length)).toEqual([4, 4, 3]);
    expect(rows.flat()).toEqual(ids);
  });

  it('are about as high as a card', () => expect(cardHeight(1156, 6)).toBeGreaterThan(180));
});
