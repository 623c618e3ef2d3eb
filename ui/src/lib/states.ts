/** The words and the tone of every state a picture can be in. */

import type { PictureState } from './bindings/PictureState';
import type { PictureView } from './bindings/PictureView';

export type Tone = 'quiet' | 'active' | 'good' | 'warn' | 'bad';

export interface StateWords {
  /** On the card. */
  badge: string;
  tone: Tone;
  /** Said aloud when the picture comes to this state; nothing where it would only chatter. */
  spoken: string | null;
  /** For the states that need explaining even where the service gave no reason. */
  explain: string | null;
}

export const STATES: Record<PictureState, StateWords> = {
  added: { badge: 'Added', tone: 'quiet', spoken: null, explain: null },
  previewing: { badge: 'Making preview', tone: 'active', spoken: null, explain: null },
  previewed: { badge: 'Preview', tone: 'quiet', spoken: 'preview ready', explain: null },
  queued: { badge: 'Waiting', tone: 'quiet', spoken: null, explain: null },
  sending: { badge: 'Sending', tone: 'active', spoken: 'sending', explain: null },
  saving: { badge: 'Saving', tone: 'active', spoken: null, explain: null },
  saved: { badge: 'Saved', tone: 'good', spoken: 'saved', explain: null },
  failed: { badge: 'Failed', tone: 'bad', spoken: 'failed, nothing was charged', explain: 'This did not work. Nothing was charged.' },
  unknown: {
    badge: 'Maybe charged',
    tone: 'warn',
    spoken: 'the answer was lost, it may have been charged',
    explain: 'The answer was lost after the picture was sent. Its price stays reserved until the balance shows whether it was charged.',
  },
  paid_lost: {
    badge: 'Paid, lost',
    tone: 'bad',
    spoken: 'charged, but no usable picture came back',
    explain: 'The service charged for this picture, but what came back cannot be used. Sending it again costs its price again.',
  },
  paid_not_saved: {
    badge: 'Paid, not saved',
    tone: 'warn',
    spoken: 'paid and kept, but the file could not be written',
    explain: 'The result is paid and kept safe. Only the file could not be written; saving it again is free.',
  },
};

/** Said wherever a picture that may have been charged can be asked for again. */
export const MAY_COST_TWICE = 'If it was, asking again costs a second time.';

/** A file is there, but nothing is paid: it can still be downloaded. */
const CUT_OUT_HERE: StateWords = { badge: 'Saved, cut out here', tone: 'good', spoken: 'cut out on this computer and saved', explain: null };

/** The words for a picture: its state's, but a result made on this computer is named as such. */
export function stateWords({ state, result }: Pick<PictureView, 'state' | 'result'>): StateWords {
  return state === 'saved' && result?.on_device === true ? CUT_OUT_HERE : STATES[state];
}

/** Whether the picture is on its way through the service: it cannot be taken off the bench or asked for again. */
export function underWay(picture: PictureView): boolean {
  return picture.state === 'queued' || picture.state === 'sending' || picture.state === 'saving';
}

/** Whether there is a cutout of it to look at and to edit: a preview or a result. */
export function isCut({ preview, result }: PictureView): boolean {
  return preview !== null || result !== null;
}

/** Whether its download has come, whatever preview is being made of it now. */
export function hasCome({ state, result }: PictureView): boolean {
  return state === 'saved' || (result !== null && !result.on_device);
}

/** What of its state a price depends on: a preview that comes along changes none. */
export function priceMark({ state }: PictureView): PictureState | null {
  return state === 'added' || state === 'previewing' || state === 'previewed' ? null : state;
}

/** Whether `cancel` can still do something: a preview, or a download that waits for its turn. */
export function stoppable(picture: PictureView): boolean {
  return picture.state === 'previewing' || picture.state === 'queued';
}
