// @vitest-environment jsdom
import { fireEvent, screen } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';

import { helpTopics, overview, picture, practice, removebg } from '../mock/fixtures';
import { Actions } from '../src/lib/actions';
import { Bench } from '../src/lib/bench.svelte';
import { CARD_MENU, deeds } from '../src/lib/deeds';
import { shortcut } from '../src/lib/keys';
import { card, open, settled } from './support';

const a = picture('a', 'a.png', 'previewed');
const b = picture('b', 'b.png', 'previewed');

/** The window with the palette open over it. */
async function palette(first = {}, answers = {}) {
  const opened = await open(first, answers);
  await opened.user.keyboard('{Control>}k{/Control}');
  await vi.waitFor(() => expect(document.activeElement).toBe(screen.getByTestId('palette-input')));
  return opened;
}

describe('the table of deeds', () => {
  const all = deeds(new Bench(), new Actions(new Bench()));

  it('names each deed once, and the menu knows only deeds that are there', () => {
    const ids = all.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of CARD_MENU.flat()) expect(ids).toContain(id);
  });

  it('writes the key of a deed that the keyboard knows', () => {
    const names: Record<string, string> = { Del: 'Delete', Esc: 'Escape' };
    for (const { id, keys } of all) {
      if (keys === undefined) continue;
      const control = keys.startsWith('Ctrl+');
      const key = control ? keys.slice(5).toLowerCase() : (names[keys] ?? keys);
      expect(shortcut(new KeyboardEvent('keydown', { key, ctrlKey: control })), keys).toBe(id);
    }
  });

  it('does nothing to pictures that are not picked', () => {
    const may = all.filter((deed) => deed.may).map(({ id }) => id);
    for (const id of ['press', 'export', 'remove', 'escape', 'undo', 'pause', 'resume']) expect(may).not.toContain(id);
  });
});

describe('the palette', () => {
  it('opens by its key, finds by words, and does what is chosen by Enter', async () => {
    const { user } = await palette({ pictures: [a] });
    await user.keyboard('go to cred{Enter}');
    await settled();
    expect(screen.queryByTestId('palette')).toBeNull();
    expect(screen.getByTestId('rail-credits').getAttribute('aria-current')).toBe('page');
  });

  it('finds a deed by a word that it is not called by', async () => {
    const { user } = await palette({}, { help: () => helpTopics });
    await user.keyboard('price');
    await settled();
    expect(screen.getByTestId('palette-costs')).toBeTruthy();
    expect(screen.queryByTestId('palette-paste')).toBeNull();
  });

  it('offers what costs with its price, as the button does', async () => {
    const { user } = await open({ pictures: [a, b] });
    card('a').focus();
    await user.keyboard('{Control>}a{/Control}');
    await settled();
    await user.keyboard('{Control>}k{/Control}');
    await settled();
    expect(screen.getByTestId('palette-press').textContent).toContain('Download 2 pictures · 2 credits');
  });

  it('switches accounts', async () => {
    const { user, asked } = await palette({ accounts: [practice, removebg] }, { use_account: () => overview() });
    await user.keyboard(removebg.label);
    await settled();
    await user.keyboard('{Enter}');
    await settled();
    expect(asked('use_account').at(-1)?.args).toEqual({ account: removebg.id });
  });

  it('closes by Escape and has done nothing', async () => {
    const { user, asked } = await palette({ pictures: [a] });
    await user.keyboard('{Escape}');
    await settled();
    expect(screen.queryByTestId('palette')).toBeNull();
    expect(asked('dismiss')).toHaveLength(0);
  });
});

describe('copying', () => {
  it('puts the picked cutout on the clipboard and says so', async () => {
    const { user, asked } = await open({ pictures: [a, b] }, { copy_cutout: () => ({ name: 'a.png', width: 512, height: 400 }) });
    await user.click(card('a'));
    await user.keyboard('{Control>}c{/Control}');
    await settled();
    expect(asked('copy_cutout').at(-1)?.args).toEqual({ picture: 'a' });
    expect(screen.getByTestId('toast').textContent).toContain('512 × 400, with transparency');
  });
});

describe('dragging out', () => {
  const saved = picture('c', 'c.png', 'saved');

  it('hands over what is saved, of the picked ones where it is one of them', async () => {
    const { user, asked } = await open({ pictures: [a, saved, picture('d', 'd.png', 'saved')] });
    expect(card('a').draggable).toBe(false);
    await fireEvent.dragStart(card('c'));
    expect(asked('drag_out').at(-1)?.args).toEqual({ pictures: ['c'] });
    await user.click(card('a'));
    await user.keyboard('{Control>}a{/Control}');
    await fireEvent.dragStart(card('c'));
    expect(asked('drag_out').at(-1)?.args).toEqual({ pictures: ['c', 'd'] });
  });
});

describe('the menu of a card', () => {
  it('leaves the window to the mouse when it is closed', async () => {
    const { user } = await open({ pictures: [a, b] });
    await fireEvent.contextMenu(card('b'));
    await vi.waitFor(() => expect(screen.getByTestId('card-menu')).toBeTruthy());
    await user.keyboard('{Escape}');
    await vi.waitFor(() => expect(screen.queryByTestId('card-menu')).toBeNull());
    await new Promise((later) => setTimeout(later, 100));
    expect(document.body.style.pointerEvents).toBe('');
  });

  it('means the picture pointed at, and all that are picked where it is one of them', async () => {
    const { user, asked } = await open({ pictures: [a, b] }, { dismiss: () => null });
    await fireEvent.contextMenu(card('b'));
    await settled();
    expect(card('b').getAttribute('aria-selected')).toBe('true');
    expect(card('a').getAttribute('aria-selected')).toBe('false');
    expect(screen.getByTestId('card-menu')).toBeTruthy();
    await user.click(screen.getByTestId('card-menu-remove'));
    await settled();
    expect(asked('dismiss').at(-1)?.args).toEqual({ pictures: ['b'] });
  });
});
