/** A made-up till: works out a quote the way the core would, for whole credits. For looking and for tests; never part of a build. */

import type { ChoiceView } from '../src/lib/bindings/ChoiceView';
import type { PocketView } from '../src/lib/bindings/PocketView';
import type { QuoteView } from '../src/lib/bindings/QuoteView';
import type { SpendChoice } from '../src/lib/bindings/SpendChoice';
import { quote } from './fixtures';

/** What the account holds; nothing at all while that is not known. */
export interface Balance {
  subscription: number;
  rollover?: number;
  payg: number;
}

interface Asked {
  charged: number;
  price?: number;
  cap?: string | null;
  /** Pictures that cost nothing, and whatever else is to stand in the quote. */
  change?: Partial<QuoteView>;
}

/** The quote for so many charged pictures on such an account. */
export function priced(balance: Balance | null, { charged, price = 1, cap = null, change = {} }: Asked): QuoteView {
  const held: [PocketView, number][] =
    balance === null
      ? [['untold', Infinity]]
      : [
          ['subscription', balance.subscription],
          ['rollover', balance.rollover ?? 0],
          ['payg', balance.payg],
          ['uncovered', Infinity],
        ];
  const stretches: QuoteView['stretches'] = [];
  let left = charged;
  for (const [pocket, credits] of held) {
    const pictures = Math.min(left, Math.floor(credits / price));
    if (pictures > 0) stretches.push({ pocket, pictures, credits: String(pictures * price) });
    left -= pictures;
  }
  const count = (pocket: PocketView): number => stretches.find((stretch) => stretch.pocket === pocket)?.pictures ?? 0;
  const month = count('subscription') + count('rollover');
  const covered = month + count('payg');
  const held_ = balance === null ? null : balance.subscription + (balance.rollover ?? 0) + balance.payg;
  const free = (change.already_paid ?? 0) + (change.duplicates ?? 0);

  const choice = (what: SpendChoice, paid: number, device: boolean): ChoiceView => ({
    choice: what,
    downloads: paid + free,
    charged: paid,
    cost: String(paid * price),
    payg: String(Math.max(0, Math.min(paid, covered) - month) * price),
    on_device: device ? charged - paid : 0,
    left_out: device ? 0 : charged - paid,
    left_after: held_ === null ? null : String(held_ - paid * price),
  });
  const reach = balance === null ? charged : Math.min(charged, covered);
  const careful = balance === null ? 0 : Math.min(charged, month);
  const crossed = charged > month || balance === null;
  const choices = [choice({ kind: 'use_payg' }, reach, false)];
  if (crossed && balance !== null) choices.push(choice({ kind: 'stop_before_payg' }, careful, false));
  if (crossed) choices.push(choice({ kind: 'rest_on_device' }, careful, true));
  if (cap !== null) choices.push(choice({ kind: 'cap', credits: cap }, Math.min(reach, Math.floor(Number(cap) / price)), false));

  const ends = balance !== null && charged > covered;
  const payg_from = count('payg') > 0 ? month + 1 : null;
  return quote({
    pictures: charged + free,
    charged,
    cost: String(charged * price),
    subscription: String(count('subscription') * price),
    rollover: String(count('rollover') * price),
    payg: String(count('payg') * price),
    untold: String(count('untold') * price),
    uncovered: String(count('uncovered') * price),
    stretches,
    payg_from,
    ends_at: ends ? covered : null,
    left_after: held_ === null ? null : String(Math.max(0, held_ - charged * price)),
    bytes_up: charged * 791_555,
    disk_bytes: charged * 1_200_000,
    at_least_s: charged > 1 ? Math.ceil((charged / 500) * 60) : null,
    crossings: [
      ...(payg_from !== null && month > 0 ? [`PAYG begins with picture ${payg_from}.`] : []),
      ...(ends ? [`The credits end after picture ${covered}: ${charged - covered} more are needed.`] : []),
    ],
    choices,
    ...change,
  });
}
