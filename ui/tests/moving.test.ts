// @vitest-environment jsdom
import { screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { overview, problem } from '../mock/fixtures';
import { vault } from '../mock/vaultdesk';
import { open, settled, tell } from './support';

/** The Settings view over a core that answers a way only when it is told to. */
async function moving(command: 'save_archive' | 'load_archive') {
  let answer: (value: unknown) => void = () => {};
  let refuse: (problem: unknown) => void = () => {};
  const opened = await open({}, {
    vault: () => vault(),
    [command]: () => new Promise((resolve, reject) => ([answer, refuse] = [resolve, reject])),
  });
  await opened.user.click(screen.getByTestId('rail-settings'));
  await settled();
  return { ...opened, answer: async (value: unknown) => (answer(value), settled()), refuse: async (value: unknown) => (refuse(value), settled()) };
}

describe('moving to another computer', () => {
  it('shows how far the archive has come, can be stopped, and says so only by being over', async () => {
    const { user, asked, refuse } = await moving('save_archive');
    await user.click(screen.getByTestId('moving-save'));
    expect(screen.getByTestId<HTMLButtonElement>('moving-load').disabled).toBe(true);
    await tell({ kind: 'archive', done: 25_000_000, total: 100_000_000 });
    const bar = screen.getByTestId<HTMLProgressElement>('moving-progress');
    expect([bar.value, bar.max]).toEqual([25_000_000, 100_000_000]);
    await user.click(screen.getByTestId('moving-stop'));
    expect(asked('stop_archive')).toHaveLength(1);
    await refuse(problem('cancelled', 'Stopped. Nothing was saved.'));
    expect(screen.queryByTestId('moving-progress')).toBeNull();
    expect(screen.queryByText(/Nothing was saved/)).toBeNull();
    expect(screen.getByTestId<HTMLButtonElement>('moving-save').disabled).toBe(false);
  });

  it('says what is in the archive, and that it is for one computer only', async () => {
    const { user, answer } = await moving('save_archive');
    await user.click(screen.getByTestId('moving-save'));
    await answer({ name: 'clearcut.zip', accounts: 2, pictures: 1, left_out: 0, bytes: 3_000_000 });
    expect(screen.getByTestId('moving-saved').textContent).toContain('clearcut.zip: 2 accounts, 1 picture kept');
    expect(screen.getByText(/on one of the two computers only/)).toBeTruthy();
  });

  it('shows the accounts that came, and why one did not', async () => {
    const { user, answer } = await moving('load_archive');
    await user.click(screen.getByTestId('moving-load'));
    const came = [
      { label: 'Studio', came: true, text: '“Studio” came over. Enter its key again.' },
      { label: 'Shop', came: false, text: '“Shop” is on this computer already. Nothing was added to it.' },
    ];
    await answer({ accounts: came, pictures: 12, settings: ['Settings that were not set here were taken over.'], overview: overview() });
    const said = screen.getByTestId('moving-loaded').textContent;
    for (const text of [came[0]?.text, came[1]?.text, 'were taken over', '12 pictures']) expect(said).toContain(text);
  });

  it('a closed dialog changes nothing, and a refusal is shown with what to do', async () => {
    const { user, answer, refuse } = await moving('load_archive');
    await user.click(screen.getByTestId('moving-load'));
    await answer(null);
    expect(screen.queryByTestId('moving-loaded')).toBeNull();
    await user.click(screen.getByTestId('moving-load'));
    await refuse(problem('file_trouble', '“x.zip” cannot be taken over. Nothing was taken over.', 'Save the archive again.'));
    expect(screen.getByText(/Save the archive again/)).toBeTruthy();
  });
});
