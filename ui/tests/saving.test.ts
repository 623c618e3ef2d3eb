// @vitest-environment jsdom
import { screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { problem, quote, settings } from '../mock/fixtures';
import { vault } from '../mock/vaultdesk';
import { diskShort, diskWords } from '../src/lib/lines';
import { forNothing } from '../src/lib/quotewords';
import { open, settled, tell } from './support';

type Args = Record<string, unknown>;

/** The Settings view over a core that keeps what is set. */
async function saving(first = {}, setSaving?: (args: Args) => unknown) {
  const opened = await open({ settings: { ...settings, ...first } }, {
    vault: () => vault(),
    set_saving: setSaving ?? (({ template, existing, keep_metadata }: Args) => ({ ...settings, template, existing, keep_metadata })),
  });
  await opened.user.click(screen.getByTestId('rail-settings'));
  await settled();
  return opened;
}

const field = (): HTMLInputElement => screen.getByTestId('saving-template');

describe('the name of cutouts', () => {
  it('is what is set, and is saved only when asked to', async () => {
    const { user, asked } = await saving({ existing: 'skip', keep_metadata: true });
    expect(field().value).toBe('{name}-cutout');
    expect(screen.queryByTestId('saving-save')).toBeNull();
    await user.clear(field());
    await user.type(field(), '{{parent}-{{index}');
    expect(asked('set_saving')).toHaveLength(0);
    await user.click(screen.getByTestId('saving-save'));
    await settled();
    expect(asked('set_saving').at(-1)?.args).toEqual({ template: '{parent}-{index}', existing: 'skip', keep_metadata: true });
    expect(field().value).toBe('{parent}-{index}');
    expect(screen.queryByTestId('saving-save')).toBeNull();
  });

  it('goes back to what is set', async () => {
    const { user } = await saving();
    await user.type(field(), '-x');
    await user.click(screen.getByTestId('saving-keep'));
    expect(field().value).toBe('{name}-cutout');
  });

  it('that makes no sense is told beneath it and keeps what was typed', async () => {
    const refused = problem('bad_request', 'Cutouts cannot be called so: there is no field {size}.', 'The usual name is {name}-cutout.');
    const { user } = await saving({}, () => Promise.reject(refused));
    await user.clear(field());
    await user.type(field(), '{{size}{Enter}');
    await settled();
    expect(screen.getByTestId('saving-template-fault').textContent).toBe(`${refused.message} ${refused.hint}`);
    expect(field().value).toBe('{size}');
    expect(field().getAttribute('aria-invalid')).toBe('true');
    await user.type(field(), 'x');
    expect(screen.queryByTestId('saving-template-fault')).toBeNull();
  });
});

describe('what becomes of a file that exists', () => {
  it('is chosen among three and saved at once, with the name that is set', async () => {
    const { user, asked } = await saving();
    const trigger = screen.getByTestId('saving-existing');
    expect(trigger.dataset.value).toBe('number');
    trigger.focus();
    await user.keyboard('{Enter}');
    await settled();
    await user.click(screen.getByTestId('saving-existing-skip'));
    await settled();
    expect(asked('set_saving').at(-1)?.args).toEqual({ template: '{name}-cutout', existing: 'skip', keep_metadata: true });
    expect(screen.getByTestId('saving-existing').dataset.value).toBe('skip');
  });

  it('is told in a quote where pictures are left out for it', () => {
    expect(forNothing(quote({ existing: 1 })).map(({ count, words }) => `${count} ${words}`)).toEqual(['1 has its cutout already: left out']);
    expect(forNothing(quote({ existing: 3 }))).toContainEqual({ count: 3, words: 'have their cutouts already: left out' });
  });
});

describe('what originals say beside their pictures', () => {
  it('is in the cutouts unless it is left out, which is saved at once', async () => {
    const { user, asked } = await saving({ existing: 'skip' });
    const trigger = screen.getByTestId('saving-metadata');
    expect(trigger.dataset.value).toBe('keep');
    trigger.focus();
    await user.keyboard('{Enter}');
    await settled();
    await user.click(screen.getByTestId('saving-metadata-strip'));
    await settled();
    expect(asked('set_saving').at(-1)?.args).toEqual({ template: '{name}-cutout', existing: 'skip', keep_metadata: false });
    expect(screen.getByTestId('saving-metadata').dataset.value).toBe('strip');
  });
});

describe('a drive', () => {
  it('is too small where the core says so, at the usual size of results', () => {
    const most = { disk_bytes: 84_000_000, disk_free: 31_500_000 };
    expect(diskShort(quote(most)), 'at most is not what is usual').toBe(false);
    expect(diskShort(quote({ ...most, disk_short: true }))).toBe(true);
    expect(diskWords(quote(most))).toContain('84.0 MB needed');
  });
});

describe('what was left out of folders', () => {
  const note = '2 hidden files and 1 earlier cutout were left out.';

  it('is said where nothing else was, and goes when it was read', async () => {
    const { user } = await open();
    await tell({ kind: 'added', added: { pictures: [], refused: [], note } });
    expect(screen.getByTestId('left-out').textContent).toBe(note);
    await user.click(screen.getByRole('button', { name: 'Close' }));
    expect(screen.queryByTestId('refused')).toBeNull();
  });

  it('stands above the files that have a reason of their own', async () => {
    await open();
    await tell({ kind: 'added', added: { pictures: [], refused: [{ name: 'notes.jpg', problem: problem('not_a_picture', 'This is no picture.') }], note } });
    expect(screen.getByRole('heading', { name: 'One file was left out' })).toBeTruthy();
    expect(screen.getByTestId('left-out').textContent).toBe(note);
  });
});
