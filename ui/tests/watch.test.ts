// @vitest-environment jsdom
import { screen, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { problem } from '../mock/fixtures';
import { watchOf } from '../mock/watches';
import type { WatchState } from '../src/lib/bindings/WatchState';
import { budgetFault, countWords, dayWords, placeWords, stateWords } from '../src/lib/watchwords';
import { open, settled, tell } from './support';

describe('words', () => {
  it('say what a day has cost and what is promised', () => {
    expect(dayWords(watchOf())).toBe('12 of 50 credits today, 3 more for what is queued');
    expect(dayWords(watchOf({ spent: '0.25', promised: '0', budget: '1' }))).toBe('0.25 of 1 credit today');
  });

  it('count only what there is', () => {
    expect(countWords(watchOf({ done: 1204, failed: 1 }))).toBe('2 waiting, 3 queued, 1,204 saved, 1 failed');
    expect(countWords(watchOf({ waiting: 0, queued: 0, done: 0 }))).toBe('No pictures yet');
  });

  it('say where things go', () => {
    expect(placeWords(watchOf())).toBe('Results beside the originals');
    expect(placeWords(watchOf({ output: 'Cut', recursive: true, moves_to: 'Done' }))).toBe('Results to Cut, with subfolders, originals move to Done');
  });

  it('take a budget that is more than nothing', () => {
    expect([budgetFault('50'), budgetFault(' 0.25 ')]).toEqual([undefined, undefined]);
    for (const text of ['', '0', '-3', 'fifty', '50/day']) expect(budgetFault(text), text).toBeDefined();
  });

  it.each<[WatchState, string]>([
    ['away', 'goes on by itself'],
    ['used_up', 'larger budget'],
    ['out_of_credits', 'credits again'],
    ['key_refused', 'key again'],
    ['service_ended', 'kept'],
    ['other_account', 'another account'],
    ['elsewhere', 'Another Clearcut'],
  ])('say of %s what ends it', (state, words) => {
    expect(stateWords(watchOf({ state })).text).toContain(words);
  });
});

const start = async (list = [watchOf()], answers = {}) => {
  const window = await open({}, { watches: () => list, ...answers });
  await window.user.click(screen.getByTestId('rail-watch'));
  await settled();
  return window;
};

describe('the view', () => {
  it('says without a watch what one is good for, and opens the form', async () => {
    const { user } = await start([]);
    expect(screen.getByTestId('watch-empty').textContent).toContain('Never more than your budget');
    await user.click(screen.getByTestId('watch-add'));
    expect(screen.getByTestId('watch-form')).toBeTruthy();
  });

  it('shows state, budget and files of each folder', async () => {
    await start([watchOf(), watchOf({ id: 'w2', folder: 'Camera', state: 'away' })]);
    const [first, second] = screen.getAllByTestId('watch');
    expect(within(first!).getByTestId('watch-state').textContent).toBe('Watching');
    expect(within(first!).getByTestId('watch-bar').getAttribute('aria-valuetext')).toContain('12 of 50 credits today');
    expect(within(first!).getByTestId('watch-last').textContent).toContain('No picture that Clearcut reads.');
    expect(within(second!).getByTestId('watch-text').textContent).toContain('not there');
  });

  it('follows events and drops an answer that one has overtaken', async () => {
    let answer: (list: unknown) => void = () => undefined;
    const { user } = await start([watchOf()], { pause_watch: () => new Promise((resolve) => (answer = resolve)) });
    await user.click(screen.getByTestId('watch-pause'));
    await tell({ kind: 'watches', watches: [watchOf({ state: 'paused' })] });
    answer([watchOf()]);
    await settled();
    expect(screen.getByTestId('watch-state').textContent).toBe('Paused');
    expect(screen.getByTestId('watch-resume')).toBeTruthy();
  });

  it('asks before it stops watching, and says that no file is touched', async () => {
    const { user, asked } = await start([watchOf()], { remove_watch: () => [] });
    await user.click(screen.getByTestId('watch-remove'));
    expect(screen.getByTestId('watch-remove-ask').textContent).toContain('No file is touched');
    expect(asked('remove_watch')).toEqual([]);
    await user.click(screen.getByTestId('watch-remove-yes'));
    await settled();
    expect(asked('remove_watch')[0]?.args).toEqual({ watch: 'w1' });
    expect(screen.getByTestId('watch-empty')).toBeTruthy();
  });

  it('changes a budget to what was typed, and to nothing else', async () => {
    const { user, asked } = await start([watchOf()], { set_watch_budget: () => [watchOf({ budget: '0.5' })] });
    await user.click(screen.getByTestId('watch-budget-change'));
    const field = screen.getByTestId('watch-budget-new');
    await user.clear(field);
    await user.type(field, '0');
    await user.click(screen.getByTestId('watch-budget-save'));
    expect(screen.getByTestId('watch-budget-new-fault')).toBeTruthy();
    await user.clear(field);
    await user.type(field, '0.5');
    await user.click(screen.getByTestId('watch-budget-save'));
    await settled();
    expect(asked('set_watch_budget').map(({ args }) => args)).toEqual([{ watch: 'w1', budget: '0.5' }]);
    expect(screen.getByTestId('watch-budget-change').textContent).toContain('0.5 credits a day');
  });
});

describe('the form', () => {
  const fill = async (answers = {}) => {
    let picked = 0;
    const window = await start([], { pick_folder: () => ({ id: `f${++picked}`, name: `Folder ${picked}` }), ...answers });
    await window.user.click(screen.getByTestId('watch-add'));
    await settled();
    return window;
  };

  it('names what is missing and asks for nothing', async () => {
    const { user, asked } = await fill();
    await user.click(screen.getByTestId('watch-moves'));
    await user.click(screen.getByTestId('watch-save'));
    for (const field of ['watch-folder', 'watch-budget', 'watch-done']) expect(screen.getByTestId(`${field}-fault`)).toBeTruthy();
    expect(asked('add_watch')).toEqual([]);
  });

  it('names the sum a day on its button and hands over just that', async () => {
    const { user, asked } = await fill({ add_watch: () => [watchOf()] });
    await user.click(screen.getByTestId('watch-folder'));
    await user.type(screen.getByTestId('watch-budget'), '50');
    await user.click(screen.getByTestId('watch-recursive'));
    await user.click(screen.getByTestId('watch-moves'));
    await user.click(screen.getByTestId('watch-done'));
    expect(screen.getByTestId('watch-save').textContent).toBe('Watch for at most 50 credits a day');
    await user.click(screen.getByTestId('watch-save'));
    await settled();
    expect(asked('add_watch').map(({ args }) => args.watch)).toEqual([
      {
        folder: 'f1',
        budget: '50',
        recursive: true,
        options: { size: 'full', format: 'png', background: null },
        output: null,
        move_done_to: 'f2',
      },
    ]);
    expect(screen.getByTestId('watch')).toBeTruthy();
    expect(screen.queryByTestId('watch-form')).toBeNull();
  });

  it('keeps what was typed when the core refuses', async () => {
    const refused = problem('bad_request', '“Folder 1” is watched already.');
    const { user } = await fill({ add_watch: () => Promise.reject(refused) });
    await user.click(screen.getByTestId('watch-folder'));
    await user.type(screen.getByTestId('watch-budget'), '50');
    await user.click(screen.getByTestId('watch-save'));
    await settled();
    expect(screen.getByTestId('watch-form').textContent).toContain('watched already');
    expect((screen.getByTestId('watch-budget') as HTMLInputElement).value).toBe('50');
  });
});
