/**
 * Sending a picture for improvement: which one the sheet asks about, and whether it is on its way. The yes itself is the sheet's button.
 */

import type { AccountView } from './bindings/AccountView';
import type { PictureView } from './bindings/PictureView';
import type { Problem } from './bindings/Problem';

export class Improving {
  /** What is asked about; the sheet is open while there is something. */
  picture: PictureView | null = $state.raw(null);
  /** Whether the user does not want to be asked again with this account. */
  remember: boolean = $state(false);
  busy: boolean = $state(false);
  problem: Problem | null = $state.raw(null);

  ask(picture: PictureView): void {
    this.picture = picture;
    this.remember = false;
    this.problem = null;
  }

  get open(): boolean {
    return this.picture !== null;
  }

  set open(open: boolean) {
    if (!open && !this.busy) this.picture = null;
  }
}

/** Whether the account's service could learn from this picture: it made the cutout, and it has a programme. */
export function mayImprove({ state, result }: PictureView, account: AccountView | null): boolean {
  return state === 'saved' && result !== null && !result.on_device && account !== null && account.improve !== null;
}
