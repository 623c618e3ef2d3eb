/** The history in words and groups: days, what was downloaded together, states, sums with their sign. Pure; adds no money. */

import type { HistoryFilter } from './bindings/HistoryFilter';
import type { HistoryRowView } from './bindings/HistoryRowView';
import type { HistoryState } from './bindings/HistoryState';
import type { SourceView } from './bindings/SourceView';
import { bytes } from './bytes';
import { POCKETS, type Pocket } from './gauge';
import { figure, isZero, micros } from './money';
import type { Tone } from './states';

/** What the user filters by. */
export interface Wanted {
  text: string;
  state: HistoryState | 'all';
  /** `YYYY-MM-DD`. */
  from: string | null;
  to: string | null;
}

export const EVERYTHING: Wanted = { text: '', state: 'all', from: null, to: null };

/** How many lines are asked for at a time, and how many the core gives at most. */
export const PAGE = 100;
export const MOST = 500;

/** The filter as the core wants it. Days the wrong way round are put right. */
export function filterFor({ text, state, from, to }: Wanted, skip = 0, limit = PAGE): HistoryFilter {
  const turned = from !== null && to !== null && from > to;
  return {
    text: text.trim() === '' ? null : text.trim(),
    state: state === 'all' ? null : state,
    from: turned ? to : from,
    to: turned ? from : to,
    skip,
    limit: Math.min(limit, MOST),
  };
}

/** Whether anything is filtered at all. */
export function filtered(wanted: Wanted): boolean {
  const { text, state, from, to } = filterFor(wanted);
  return text !== null || state !== null || from !== null || to !== null;
}

export const ROW_STATES: Record<HistoryState, { words: string; tone: Tone }> = {
  paid: { words: 'Paid', tone: 'good' },
  paid_lost: { words: 'Paid, lost', tone: 'bad' },
  not_charged: { words: 'Not charged', tone: 'quiet' },
  unknown: { words: 'Maybe charged', tone: 'warn' },
  under_way: { words: 'Under way', tone: 'active' },
  account: { words: 'Account', tone: 'quiet' },
};

/** Rows in a row that belong to one press of the button; a row alone stands in a group of its own. */
export interface Group {
  batch: string | null;
  rows: HistoryRowView[];
}

export interface Day {
  /** `YYYY-MM-DD`, by the computer's clock at that time. */
  day: string;
  groups: Group[];
}

/** Days, newest first as they come, and in them what was downloaded together where it stands together. */
export function byDay(rows: readonly HistoryRowView[]): Day[] {
  const days: Day[] = [];
  for (const row of rows) {
    const day = row.at.slice(0, 10);
    if (days.at(-1)?.day !== day) days.push({ day, groups: [] });
    const groups = days.at(-1)?.groups ?? [];
    const last = groups.at(-1);
    if (last !== undefined && row.batch !== null && last.batch === row.batch) last.rows.push(row);
    else groups.push({ batch: row.batch, rows: [row] });
  }
  return days;
}

/** "Friday 20 November 2026"; the text itself where it is no day. */
export function dayName(day: string): string {
  const at = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(at.getTime())) return day;
  const part = (options: Intl.DateTimeFormatOptions): string => at.toLocaleDateString('en-GB', { ...options, timeZone: 'UTC' });
  return `${part({ weekday: 'long' })} ${part({ day: 'numeric', month: 'long', year: 'numeric' })}`;
}

/** "14:05", as the clock stood there and then. */
export function clockTime(at: string): string {
  return /T(\d{2}:\d{2})/.exec(at)?.[1] ?? at;
}

/** A sum as the history writes it: what went as it is, what came with its plus, what is undecided as a question. */
export function sum(amount: string | null): string {
  const value = micros(amount);
  return value !== null && value < 0n ? `+${figure(amount).replace('\u2212', '')}` : figure(amount);
}

/** Where the sum is from, where that is not the service's own answer. */
export function basisWords(basis: SourceView): string | null {
  return { measured: null, entered: 'entered', inferred: 'worked out', unknown: null }[basis];
}

/** What of it each pocket gave or got; empty where that is unknown or nothing. */
export function marks(row: HistoryRowView): { pocket: Pocket; amount: string }[] {
  return POCKETS.flatMap((pocket) => {
    const amount = row[pocket];
    return amount === null || isZero(amount) ? [] : [{ pocket, amount }];
  });
}

/** The answer's size: pixels, then bytes. */
export function answer({ width, height, answer_bytes }: HistoryRowView): [string | null, string | null] {
  return [width === null || height === null ? null : `${width} × ${height}`, answer_bytes === null ? null : bytes(answer_bytes)];
}
