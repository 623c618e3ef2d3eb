/** A made-up history, and the core's way of filtering it. */

import type { DayView } from '../src/lib/bindings/DayView';
import type { HistoryFilter } from '../src/lib/bindings/HistoryFilter';
import type { HistoryRowView } from '../src/lib/bindings/HistoryRowView';
import type { HistoryView } from '../src/lib/bindings/HistoryView';
import type { Scene } from './scene';

export function row(change: Partial<HistoryRowView> = {}): HistoryRowView {
  return {
    id: 'r1',
    at: '2026-11-20T14:05:10+01:00',
    what: 'coffee.png',
    options: 'Full size, PNG, transparent',
    credits: '1',
    basis: 'measured',
    subscription: '1',
    rollover: '0',
    payg: '0',
    enterprise: '0',
    width: 600,
    height: 400,
    answer_bytes: 412_880,
    state: 'paid',
    batch: null,
    exportable: true,
    ...change,
  };
}

export function historyDay(day: string, change: Partial<DayView> = {}): DayView {
  return { day, subscription: '0', rollover: '0', payg: '0', enterprise: '0', untold: '0', elsewhere: '0', charges: 0, ...change };
}

/** The page that the core would answer with. */
export function historyPage(kept: Scene['history'], filter: HistoryFilter): HistoryView {
  const rows = (kept?.rows ?? []).filter(
    ({ what, state, at }) =>
      (filter.text === null || what.toLowerCase().includes(filter.text.toLowerCase())) &&
      (filter.state === null || state === filter.state) &&
      (filter.from === null || at.slice(0, 10) >= filter.from) &&
      (filter.to === null || at.slice(0, 10) <= filter.to),
  );
  const spent = rows.filter(({ state }) => state !== 'account').reduce((sum, { credits }) => sum + Number(credits ?? 0), 0);
  const days = (kept?.days ?? []).filter(({ day }) => (filter.from === null || day >= filter.from) && (filter.to === null || day <= filter.to));
  return { rows: rows.slice(filter.skip, filter.skip + filter.limit), matching: rows.length, credits: String(spent), days };
}
