/** A watch in words: what it does, what a day has cost, what became of its files. Plain functions of what the core told. */

import type { WatchFileOutcome } from './bindings/WatchFileOutcome';
import type { WatchView } from './bindings/WatchView';
import { credits, figure, isZero, micros } from './money';
import { timeOfDay } from './time';

export interface StateWords {
  label: string;
  /** What it means and what ends it; `null` where there is nothing to add. */
  text: string | null;
  tone: 'good' | 'quiet' | 'warn' | 'bad';
}

/** What a watch is doing. */
export function stateWords(watch: WatchView): StateWords {
  const waiting = watch.waiting === 0 ? '' : `${watch.waiting} waiting. `;
  switch (watch.state) {
    case 'watching':
      return { label: 'Watching', text: null, tone: 'good' };
    case 'away':
      return { label: 'Away', text: 'The folder or its drive is not there. It goes on by itself when it is back.', tone: 'warn' };
    case 'paused':
      return { label: 'Paused', text: null, tone: 'quiet' };
    case 'used_up':
      return { label: 'Budget used up', text: `${waiting}It goes on at ${timeOfDay(watch.renews_at)}, or with a larger budget.`, tone: 'warn' };
    case 'out_of_credits':
      return { label: 'Out of credits', text: `${waiting}It goes on by itself when the account has credits again.`, tone: 'bad' };
    case 'key_refused':
      return { label: 'Key refused', text: `${waiting}Enter the key again under Account, then resume.`, tone: 'bad' };
    case 'service_ended':
      return { label: 'Service ended', text: 'Nothing more is taken. What is paid is kept.', tone: 'bad' };
    case 'other_account':
      return { label: 'Other account', text: 'It belongs to another account than the one in use.', tone: 'quiet' };
    case 'elsewhere':
      return { label: 'Looked after elsewhere', text: 'Another Clearcut on this computer, perhaps a terminal, is at work on it.', tone: 'quiet' };
    case 'trouble':
      return { label: 'Trouble', text: watch.problem === null ? 'It is tried again by itself.' : watch.problem.message, tone: 'bad' };
  }
}

/** "12 of 50 credits today", and what is promised beside. */
export function dayWords({ spent, promised, budget }: WatchView): string {
  const queued = isZero(promised) ? '' : `, ${figure(promised)} more for what is queued`;
  return `${figure(spent)} of ${credits(budget)} today${queued}`;
}

/** "3 waiting, 2 queued, 41 saved, 1 failed": only what there is. */
export function countWords({ waiting, queued, done, failed, set_aside }: WatchView): string {
  const parts: [number, string][] = [
    [waiting, 'waiting'],
    [queued, 'queued'],
    [done, 'saved'],
    [failed, 'failed'],
    [set_aside, 'set aside'],
  ];
  const shown = parts.filter(([count]) => count > 0).map(([count, what]) => `${count.toLocaleString('en-GB')} ${what}`);
  return shown.length === 0 ? 'No pictures yet' : shown.join(', ');
}

export const OUTCOME_WORDS: Readonly<Record<WatchFileOutcome, string>> = {
  queued: 'Queued',
  done: 'Saved',
  failed: 'Failed',
  unknown: 'May be charged',
  paid_lost: 'Paid, lost',
  paid_not_saved: 'Paid, not saved',
  set_aside: 'Set aside',
};

/** Where results and originals go, and how deep it looks: one line, only what differs from the plainest. */
export function placeWords({ recursive, output, moves_to }: WatchView): string {
  return [
    output === null ? 'Results beside the originals' : `Results to ${output}`,
    recursive ? 'with subfolders' : null,
    moves_to === null ? null : `originals move to ${moves_to}`,
  ]
    .filter((part) => part !== null)
    .join(', ');
}

/** Why a typed budget is none; `undefined` where it is one. */
export function budgetFault(text: string): string | undefined {
  const amount = micros(text.trim());
  if (amount === null) return 'Type a number of credits, for example 50.';
  return amount > 0n ? undefined : 'A budget of nothing takes nothing. Type how many credits a day.';
}
