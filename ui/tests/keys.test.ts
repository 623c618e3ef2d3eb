// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from 'vitest';

import { shortcut } from '../src/lib/keys';

function press(key: string, on = 'body', init: KeyboardEventInit = {}) {
  const target = document.querySelector(on) ?? document.body;
  let found: ReturnType<typeof shortcut> = null;
  const listen = (event: Event): void => {
    found = shortcut(event as KeyboardEvent);
  };
  target.addEventListener('keydown', listen, { once: true });
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, ...init }));
  return found;
}

beforeEach(() => {
  document.body.innerHTML = '<button></button><input /><div role="slider"></div><div role="dialog"><p></p></div><div role="listbox" data-bench><i></i></div>';
});

describe('keys', () => {
  it.each([
    ['o', 'open'],
    ['V', 'paste'],
    ['e', 'export'],
    ['a', 'all'],
    ['1', 'studio'],
    ['2', 'credits'],
    ['3', 'history'],
    ['4', 'watch'],
  ])('with control, %s means %s; the same with command', (key, deed) => {
    expect(press(key, 'body', { ctrlKey: true })).toBe(deed);
    expect(press(key, 'body', { metaKey: true })).toBe(deed);
    expect(press(key)).toBeNull();
  });

  it.each([
    ['Delete', 'remove'],
    ['Escape', 'escape'],
    ['Enter', 'press'],
    ['ArrowLeft', 'left'],
  ])('%s means %s, on the bench too', (key, deed) => {
    expect(press(key)).toBe(deed);
    expect(press(key, '[data-bench] i')).toBe(deed);
  });

  it('belong to fields and to what lies above the window', () => {
    expect(press('v', 'input', { ctrlKey: true })).toBeNull();
    expect(press('Delete', 'input')).toBeNull();
    expect(press('Escape', '[role=dialog] p')).toBeNull();
  });

  it('belong to the focused control where it uses them itself', () => {
    expect(press('Enter', 'button')).toBeNull();
    expect(press('Delete', 'button')).toBe('remove');
    expect(press('ArrowLeft', '[role=slider]')).toBeNull();
    expect(press('Enter', '[role=slider]')).toBe('press');
  });

  it('that are held down never press the button a second time', () => {
    expect(press('Enter', 'body', { repeat: true })).toBeNull();
    expect(press('ArrowLeft', 'body', { repeat: true })).toBe('left');
  });
});
