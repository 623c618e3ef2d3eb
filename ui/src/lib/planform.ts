/**
 * The plan form without its looks: what it begins with, what choosing a plan fills in, and how what was typed becomes a plan
 * or a list of faults in clear words, each at its field.
 */

import type { LotView } from './bindings/LotView';
import type { OfferView } from './bindings/OfferView';
import type { PlanInput } from './bindings/PlanInput';
import type { PlanView } from './bindings/PlanView';
import type { ProposalView } from './bindings/ProposalView';
import { figure, fromMicros, micros } from './money';

export type Rollover = 'none' | 'up_to' | 'unknown';

export interface LotDraft {
  /** Tells rows apart while they come and go. */
  key: number;
  credits: string;
  lapses_on: string | null;
  /** The day is begun and not finished. */
  half: boolean;
}

/** What stands in the fields. */
export interface PlanDraft {
  /** The name of the plan chosen from the list; empty: typed. */
  offer: string;
  monthly: string;
  day: string;
  zone: string | null;
  rollover: Rollover;
  months: string;
  used: string;
  price: string;
  currency: string;
  lots: LotDraft[];
}

/** What the fields begin with: what was proposed, over what is known. */
export function draftOf(plan: PlanView | null, proposal: ProposalView | null = null): PlanDraft {
  const sameSize = proposal?.monthly == null || micros(proposal.monthly) === micros(plan?.monthly ?? null);
  return {
    offer: sameSize ? (plan?.name ?? '') : '',
    monthly: plainly(proposal?.monthly ?? plan?.monthly ?? null),
    day: String(proposal?.renewal_day ?? plan?.renewal_day ?? ''),
    zone: plan?.zone ?? null,
    ...rolloverOf(sameSize ? (plan?.rollover_months ?? null) : null),
    used: '',
    price: sameSize ? plainly(plan?.price ?? null) : '',
    currency: plan?.currency ?? '',
    lots: (plan?.payg ?? []).map(({ credits, lapses_on }, key) => ({ key, credits: plainly(credits), lapses_on, half: false })),
  };
}

/** What choosing a plan from the list fills in. */
export function chosen(draft: PlanDraft, offer: OfferView | null, currency: string): PlanDraft {
  if (offer === null) return { ...draft, offer: '' };
  return {
    ...draft,
    offer: offer.name,
    monthly: plainly(offer.monthly),
    price: plainly(offer.price),
    currency,
    ...rolloverOf(offer.rollover_months),
  };
}

function rolloverOf(months: number | null): Pick<PlanDraft, 'rollover' | 'months'> {
  if (months === null) return { rollover: 'unknown', months: '' };
  return months === 0 ? { rollover: 'none', months: '' } : { rollover: 'up_to', months: String(months) };
}

function plainly(amount: string | null): string {
  const value = micros(amount);
  return value === null ? '' : fromMicros(value);
}

/** An empty row, with a key that no other has. */
export function withLot(lots: readonly LotDraft[]): LotDraft[] {
  const key = Math.max(-1, ...lots.map((lot) => lot.key)) + 1;
  return [...lots, { key, credits: '', lapses_on: null, half: false }];
}

export type Field = 'monthly' | 'day' | 'months' | 'used' | 'price' | 'currency' | `lot-${number}`;
export type Faults = Partial<Record<Field, string>>;

/** A typed amount as a decimal string, thousands in groups and a decimal comma allowed; `null` for what is no amount. */
export function amount(typed: string): string | null {
  const text = typed.replace(/[\s\u00a0\u202f]/g, '');
  const plain = /^\d{1,3}(,\d{3})+(\.\d+)?$/.test(text) ? text.replaceAll(',', '') : text.replace(/^(\d+),(\d+)$/, '$1.$2');
  return /^\d{1,12}(\.\d{1,6})?$/.test(plain) ? fromMicros(micros(plain) ?? 0n) : null;
}

function wholeNumber(typed: string, from: number, to: number): number | null {
  const text = typed.trim();
  const value = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  return value >= from && value <= to ? value : null;
}

/** The plan for the core, or what stands in the way of it. */
export function checked(draft: PlanDraft): { plan: PlanInput } | { faults: Faults } {
  const faults: Faults = {};
  const monthly = amount(draft.monthly);
  if (monthly === null || micros(monthly) === 0n) faults.monthly = 'How many credits does the plan give a month? For example 40.';
  const day = wholeNumber(draft.day, 1, 31);
  if (day === null) faults.day = 'A day of the month, 1 to 31.';
  const months = draft.rollover === 'none' ? 0 : draft.rollover === 'unknown' ? null : wholeNumber(draft.months, 1, 60);
  if (draft.rollover === 'up_to' && months === null) faults.months = 'How many months’ credits, 1 to 60?';

  const used = optional(draft.used);
  if (used === undefined) faults.used = 'A number of credits, or nothing.';
  else if (used !== null && monthly !== null && more(used, monthly)) {
    faults.used = `More than the ${figure(monthly)} credits of a month. Count this month’s only, without pay as you go.`;
  }
  const price = optional(draft.price);
  if (price === undefined) faults.price = 'A price such as 9 or 9.50, or nothing.';
  // three letters are a code; the practice account counts in "practice coins"
  const typed = draft.currency.trim();
  const currency = typed.length === 3 ? typed.toUpperCase() : typed;
  if (price != null && !/^[A-Z]{3}$|^\p{L}[\p{L} ]{3,}$/u.test(currency)) faults.currency = 'Three letters, such as USD.';

  const payg: LotView[] = [];
  for (const lot of draft.lots) {
    const credits = optional(lot.credits);
    if (credits === null && lot.lapses_on === null && !lot.half) continue;
    if (credits == null || micros(credits) === 0n) faults[`lot-${lot.key}`] = 'How many credits?';
    else if (lot.half) faults[`lot-${lot.key}`] = 'The day is not complete. Finish it, or clear it.';
    else payg.push({ credits, lapses_on: lot.lapses_on });
  }

  if (monthly === null || day === null || used === undefined || price === undefined || Object.keys(faults).length > 0) return { faults };
  return {
    plan: {
      name: draft.offer === '' ? null : draft.offer,
      monthly,
      renewal_day: day,
      zone: draft.zone,
      rollover_months: months,
      price,
      currency: price === null ? null : currency,
      used,
      payg,
    },
  };
}

/** An amount, `null` for an empty field, `undefined` for what is neither. */
function optional(typed: string): string | null | undefined {
  return typed.trim() === '' ? null : (amount(typed) ?? undefined);
}

function more(one: string, other: string): boolean {
  return (micros(one) ?? 0n) > (micros(other) ?? 0n);
}

/** "none", "up to 5 months’ credits", "not known". */
export function rolloverWords(months: number | null): string {
  if (months === null) return 'not known';
  if (months === 0) return 'none';
  return months === 1 ? 'up to one month’s credits' : `up to ${months} months’ credits`;
}
