/** Scenes for the History view: `/?scene=history&click=rail-history`. */

import type { HistoryRowView } from '../src/lib/bindings/HistoryRowView';
import { overview, removebg } from './fixtures';
import { historyDay, row } from './history';
import type { Scene } from './scene';

const NAMES = ['mug-front.jpg', 'mug-side.jpg', 'lamp.png', 'chair, oak.jpg', 'teapot with a very long name, third take.png', 'cat.png'];
const none = { subscription: null, rollover: null, payg: null, enterprise: null, width: null, height: null, answer_bytes: null, exportable: false };

/** Newest first: a batch of today, single downloads with every outcome, what happened to the account, older batches. */
function rows(): HistoryRowView[] {
  const made: HistoryRowView[] = [];
  let n = 0;
  const add = (at: string, change: Partial<HistoryRowView>): void => {
    n += 1;
    made.push(row({ id: `r${n}`, at, what: NAMES[n % NAMES.length] ?? 'a.png', width: 4032, height: 3024, answer_bytes: 2_400_000 + n * 13_337, ...change }));
  };
  for (let k = 0; k < 5; k += 1) add(`2026-11-20T16:${40 - k}:00+01:00`, k < 2 ? { batch: 'b3', subscription: '0', payg: '1' } : { batch: 'b3' });
  add('2026-11-20T11:12:00+01:00', { state: 'unknown', credits: null, ...none });
  add('2026-11-20T11:10:00+01:00', { state: 'paid_lost', exportable: false, answer_bytes: null, width: null, height: null });
  add('2026-11-20T11:08:00+01:00', { state: 'not_charged', credits: '0', ...none });
  add('2026-11-20T09:00:00+01:00', { id: null, what: 'Top-up: 25 PAYG credits', options: '', credits: '-25', state: 'account', basis: 'inferred', ...none, payg: '-25' });
  add('2026-11-19T18:30:00+01:00', { credits: '1', rollover: '0.5', subscription: '0.5', basis: 'inferred' });
  add('2026-11-19T18:29:00+01:00', { options: 'Preview size, PNG, transparent', credits: '0.25', subscription: '0.25', width: 625, height: 400, answer_bytes: 96_000 });
  for (let day = 18; day > 3; day -= 1) {
    for (let k = 0; k < 9; k += 1) {
      const date = `2026-11-${String(day).padStart(2, '0')}`;
      add(`${date}T10:${String(50 - k).padStart(2, '0')}:00+01:00`, { batch: k < 7 ? `b-${day}` : null, ...(day < 7 ? { subscription: '0', rollover: '1' } : {}) });
    }
  }
  add('2026-11-03T00:04:00+01:00', { id: null, what: 'Renewal: 100 credits for the month', options: '', credits: '-100', state: 'account', ...none });
  return made;
}

const USED = [0, 0, 3, 9, 12, 0, 0, 6, 7, 9, 4, 0, 0, 0, 9, 9, 11, 2, 9, 0, 0, 14, 9, 9, 9, 9, 9, 9, 0, 9, 9, 9, 2, 6, 0];

const days = USED.map((count, n) => {
  const date = new Date(Date.UTC(2026, 9, 17 + n)).toISOString().slice(0, 10);
  const payg = n > 31 ? Math.ceil(count / 3) : 0;
  const rollover = n < 8 ? count : 0;
  return historyDay(date, {
    subscription: String(count - payg - rollover),
    rollover: String(rollover),
    payg: String(payg),
    elsewhere: n === 21 ? '6' : '0',
    charges: count,
  });
});

export const historyScenes = {
  history: { overview: overview({ active: removebg.id }), history: { rows: rows(), days } },
  nohistory: { overview: overview(), history: { rows: [], days: [] } },
} satisfies Record<string, Scene>;
