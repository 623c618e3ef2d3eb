// @vitest-environment jsdom
import { fireEvent, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { editsView } from '../mock/editdesk';
import { picture, problem } from '../mock/fixtures';
import type { Edits } from '../src/lib/bindings/Edits';
import { NO_EDITS, withScene } from '../src/lib/scene/edits';
import { card, open, settled } from './support';

const pictures = [picture('a', 'a.png', 'previewed'), picture('b', 'b.png', 'previewed')];
const answers = { edits: () => editsView(), backdrops: () => [{ id: 'f'.repeat(64), name: 'beach.jpg', width: 800, height: 600 }] };

/** The window with a picture opened and its edits read. */
async function opened(more: Record<string, (args: Record<string, unknown>) => unknown> = {}) {
  const window = await open({ pictures }, { ...answers, ...more });
  await window.user.click(card('a'));
  await settled();
  const kept = (): Edits[] => window.asked('set_edits').map(({ args }) => args.edits as Edits);
  return { ...window, kept };
}

const tool = (name: string) => screen.getByTestId(`tool-${name}`);
/** Lets what waits to be kept be kept. */
async function rest(): Promise<void> {
  await vi.advanceTimersByTimeAsync(1000);
  await settled();
}

beforeEach(() => void vi.useFakeTimers({ shouldAdvanceTime: true }));
afterEach(() => void vi.useRealTimers());

describe('the background', () => {
  it('is chosen by kind, and kept a moment later', async () => {
    const { user, kept } = await opened();
    await user.click(tool('background'));
    await user.click(screen.getByRole('radio', { name: 'Colour' }));
    await user.click(screen.getByTestId('colour-000000'));
    expect(screen.getByTestId('backdrop').dataset.background).toBe('#000000');
    await rest();
    expect(kept().map(({ scene }) => scene.backdrop)).toEqual([{ kind: 'colour', rgb: '#000000' }]);
  });

  it('takes a colour as digits, and only a colour', async () => {
    const { user, kept } = await opened();
    await user.click(tool('background'));
    await user.click(screen.getByRole('radio', { name: 'Colour' }));
    const field = screen.getByLabelText('Colour as #rrggbb');
    await user.clear(field);
    await user.type(field, 'zzz');
    expect(field.getAttribute('aria-invalid')).toBe('true');
    await user.clear(field);
    await user.type(field, '12ab9f{Enter}');
    await user.tab();
    await rest();
    expect(kept().at(-1)?.scene.backdrop).toEqual({ kind: 'colour', rgb: '#12ab9f' });
    expect(screen.getByRole('button', { name: '#12ab9f' })).toBeTruthy();
  });

  it('can be a built-in one or an own picture, filled or whole', async () => {
    const { user, kept } = await opened();
    await user.click(tool('background'));
    await user.click(screen.getByRole('radio', { name: 'Built-in' }));
    await user.click(screen.getByRole('button', { name: 'Studio floor' }));
    await rest();
    expect(kept().at(-1)?.scene.backdrop).toEqual({ kind: 'template', name: 'floor' });
    await user.click(screen.getByRole('radio', { name: 'Picture' }));
    await user.click(screen.getByRole('radio', { name: 'Fit' }));
    await rest();
    expect(kept().at(-1)?.scene.backdrop).toMatchObject({ kind: 'image', id: 'f'.repeat(64), fit: 'fit' });
  });
});

describe('steps', () => {
  it('are taken back and done again by the keys that everybody knows', async () => {
    const { user, kept } = await opened();
    await user.click(tool('shadow'));
    await user.click(screen.getByLabelText('Drop shadow'));
    await user.click(screen.getByLabelText('Contact shadow'));
    await user.click(tool('compare'));
    await user.keyboard('{Control>}z{/Control}');
    await user.keyboard('{Control>}z{/Control}');
    await rest();
    expect(kept().at(-1)).toEqual(NO_EDITS);
    await user.keyboard('{Control>}{Shift>}z{/Shift}{/Control}');
    await rest();
    expect(kept().at(-1)?.scene.drop_shadow).not.toBeNull();
    expect(kept().at(-1)?.scene.contact_shadow).toBeNull();
  });

  it('are still there when the picture is opened again', async () => {
    let now: Edits = NO_EDITS;
    const { user } = await opened({ edits: ({ picture: id }) => editsView(id === 'a' ? now : NO_EDITS), set_edits: ({ edits }) => void (now = edits as Edits) });
    await user.click(tool('shadow'));
    await user.click(screen.getByLabelText('Drop shadow'));
    await user.click(card('b'));
    await settled();
    expect(screen.getByTestId('edit-undo')).toHaveProperty('disabled', true);
    await user.click(card('a'));
    await settled();
    expect(screen.getByTestId('edit-undo')).toHaveProperty('disabled', false);
  });

  it('of a slider are one, however long it is dragged', async () => {
    const { user, kept } = await opened();
    await user.click(tool('place'));
    const turn = screen.getByLabelText('Turn');
    for (const value of ['10', '20', '30']) await fireEvent.input(turn, { target: { value } });
    await fireEvent.change(turn);
    await user.click(screen.getByTestId('edit-undo'));
    expect(screen.getByTestId('edit-undo')).toHaveProperty('disabled', true);
    await rest();
    expect(kept().at(-1)?.scene.subject.turn).toBe(0);
  });
});

describe('placing by keyboard', () => {
  it.each([
    ['{ArrowRight}', { x: 0.005 }],
    ['{Shift>}{ArrowUp}{/Shift}', { y: -0.05 }],
    ['{PageUp}', { scale: 1.05 }],
    ['.', { turn: 1 }],
  ])('%s', async (keys, expected) => {
    const { user, kept } = await opened();
    await user.click(tool('place'));
    screen.getByRole('application', { name: /^Place the subject/ }).focus();
    await user.keyboard(keys);
    await rest();
    expect(kept().at(-1)?.scene.subject).toMatchObject(expected);
  });

  it('crops to the subject and takes a canvas of its own', async () => {
    const { user, kept } = await opened();
    await user.click(tool('place'));
    await user.click(screen.getByRole('radio', { name: 'Cropped' }));
    await rest();
    expect(kept().at(-1)?.scene.canvas).toEqual({ kind: 'subject', margin: 0.05 });
    await user.click(screen.getByRole('radio', { name: 'Fixed' }));
    const width = screen.getByLabelText('Width, px');
    await user.clear(width);
    await user.type(width, '1200');
    await user.tab();
    await rest();
    expect(kept().at(-1)?.scene.canvas).toMatchObject({ kind: 'fixed', width: 1200, height: 2000 });
  });
});

describe('the brush', () => {
  it('has its size on the brackets and tells what it is', async () => {
    const { user } = await opened();
    await user.click(tool('brush'));
    const size = (): string => screen.getByTestId('brush-size').getAttribute('aria-valuetext') ?? '';
    const before = Number(screen.getByTestId('brush-size').getAttribute('value') ?? (screen.getByTestId('brush-size') as HTMLInputElement).value);
    await user.keyboard(']');
    expect(Number((screen.getByTestId('brush-size') as HTMLInputElement).value)).toBeGreaterThan(before);
    expect(size()).toMatch(/ px$/);
    await user.click(screen.getByRole('radio', { name: 'Restore' }));
    expect(screen.getByRole('radio', { name: 'Restore' }).getAttribute('aria-checked')).toBe('true');
  });
});

describe('comparing', () => {
  it('has four views, and grounds for all but the alpha', async () => {
    const { user } = await opened();
    expect(screen.getByRole('slider', { name: 'Before and after' })).toBeTruthy();
    await user.click(screen.getByRole('radio', { name: 'Side by side' }));
    expect(screen.queryByRole('slider', { name: 'Before and after' })).toBeNull();
    await user.click(screen.getByRole('radio', { name: 'Black' }));
    await user.click(screen.getByRole('radio', { name: 'Alpha' }));
    expect(screen.queryByRole('radio', { name: 'Black' })).toBeNull();
    expect(screen.getByRole('img', { name: 'a.png, its alpha' })).toBeTruthy();
  });

  it('goes through the tools by arrow keys', async () => {
    const { user } = await opened();
    tool('compare').focus();
    await user.keyboard('{ArrowRight}{ArrowRight}');
    expect(document.activeElement).toBe(tool('place'));
    expect(tool('place').getAttribute('aria-checked')).toBe('true');
  });
});

describe('keeping', () => {
  it('comes before a download: what was edited last is in what is saved', async () => {
    const { user, calls } = await opened();
    await user.click(tool('shadow'));
    await user.click(screen.getByLabelText('Drop shadow'));
    await user.click(screen.getByTestId('download'));
    await settled();
    const order = calls.map(({ command }) => command).filter((command) => command === 'set_edits' || command === 'download');
    expect(order).toEqual(['set_edits', 'download']);
  });

  it('that fails is said, stops the download, and is tried again', async () => {
    let full = true;
    const { user, calls, kept } = await opened({
      set_edits: () => {
        if (full) throw problem('disk_full', 'The drive is full.', 'Make room and try again.');
        return null;
      },
    });
    await user.click(tool('shadow'));
    await user.click(screen.getByLabelText('Drop shadow'));
    await user.click(screen.getByTestId('download'));
    await settled();
    expect(calls.some(({ command }) => command === 'download')).toBe(false);
    expect(screen.getAllByText(/The drive is full/).length).toBeGreaterThan(0);
    full = false;
    await user.click(screen.getByTestId('download'));
    await settled();
    expect(calls.some(({ command }) => command === 'download')).toBe(true);
    expect(kept().at(-1)).toEqual(kept()[0]);
  });

  it('shows what was kept before', async () => {
    await opened({ edits: () => editsView(withScene(NO_EDITS, { backdrop: { kind: 'colour', rgb: '#ff0000' } })) });
    expect(screen.getByTestId('backdrop').dataset.background).toBe('#ff0000');
  });
});
