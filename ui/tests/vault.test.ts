// @vitest-environment jsdom
import { screen, within } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';

import { problem, settings } from '../mock/fixtures';
import { cleaning, heap, vault, VaultDesk } from '../mock/vaultdesk';
import type { VaultView } from '../src/lib/bindings/VaultView';
import { barWords, EVIDENCE, footWords, goWords, lengths, limitItems, meaning, overWords, pictures, shrinkWords, wayNote, WAYS, wentWords } from '../src/lib/vault';
import { open, settled, tell } from './support';

const [MONTH, , , ALL] = WAYS;
if (MONTH === undefined || ALL === undefined) throw new Error('the ways are gone');

describe('what is kept, in words', () => {
  it('names counts, bytes and the limit', () => {
    expect([pictures(1), pictures(1240)]).toEqual(['1 picture', '1,240 pictures']);
    expect(barWords(vault({ saved: heap(3, 2_500) }))).toBe('2.5 GB of 10 GB');
    expect(barWords(vault({ saved: heap(3, 2_500), limit_gb: null }))).toBe('2.5 GB kept, no limit');
    expect(footWords(vault({ oldest: '2026-09-03T10:00:00+02:00', disk_free: 51_300_000_000 }))).toBe('The oldest is of 3 September 2026 · 51.3 GB free on this disk');
    expect(footWords(vault({ disk_free: null }))).toBe('');
  });

  it('draws parts against the limit, and against all that is kept beyond it', () => {
    expect(lengths(vault({ saved: heap(10, 5_000), held: heap(1, 1_000) }))).toEqual({ saved: 50, held: 10, evidence: 0 });
    expect(lengths(vault({ saved: heap(10, 15_000), held: heap(1, 5_000) }))).toEqual({ saved: 75, held: 25, evidence: 0 });
    expect(lengths(vault({ evidence: heap(1, 0.2) })).evidence, 'a trace is seen').toBeGreaterThan(0.5);
    expect(lengths(vault()).saved, 'nothing is nothing').toBe(0);
  });

  it('says why it is over its limit, and only then', () => {
    expect(overWords(vault({ saved: heap(1, 10_000) }))).toBeNull();
    expect(overWords(vault({ held: heap(1, 10_001) }))).toContain('not saved yet stays');
    expect(overWords(vault({ held: heap(1, 99_000), limit_gb: null }))).toBeNull();
  });

  it('offers a limit that was set by hand among the others', () => {
    const values = (view: VaultView): string[] => limitItems(view).map(({ value }) => value);
    expect(values(vault({ limit_gb: 7 }))).toEqual(['2', '5', '7', '10', '25', '50', '100', 'none']);
    expect(values(vault({ limit_gb: null }))).not.toContain('0');
  });

  it('says what a cleaning means before it is done', () => {
    const some = cleaning({ heap: heap(312, 780.4), credits: '312' });
    expect(wayNote(MONTH, some)).toBe('312 pictures · 780.4 MB');
    expect(wayNote(MONTH, cleaning())).toBe('none');
    expect(wayNote(EVIDENCE, cleaning({ heap: heap(2, 1.1) }))).toBe('2 answers · 1.1 MB');
    expect(meaning(MONTH, some)).toBe(
      'Saved pictures older than a month go: 312 pictures, paid with 312 credits. The files you saved stay where they are. Downloading them again would cost credits again.',
    );
    expect(meaning(ALL, cleaning({ heap: heap(1, 2), credits: '1' }))).toContain('All saved pictures go: 1 picture, paid with 1 credit.');
    expect(meaning(EVIDENCE, cleaning({ heap: heap(2, 1) }))).toContain('A refund cannot be claimed with them any more');
    expect(goWords(MONTH, some)).toBe('Let 312 pictures go · frees 780.4 MB');
    expect(shrinkWords(5, some)).toContain('With 5 GB the oldest 312 pictures that are saved go (780.4 MB)');
    expect(wentWords({ ...some, left_alone: 1 })).toBe('312 pictures went, 780.4 MB are free; 1 in use stays');
  });
});

/** The Settings view over a vault that answers like the core. */
async function settingsOver(view: VaultView, first = {}, other: Record<string, (args: Record<string, unknown>) => unknown> = {}) {
  const desk = new VaultDesk(view);
  const by = (command: string) => (args: Record<string, unknown>) => desk.answer(command, args);
  const commands = ['vault', 'vault_cleaning', 'clean_vault', 'set_vault_limit'];
  const opened = await open(first, { ...Object.fromEntries(commands.map((command) => [command, by(command)])), ...other });
  await opened.user.click(screen.getByTestId('rail-settings'));
  await new Promise((done) => setTimeout(done, 5));
  await settled();
  return opened;
}

const FILLED = vault({ saved: heap(1_412, 3_871), held: heap(24, 66), evidence: heap(2, 1.1), oldest: '2026-08-03T10:12:00+02:00' });

describe('the Settings view', () => {
  it('opens by its key and names itself', async () => {
    const { user } = await open({}, { vault: () => vault() });
    await user.keyboard('{Control>},{/Control}');
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Settings');
    expect(screen.getByTestId('rail-settings').getAttribute('aria-current')).toBe('page');
  });

  it('says that nothing is kept yet, and offers nothing to clean', async () => {
    await settingsOver(vault());
    expect(screen.getByTestId('vault-empty').textContent).toContain('Nothing is kept yet');
    expect(screen.getByTestId('vault-clean').hasAttribute('disabled')).toBe(true);
  });

  it('shows how full it is and what is in there', async () => {
    await settingsOver(FILLED);
    expect(screen.getByTestId('vault-bytes').textContent).toBe('3.9 GB of 10 GB');
    expect(screen.getByTestId('vault-bar').getAttribute('aria-label')).toBe('3.9 GB of 10 GB');
    expect(screen.getByTestId('vault-saved').textContent).toContain('1,412 pictures');
    expect(screen.getByTestId('vault-held').textContent).toContain('always kept');
    expect(screen.getByTestId('vault-evidence').textContent).toContain('refund');
    expect(screen.getByTestId('vault-foot').textContent).toContain('3 August 2026');
    expect(screen.queryByTestId('vault-over')).toBeNull();
  });

  it('cleans up what was chosen after saying what it means', async () => {
    const { user, asked } = await settingsOver(FILLED);
    await user.click(screen.getByTestId('vault-clean'));
    await settled();
    expect(asked('clean_vault')).toHaveLength(0);
    expect(screen.getByTestId('clean-month').getAttribute('aria-checked')).toBe('true');
    expect(document.activeElement, 'where the choice is made').toBe(screen.getByTestId('clean-month'));
    expect(screen.getByTestId('clean-year').hasAttribute('disabled'), 'nothing is that old').toBe(true);
    await user.click(screen.getByTestId('clean-all'));
    expect(screen.getByTestId('clean-meaning').textContent).toContain('Downloading them again would cost credits again.');
    await user.click(screen.getByTestId('clean-go'));
    await settled();
    expect(asked('clean_vault').map(({ args }) => args)).toEqual([{ what: { kind: 'all_saved' } }]);
    expect(screen.getByTestId('vault-bytes').textContent).toBe('67.1 MB of 10 GB');
    expect(screen.getByText(/1,412 pictures went/)).toBeTruthy();
  });

  it('can be cleaned by keyboard alone, and left without touching anything', async () => {
    const { user, asked } = await settingsOver(FILLED);
    screen.getByTestId('vault-clean').focus();
    await user.keyboard('{Enter}');
    await settled();
    await user.keyboard('{ArrowDown}');
    expect(screen.getByTestId('clean-quarter').getAttribute('aria-checked')).toBe('true');
    await user.keyboard('{Escape}');
    expect(asked('clean_vault')).toHaveLength(0);
  });

  it('asks before a smaller limit lets something go', async () => {
    const { user, asked } = await settingsOver(FILLED);
    const choose = async (value: string): Promise<void> => {
      screen.getByTestId('vault-limit').focus();
      await user.keyboard('{Enter}');
      await settled();
      await user.click(screen.getByTestId(`vault-limit-${value}`));
      await settled();
    };
    await choose('2');
    expect(asked('set_vault_limit')).toHaveLength(0);
    const shrink = screen.getByTestId('vault-shrink');
    expect(shrink.textContent).toContain('With 2 GB');
    await user.click(within(shrink).getByTestId('vault-shrink-no'));
    expect(screen.queryByTestId('vault-shrink')).toBeNull();
    await choose('2');
    await user.click(screen.getByTestId('vault-shrink-yes'));
    await settled();
    expect(asked('set_vault_limit').map(({ args }) => args)).toEqual([{ limit_gb: 2 }]);
    await choose('none');
    expect(asked('set_vault_limit').at(-1)?.args).toEqual({ limit_gb: null });
    expect(screen.getByTestId('vault-bytes').textContent).toContain('no limit');
  });

  it('shows a problem in its place, and the figures once it is over', async () => {
    let broken = true;
    const trouble = problem('store_trouble', 'The vault of paid pictures cannot be used.', 'Check the disk.');
    const answer = (): VaultView => {
      if (broken) throw trouble;
      return FILLED;
    };
    await settingsOver(FILLED, {}, { vault: answer });
    expect(screen.getByText(/cannot be used/)).toBeTruthy();
    expect(screen.queryByTestId('vault-bytes')).toBeNull();
    broken = false;
    await tell({ kind: 'credits_changed' });
    await vi.waitFor(() => expect(screen.getByTestId('vault-bytes')).toBeTruthy());
    expect(screen.queryByText(/cannot be used/)).toBeNull();
  });

  it('shows and changes where cutouts are saved', async () => {
    const { user } = await settingsOver(vault(), { settings: { ...settings, output_folder: 'Shop' } }, { save_beside_originals: () => settings });
    expect(screen.getByTestId('settings-folder').textContent).toBe('Shop');
    await user.click(screen.getByTestId('settings-beside'));
    await settled();
    expect(screen.getByTestId('settings-folder').textContent).toBe('Beside the original');
    expect(screen.queryByTestId('settings-beside')).toBeNull();
  });
});
