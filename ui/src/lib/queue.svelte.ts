/**
 * The batch as the window sees it: the newest view of the queue, and what the user is being asked about it. Fed by the
 * overview, by events and by answers; whether one of them is newer than another is the bench's to say.
 */

import type { QueueView } from './bindings/QueueView';
import { live } from './queuewords';

export const NO_QUEUE: QueueView = {
  mode: 'idle',
  reason: null,
  text: null,
  label: '',
  pictures: 0,
  waiting: 0,
  sending: 0,
  saved: 0,
  failed: 0,
  left_out: 0,
  unknown: 0,
  paid_lost: 0,
  paid_not_saved: 0,
  charged: '0',
  agreed: '0',
  bytes_done: 0,
  bytes: 0,
  at_a_time: 0,
  eta_s: null,
  wait_s: null,
  resume: null,
};

export class Queue {
  view: QueueView = $state.raw(NO_QUEUE);
  /** When that view arrived, milliseconds since 1970: a wait counts down from there. */
  at: number = $state(0);
  /** A batch that has ended while the window looked on, until its result is put away. */
  ended: QueueView | null = $state.raw(null);
  /** Whether a press of one of its buttons is on its way to the core. */
  busy: boolean = $state(false);

  /** Anything waits or is on its way. */
  readonly live: boolean = $derived(live(this.view));
  /** The picture that is fetched alone needs no batch around it: its own progress says everything. */
  readonly alone: boolean = $derived(this.view.pictures <= 1 && (this.view.mode === 'running' || this.view.mode === 'pausing'));
  /** What is to be shown as a batch; nothing where there is none. */
  readonly shown: QueueView | null = $derived(this.live ? (this.alone ? null : this.view) : this.ended);

  set(view: QueueView): void {
    if (live(view)) this.ended = null;
    else if (this.live && view.pictures > 1) this.ended = view;
    this.view = view;
    this.at = Date.now();
  }

  /** Another account's queue: what ended before is not its. */
  forget(): void {
    this.view = NO_QUEUE;
    this.ended = null;
  }
}
