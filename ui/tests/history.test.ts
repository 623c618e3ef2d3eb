// @vitest-environment jsdom
import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { problem } from '../mock/fixtures';
import { historyDay, historyPage, row } from '../mock/history';
import type { HistoryFilter } from '../src/lib/bindings/HistoryFilter';
import { answer, byDay, clockTime, dayName, EVERYTHING, filtered, filterFor, marks, sum } from '../src/lib/historyrows';
import { open, settled, tell } from './support';

describe('the filter', () => {
  it('asks for nothing that is not wanted', () => {
    expect(filterFor(EVERYTHING)).toEqual({ text: null, state: null, from: null, to: null, skip: 0, limit: 100 });
    expect(filtered({ ...EVERYTHING, text: '  ' })).toBe(false);
  });

  it('asks for what is wanted, page by page', () => {
    expect(filterFor({ text: ' mug ', state: 'paid', from: '2026-11-01', to: null }, 200)).toEqual({
      text: 'mug',
      state: 'paid',
      from: '2026-11-01',
      to: null,
      skip: 200,
      limit: 100,
    });
    expect(filterFor(EVERYTHING, 0, 900).limit).toBe(500);
  });

  it('puts days right that are the wrong way round', () => {
    expect(filterFor({ ...EVERYTHING, from: '2026-11-20', to: '2026-11-01' })).toMatchObject({ from: '2026-11-01', to: '2026-11-20' });
  });
});

describe('lines', () => {
  it('stand by day, and together where they were downloaded together and are neighbours', () => {
    const rows = [
      row({ id: '1', batch: 'b', at: '2026-11-20T10:00:00+01:00' }),
      row({ id: '2', batch: 'b', at: '2026-11-20T09:59:00+01:00' }),
      row({ id: '3', batch: null, at: '2026-11-20T09:00:00+01:00' }),
      row({ id: '4', batch: null, at: '2026-11-20T08:00:00+01:00' }),
      row({ id: '5', batch: 'b', at: '2026-11-20T07:00:00+01:00' }),
      row({ id: '6', batch: 'b', at: '2026-11-19T23:59:00+01:00' }),
    ];
    expect(byDay(rows).map(({ day, groups }) => [day, groups.map((group) => group.rows.map(({ id }) => id).join(''))])).toEqual([
      ['2026-11-20', ['12', '3', '4', '5']],
      ['2026-11-19', ['6']],
    ]);
  });

  it('name day and time as the clock stood there and then', () => {
    expect(dayName('2026-11-20')).toBe('Friday 20 November 2026');
    expect(clockTime('2026-11-20T23:05:10-08:00')).toBe('23:05');
  });

  it('write what went, what came and what is undecided', () => {
    expect([sum('1'), sum('0.25'), sum('0'), sum('-25'), sum(null)]).toEqual(['1', '0.25', '0', '+25', '?']);
  });

  it('name the pockets that gave or got something', () => {
    expect(marks(row({ subscription: '0.5', rollover: '0.5', payg: '0', enterprise: null }))).toEqual([
      { pocket: 'subscription', amount: '0.5' },
      { pocket: 'rollover', amount: '0.5' },
    ]);
  });

  it('say how large the answer was, where there was one', () => {
    expect(answer(row())).toEqual(['600 × 400', '413 KB']);
    expect(answer(row({ width: null, answer_bytes: null }))).toEqual([null, null]);
  });
});

const kept = {
  rows: [
    row({ id: 'r1', what: 'mug-front.jpg', batch: 'b', subscription: '0', payg: '1' }),
    row({ id: 'r2', what: 'mug-side.jpg', batch: 'b' }),
    row({ id: 'r3', what: 'cat.png', state: 'unknown', credits: null, exportable: false, at: '2026-11-19T09:00:00+01:00' }),
    row({ id: null, what: 'Top-up: 25 PAYG credits', state: 'account', credits: '-25', payg: '-25', exportable: false, at: '2026-11-18T09:00:00+01:00' }),
  ],
  days: [historyDay('2026-11-19'), historyDay('2026-11-20', { subscription: '1', payg: '1', charges: 2 })],
};

async function history(answers: Parameters<typeof open>[1] = {}) {
  const window = await open({}, { history: ({ filter }) => historyPage(kept, filter as HistoryFilter), ...answers });
  await window.user.click(screen.getByTestId('rail-history'));
  await settled();
  return { ...window, filters: () => window.asked('history').map(({ args }) => args.filter as HistoryFilter) };
}

const rows = () => screen.queryAllByTestId('history-row').map(({ dataset }) => dataset.id ?? '-');

describe('the History view', () => {
  it('shows lines with sums, states in words, and what was downloaded together', async () => {
    await history();
    expect(rows()).toEqual(['r1', 'r2', 'r3', '-']);
    expect(screen.getByTestId('history-sums').textContent).toContain('4 entries · 2 credits');
    expect(screen.getByTestId('history-batch').textContent).toBe('2 downloaded together');
    const [first, , third, last] = screen.getAllByTestId('history-row');
    expect(within(first as HTMLElement).getByText('Paid')).toBeTruthy();
    expect(within(first as HTMLElement).getByText('Pay as you go')).toBeTruthy();
    expect(third?.textContent).toContain('Maybe charged');
    expect(third?.textContent).toContain('not decided');
    expect(last?.textContent).toContain('+25');
    expect(screen.getByText('Wednesday 18 November 2026')).toBeTruthy();
  });

  it('searches by name once typing pauses', async () => {
    const { user, filters } = await history();
    await user.type(screen.getByTestId('history-search'), 'mug');
    await waitFor(() => expect(rows()).toEqual(['r1', 'r2']));
    expect(filters().map(({ text }) => text)).toEqual([null, 'mug']);
    await user.click(screen.getByTestId('history-clear'));
    await waitFor(() => expect(rows()).toHaveLength(4));
  });

  it('says when nothing matches, and shows everything again', async () => {
    const { user } = await history();
    await user.type(screen.getByTestId('history-search'), 'zebra');
    expect(await screen.findByTestId('history-nothing-matches')).toBeTruthy();
    await user.click(screen.getByTestId('history-clear'));
    await waitFor(() => expect(rows()).toHaveLength(4));
  });

  it('comes page by page', async () => {
    const many = { rows: Array.from({ length: 130 }, (_, n) => row({ id: `m${n}` })), days: [] };
    const { user, filters } = await history({ history: ({ filter }) => historyPage(many, filter as HistoryFilter) });
    expect(rows()).toHaveLength(100);
    await user.click(screen.getByTestId('history-more'));
    await settled();
    expect(rows()).toHaveLength(130);
    expect(filters().at(-1)).toMatchObject({ skip: 100, limit: 100 });
    expect(screen.queryByTestId('history-more')).toBeNull();
  });

  it('asks anew when something has happened', async () => {
    const { filters } = await history();
    await tell({ kind: 'credits_changed' });
    await settled();
    expect(filters()).toHaveLength(2);
  });

  it('exports just the lines that are shown, and names the file', async () => {
    const { user, asked } = await history({ export_history: () => 'history.csv' });
    await user.type(screen.getByTestId('history-search'), 'mug');
    await waitFor(() => expect(rows()).toEqual(['r1', 'r2']));
    await user.click(screen.getByTestId('history-export'));
    await settled();
    expect(asked('export_history')[0]?.args.filter).toMatchObject({ text: 'mug', skip: 0 });
    expect(screen.getByTestId('toast').textContent).toContain('Saved as history.csv');
  });

  it('exports a paid picture again for nothing; nothing is said when no place is chosen', async () => {
    const { user, asked } = await history({ export_receipt: () => null });
    const again = screen.getByRole('button', { name: 'Export again, free: mug-front.jpg' });
    expect(screen.getAllByTestId('history-again')).toHaveLength(2);
    await user.click(again);
    await settled();
    expect(asked('export_receipt')[0]?.args).toEqual({ id: 'r1' });
    expect(screen.queryByTestId('toast')).toBeNull();
  });

  it('is empty at first', async () => {
    await history({ history: ({ filter }) => historyPage(undefined, filter as HistoryFilter) });
    expect(screen.getByTestId('history-empty').textContent).toContain('Nothing yet');
    expect(screen.queryByTestId('history-search')).toBeNull();
  });

  it('says why it cannot be read, and tries again', async () => {
    let fail = true;
    const { user } = await history({
      history: ({ filter }) => (fail ? Promise.reject(problem('store_trouble', 'The data cannot be read.')) : historyPage(kept, filter as HistoryFilter)),
    });
    expect(screen.getByTestId('problem').dataset.code).toBe('store_trouble');
    fail = false;
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    await settled();
    expect(rows()).toHaveLength(4);
  });
});
