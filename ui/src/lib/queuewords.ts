/**
 * What the batch says of itself: the sentence with its counts, how long it may take, why it stands still, and what its
 * buttons do and cost. Pure: the queue's view in, words and shares out.
 */

import type { QueueMode } from './bindings/QueueMode';
import type { QueueReason } from './bindings/QueueReason';
import type { QueueView } from './bindings/QueueView';
import type { ResumeView } from './bindings/ResumeView';
import { bytes } from './bytes';
import { credits, figure, isZero } from './money';

/** Whoever stops more waiting pictures than this is asked once more. */
export const MANY_WAIT = 10;

/** What the buttons of a batch do. */
export type Deed = 'pause' | 'resume' | 'stop';

/** How a mode is told: a word or two for its state, the tone, and the buttons that make sense. */
export interface ModeWords {
  word: string;
  tone: 'quiet' | 'active' | 'warn';
  deeds: readonly Deed[];
}

const MODES: Record<QueueMode, ModeWords> = {
  idle: { word: 'Done', tone: 'quiet', deeds: [] },
  running: { word: 'Running', tone: 'active', deeds: ['pause', 'stop'] },
  pausing: { word: 'Pausing', tone: 'active', deeds: ['stop'] },
  paused: { word: 'Paused', tone: 'warn', deeds: ['stop', 'resume'] },
  asking: { word: 'Asking for the balance', tone: 'active', deeds: ['pause', 'stop'] },
  offline: { word: 'Waiting for the network', tone: 'warn', deeds: ['pause', 'stop'] },
};

const REASONS: Record<QueueReason, string> = {
  user: 'Paused',
  interrupted: 'Interrupted',
  out_of_credits: 'Out of credits',
  key_refused: 'Key refused',
  service_ended: 'Service ended',
  payg_early: 'Stopped before PAYG',
  price: 'Price changed',
  unlike: 'Not as quoted',
  folder: 'Folder takes no files',
  no_room: 'No room to keep results',
  records: 'Records not written',
  trouble: 'Trouble at the service',
  too_fast: 'Service asks to wait',
  offline: 'No network',
};

/** A word or two, the tone and the buttons. */
export function modeWords(queue: QueueView): ModeWords {
  const words = MODES[queue.mode];
  const calm = queue.reason === 'user' || queue.reason === 'interrupted';
  return {
    word: queue.mode === 'paused' && queue.reason !== null ? REASONS[queue.reason] : words.word,
    tone: queue.mode === 'paused' && calm ? 'quiet' : words.tone,
    deeds: words.deeds,
  };
}

/** Whether an earlier start of Clearcut left it, and nothing of it was taken up yet. */
export function interrupted({ mode, reason }: QueueView): boolean {
  return mode === 'paused' && reason === 'interrupted';
}

/** Whether anything waits or is on its way. */
export function live({ mode }: QueueView): boolean {
  return mode !== 'idle';
}

/** The parts of a batch that its bar tells apart, in the order they are drawn. What waits is the empty track between them. */
export type PartName = 'saved' | 'kept' | 'sending' | 'waiting' | 'unknown' | 'lost' | 'failed' | 'left_out';

export interface Part {
  name: PartName;
  pictures: number;
}

/** How each part is counted in words. */
export const PART_WORDS: Record<PartName, string> = {
  saved: 'saved',
  kept: 'paid, not saved yet',
  sending: 'on their way',
  waiting: 'waiting',
  unknown: 'maybe charged',
  lost: 'paid, lost',
  failed: 'failed, not charged',
  left_out: 'left out',
};

/** The parts that are not empty: done from the left, in trouble from the right. */
export function parts(queue: QueueView): Part[] {
  const all: Part[] = [
    { name: 'saved', pictures: queue.saved },
    { name: 'kept', pictures: queue.paid_not_saved },
    { name: 'sending', pictures: queue.sending },
    { name: 'waiting', pictures: queue.waiting },
    { name: 'unknown', pictures: queue.unknown },
    { name: 'lost', pictures: queue.paid_lost },
    { name: 'failed', pictures: queue.failed },
    { name: 'left_out', pictures: queue.left_out },
  ];
  return all.filter(({ pictures }) => pictures > 0);
}

/** What is worth a word beside the sentence: everything that did not end as a saved picture. */
export function asides(queue: QueueView): Part[] {
  return parts(queue).filter(({ name }) => name !== 'saved' && name !== 'sending' && name !== 'waiting');
}

/** Pictures that nothing more happens to by itself. */
export function over(queue: QueueView): number {
  return queue.pictures - queue.waiting - queue.sending;
}

/** How much is over, in whole percent; 100 only when all of it is. */
export function percent(queue: QueueView): number {
  if (queue.pictures === 0) return 0;
  return Math.floor((over(queue) / queue.pictures) * 100);
}

/** "under a minute", "about 4 minutes", "about 2 h 10 min"; short: "about 4 min". Coarser the longer it takes. */
export function timeLeft(seconds: number, short = false): string {
  if (seconds < 60) return 'under a minute';
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `about ${minutes} ${short ? 'min' : minutes === 1 ? 'minute' : 'minutes'}`;
  const fives = Math.round(minutes / 5) * 5;
  const [hours, rest] = [Math.floor(fives / 60), fives % 60];
  if (hours >= 24) return 'more than a day';
  return rest === 0 ? `about ${hours} h` : `about ${hours} h ${rest} min`;
}

/** Why nothing is sent this moment: "waits 12 s for the service's limit". Nothing where it does not wait. */
export function limitWords(seconds: number | null): string | null {
  if (seconds === null || seconds <= 0) return null;
  const wait = seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
  return `waits ${wait} for the service’s limit`;
}

/** "128 of 300 saved". */
export function savedWords({ saved, pictures }: QueueView): string {
  return `${number(saved)} of ${number(pictures)} saved`;
}

/** "128 of 300 credits"; "free" where nothing is to be paid. */
export function spentWords({ charged, agreed }: QueueView): string {
  if (isZero(charged) && isZero(agreed)) return 'free';
  return `${figure(charged)} of ${credits(agreed)}`;
}

/** The whole sentence: "128 of 300 saved · 128 of 300 credits · about 4 minutes left"; short: "about 4 min left". */
export function sentence(queue: QueueView, short = false): string {
  return [savedWords(queue), spentWords(queue), ...timeWords(queue, short)].join(' · ');
}

/** How long it may still take, where it goes and there is anything to go by. */
export function timeWords({ mode, eta_s }: QueueView, short = true): string[] {
  const goes = mode === 'running' || mode === 'asking';
  return goes && eta_s !== null ? [`${timeLeft(eta_s, short)} left`] : [];
}

/** What goes on beside the counts: what is waited for, how many at a time, how much of the originals. */
export function paceWords(queue: QueueView, waitLeft: number | null = queue.wait_s): string[] {
  const said: string[] = [];
  const limit = queue.mode === 'running' ? limitWords(waitLeft) : null;
  if (limit !== null) said.push(limit);
  else if (queue.mode === 'running' && queue.at_a_time > 1) said.push(`${queue.at_a_time} at a time`);
  if (queue.mode === 'pausing') said.push(queue.sending === 1 ? '1 on its way is awaited' : `${number(queue.sending)} on their way are awaited`);
  if (queue.mode === 'paused' || queue.mode === 'offline') said.push(`${number(queue.waiting)} waiting`);
  if (queue.bytes > 0) said.push(`${bytes(queue.bytes_done)} of ${bytes(queue.bytes)}`);
  return said;
}

/** What the credits reach of what waits, and what is cut out on this computer. */
export function reached({ pictures, uncovered, here }: ResumeView): number {
  return pictures - uncovered + here;
}

/** "Go on with 180 pictures · 180 credits, 30 of them PAYG": exactly what the press does and costs. */
export function resumeLabel(resume: ResumeView): string {
  const count = reached(resume);
  return `Go on with ${number(count)} ${count === 1 ? 'picture' : 'pictures'} · ${cost(resume)}`;
}

/** "Try 2 again · 2 credits". */
export function againLabel(resume: ResumeView): string {
  const count = reached(resume);
  return `${count === 1 ? 'Try again' : `Try ${number(count)} again`} · ${cost(resume)}`;
}

/** The same for pictures that may have been charged already. */
export function askAgainLabel(resume: ResumeView): string {
  const count = reached(resume);
  return `${count === 1 ? 'Ask again' : `Ask for ${number(count)} again`} — may cost again · ${cost(resume)}`;
}

/** What stands beside the button where credits do not reach all of it. */
export function uncoveredWords({ pictures, uncovered }: ResumeView): string | null {
  if (uncovered === 0) return null;
  if (uncovered === pictures) return pictures === 1 ? 'The credits do not reach it.' : `The credits reach none of the ${number(pictures)}.`;
  return `The credits do not reach ${number(uncovered)} of the ${number(pictures)}.`;
}

/** What stands beside the button where pictures are cut out on this computer. */
export function hereWords({ here }: ResumeView): string | null {
  if (here === 0) return null;
  return here === 1 ? 'One of them is cut out on this computer, free.' : `${number(here)} of them are cut out on this computer, free.`;
}

/** What stopping does, said before it is done. */
export function stopWords({ waiting, sending }: QueueView): string {
  const left = waiting === 1 ? 'the picture that waits is not sent' : `${number(waiting)} pictures that wait are not sent`;
  return `Stop: ${left}.${sending > 0 ? ' What was sent is awaited.' : ''}`;
}

/** What is said aloud when the mode changes; nothing while it only counts on. */
export function spokenMode(before: QueueView, now: QueueView): string | null {
  const name = now.label === '' ? 'The batch' : now.label;
  if (now.mode === 'idle') return live(before) ? `${name}: done, ${savedWords(now)}, ${spentWords(now)}` : null;
  if (before.mode !== now.mode || before.reason !== now.reason) return `${name}: ${modeWords(now).word}, ${savedWords(now)}`;
  const quarter = (queue: QueueView): number => Math.floor(percent(queue) / 25);
  return quarter(before) < quarter(now) ? `${name}: ${savedWords(now)}` : null;
}

/** A count with its thousands set apart. */
export function number(count: number): string {
  return figure(String(count));
}

function cost({ cost: sum, payg }: ResumeView): string {
  if (isZero(sum)) return 'free';
  if (isZero(payg)) return credits(sum);
  return payg === sum ? `${credits(sum)} PAYG` : `${credits(sum)}, ${figure(payg)} of them PAYG`;
}
