/**
 * What the user can do about a problem: one table from code to actions. The sentences come with the problem itself; here
 * stand only the buttons. A new code does not compile until it has its line.
 */

import type { Code } from './bindings/Code';

/** A button's deed. Those that cost something carry their price in the label where they are shown. */
export type Action =
  | 'retry'
  | 'save_again'
  | 'choose_folder'
  | 'take_off'
  | 'accounts'
  | 'key_page'
  | 'top_up_page'
  | 'upgrade_page'
  | 'status_page'
  | 'help_page'
  | 'refresh_balance';

export const ACTION_WORDS: Record<Action, string> = {
  retry: 'Try again',
  save_again: 'Save again · free',
  choose_folder: 'Choose another folder',
  take_off: 'Take off the bench',
  accounts: 'Open accounts',
  key_page: 'Open the key page',
  top_up_page: 'Top up',
  upgrade_page: 'Upgrade',
  status_page: 'Is the service up?',
  help_page: 'Open help',
  refresh_balance: 'Ask for the balance',
};

/** The actions for each code, the likeliest first. Which of them are shown depends on where the problem is. */
export const ACTIONS: Record<Code, readonly Action[]> = {
  not_found: ['take_off'],
  is_folder: ['take_off'],
  own_output: ['take_off'],
  empty_file: ['take_off'],
  not_a_picture: ['take_off'],
  damaged_picture: ['take_off'],
  too_large: ['take_off'],
  file_changed: ['take_off'],
  no_permission: ['choose_folder', 'retry'],
  disk_full: ['retry', 'choose_folder'],
  file_trouble: ['retry', 'choose_folder'],
  no_subject: ['take_off'],
  not_kept: [],
  key_missing: ['accounts', 'key_page'],
  key_refused: ['accounts', 'key_page'],
  bad_key: ['accounts', 'key_page'],
  out_of_credits: ['top_up_page', 'upgrade_page', 'refresh_balance'],
  over_agreed: ['retry'],
  rate_limited: ['retry'],
  no_network: ['retry'],
  timed_out: ['retry'],
  refused: ['help_page'],
  service_trouble: ['retry', 'status_page'],
  service_ended: ['accounts', 'status_page'],
  not_this_service: ['accounts', 'help_page'],
  maybe_charged: ['refresh_balance', 'status_page'],
  paid_lost: ['help_page', 'refresh_balance'],
  paid_not_saved: ['save_again', 'choose_folder'],
  cancelled: ['retry'],
  bad_request: [],
  store_trouble: ['retry'],
  store_newer: [],
  internal: ['retry'],
};
