/**
 * Everything the window shows, and how news changes it: the overview at first, then events in their order, and answers of
 * commands where no newer event has spoken. What the user can do stands in actions.ts; nothing here sends a command but
 * the asking for the overview and the price.
 */

import { listen, type UnlistenFn } from '@tauri-apps/api/event';
import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';

import type { AccountView } from './bindings/AccountView';
import type { Added } from './bindings/Added';
import type { Banner } from './bindings/Banner';
import type { Envelope } from './bindings/Envelope';
import type { Event } from './bindings/Event';
import type { GaugeView } from './bindings/GaugeView';
import type { OutputOptions } from './bindings/OutputOptions';
import type { Overview } from './bindings/Overview';
import type { Phase } from './bindings/Phase';
import type { PictureView } from './bindings/PictureView';
import type { Problem } from './bindings/Problem';
import type { Refused } from './bindings/Refused';
import type { SettingsView } from './bindings/SettingsView';
import * as client from './bindings/client';
import { Credits } from './credits.svelte';
import { drawn } from './money';
import { offer, type Offer } from './offer';
import { Ordering } from './ordering';
import { Pricing } from './pricing.svelte';
import { Review } from './review.svelte';
import { Selection } from './selection.svelte';
import { stateWords, underWay } from './states';
import { asProblem } from './trouble';
import { Watches } from './watches.svelte';

/** The parts of the window that the rail leads to. */
export type View = 'studio' | 'credits' | 'history' | 'watch' | 'settings';

/** How far something has come. */
export interface Progress {
  phase: Phase;
  done: number;
  total: number | null;
}

/** A short word at the foot of the window. */
export interface Toast {
  text: string;
  /** Whether it offers to take back the last removal. */
  undo: boolean;
}

/** A problem that belongs to no picture, and how to try again where that makes sense. */
export interface Notice {
  problem: Problem;
  again: (() => void) | null;
}

const NOTHING_KNOWN = { amount: null, source: 'unknown', age_s: null } as const;

const BLANK_GAUGE: GaugeView = {
  subscription: NOTHING_KNOWN,
  rollover: NOTHING_KNOWN,
  rollover_at_least: null,
  payg: NOTHING_KNOWN,
  enterprise: NOTHING_KNOWN,
  free_previews: NOTHING_KNOWN,
  reserved: NOTHING_KNOWN,
  undecided: NOTHING_KNOWN,
  total: NOTHING_KNOWN,
  cycle: null,
  level: 'unknown',
  levels: [],
  observed_at: null,
  stale: false,
  problem: null,
};

export class Bench {
  phase: 'opening' | 'open' | 'broken' = $state('opening');
  view: View = $state('studio');
  /** Why the window could not open. */
  trouble: Problem | null = $state.raw(null);

  accounts: AccountView[] = $state.raw([]);
  active: string = $state('');
  gauge: GaugeView = $state.raw(BLANK_GAUGE);
  /** When that gauge arrived, milliseconds since 1970: its ages count on from there. */
  gaugeAt: number = $state(0);
  /** The most credits seen on this account while the window is open: what the gauge's height is measured by. */
  most: number = $state(0);
  settings: SettingsView = $state.raw({ output_folder: null, template: '{name}-cutout', existing: 'number', notice_levels: [], quiet_hours: null });
  banners: Banner[] = $state.raw([]);
  version: string = $state('');
  /** Counts up whenever plan, forecast, history or advice may have changed: views that show them ask anew. */
  creditsChanged: number = $state(0);
  /** Counts up whenever an event, not an answer, brought a gauge. */
  gaugeNews: number = $state(0);
  readonly credits = new Credits();
  readonly watches = new Watches();

  readonly pictures = new SvelteMap<string, PictureView>();
  readonly progress = new SvelteMap<string, Progress>();
  readonly selection = new Selection(() => this.order);

  hovering: boolean = $state(false);
  /** Whether the account sheet is open. */
  sheet: boolean = $state(false);
  refused: Refused[] = $state.raw([]);
  toast: Toast | null = $state.raw(null);
  notice: Notice | null = $state.raw(null);
  /** What a screen reader is told. */
  spoken: string = $state('');
  /** Whether a press of the primary button is on its way to the core. */
  spending: boolean = $state(false);

  options: OutputOptions = $state.raw({ size: 'full', format: 'png', background: null });

  readonly #ordering = new Ordering();
  readonly #dismissed = new Set<string>();
  readonly #pricing = new Pricing();
  #asked: number = $state(0);

  /** Ids in bench order. */
  readonly order: string[] = $derived([...this.pictures.keys()]);
  readonly account: AccountView | null = $derived(this.accounts.find(({ id }) => id === this.active) ?? null);
  readonly opened: PictureView | null = $derived(
    this.selection.current === null ? null : (this.pictures.get(this.selection.current) ?? null),
  );
  /** The notice, unless the opened picture says the very same. */
  readonly shownNotice: Notice | null = $derived(
    this.notice !== null && this.opened?.problem?.message === this.notice.problem.message ? null : this.notice,
  );
  /** The picked pictures. */
  readonly picked: PictureView[] = $derived(this.selection.ids.flatMap((id) => this.pictures.get(id) ?? []));
  /** Those of them that a price can be asked for. */
  readonly priceable: PictureView[] = $derived(this.picked.filter((picture) => !underWay(picture)));

  /** What a price depends on besides pictures and options. */
  readonly #amounts = $derived(
    [this.gauge.subscription, this.gauge.rollover, this.gauge.payg, this.gauge.enterprise, this.gauge.reserved].map(({ amount }) => amount),
  );
  readonly #question: string = $derived(
    JSON.stringify([
      this.#asked,
      this.active,
      this.options.size,
      this.priceable.map(({ id, state }) => [id, state]),
      this.#amounts,
    ]),
  );
  readonly quote = $derived(this.#pricing.quote(this.#question));
  readonly quoteProblem: Problem | null = $derived(this.#pricing.problem(this.#question));
  readonly offer: Offer = $derived(offer(this.quote, this.options, this.priceable));
  /** The quote sheet. */
  readonly review: Review = new Review((ids) => [this.active, this.#amounts, ids.map((id) => this.pictures.get(id)?.state)]);

  /** Begins to listen, then asks for everything. Answers with what ends the listening. */
  async start(): Promise<UnlistenFn> {
    const stop = await listen<Envelope>('clearcut', ({ payload }) => this.hear(payload));
    await this.reload();
    return stop;
  }

  /** Asks for everything anew. */
  async reload(): Promise<void> {
    const mark = this.mark();
    try {
      this.show(await client.overview(), mark);
    } catch (thrown) {
      this.trouble = asProblem(thrown);
      if (this.phase === 'opening') this.phase = 'broken';
    }
  }

  /** Asks the price of what is picked; to be called in an effect, which then runs whenever the question changes. */
  reprice(): void {
    const question = this.#question;
    untrack(() => {
      const ids = this.priceable.map(({ id }) => id);
      void this.#pricing.ask(question, ids, this.options);
    });
  }

  /** Makes the price be asked once more, though nothing has changed. */
  priceAgain(): void {
    this.#asked += 1;
  }

  /** See `Ordering.mark`. */
  mark(): number {
    return this.#ordering.mark();
  }

  /** Takes in one event. */
  hear({ seq, event }: Envelope): void {
    if (!this.#ordering.arrived(seq)) void this.reload();
    this.#happen(event, seq);
  }

  /** Shows the answer to a command that was sent at `mark`, except where events have said more since. */
  show(overview: Overview, mark: number): void {
    const kept = new Map(overview.pictures.map((picture) => [picture.id, picture]));
    for (const [id, picture] of this.pictures) {
      if (!this.#ordering.answer(`picture ${id}`, mark)) kept.set(id, picture);
    }
    this.pictures.clear();
    for (const [id, picture] of kept) {
      if (!this.#dismissed.has(id)) this.pictures.set(id, picture);
    }
    if (overview.active !== this.active) {
      this.most = 0;
      this.credits.forget();
    }
    this.accounts = overview.accounts;
    this.active = overview.active;
    this.settings = overview.settings;
    this.banners = overview.banners;
    this.version = overview.version;
    this.showGauge(overview.gauge, mark);
    this.#fitOptions();
    this.#fitSelection();
    this.trouble = null;
    this.phase = 'open';
  }

  showGauge(gauge: GaugeView, mark: number): void {
    if (this.#ordering.answer('gauge', mark)) this.#setGauge(gauge);
  }

  /** Shows pictures that were taken in, opens the first of them, and lists what was left out. */
  take(added: Added, mark: number): void {
    for (const picture of added.pictures) {
      this.#dismissed.delete(picture.id);
      if (this.#ordering.answer(`picture ${picture.id}`, mark)) this.pictures.set(picture.id, picture);
    }
    this.#taken(added);
  }

  /** Takes pictures off the bench and opens the next one; what events still say of them is not shown any more. */
  drop(ids: readonly string[]): void {
    const at = this.order.findIndex((id) => ids.includes(id));
    for (const id of ids) {
      this.#dismissed.add(id);
      this.pictures.delete(id);
      this.progress.delete(id);
    }
    this.#fitSelection();
    const next = this.order[Math.min(at, this.order.length - 1)];
    if (this.selection.size === 0 && next !== undefined) this.selection.only(next);
  }

  /** Lets pictures come back that `drop` took off. */
  undrop(ids: readonly string[]): void {
    for (const id of ids) this.#dismissed.delete(id);
  }

  say(text: string): void {
    this.spoken = text;
  }

  #happen(event: Event, seq: number): void {
    switch (event.kind) {
      case 'picture':
        if (this.#ordering.event(`picture ${event.picture.id}`, seq)) this.#setPicture(event.picture);
        return;
      case 'progress': {
        const { picture, phase, done, total } = event;
        if (this.#ordering.event(`progress ${picture}`, seq)) this.progress.set(picture, { phase, done, total });
        return;
      }
      case 'added':
        for (const picture of event.added.pictures) {
          this.#dismissed.delete(picture.id);
          if (this.#ordering.event(`picture ${picture.id}`, seq)) this.#setPicture(picture);
        }
        this.#taken(event.added);
        return;
      case 'hover':
        if (this.#ordering.event('hover', seq)) this.hovering = event.over;
        return;
      case 'gauge':
        this.gaugeNews += 1;
        if (this.#ordering.event('gauge', seq)) this.#setGauge(event.gauge);
        return;
      case 'banner_gone':
        if (this.#ordering.event(`banner ${event.id}`, seq)) this.banners = this.banners.filter(({ id }) => id !== event.id);
        return;
      case 'credits_changed':
        this.creditsChanged += 1;
        // what was paid may have gone from the vault, and a new plan divides the pockets anew
        this.priceAgain();
        return;
      case 'watches':
        if (this.#ordering.event('watches', seq)) this.watches.hear(event.watches);
        return;
      case 'banner': {
        const { banner } = event;
        if (this.#ordering.event(`banner ${banner.id}`, seq)) {
          this.banners = [...this.banners.filter(({ id }) => id !== banner.id), banner];
        }
        return;
      }
    }
  }

  #setPicture(picture: PictureView): void {
    if (this.#dismissed.has(picture.id)) return;
    const before = this.pictures.get(picture.id);
    this.pictures.set(picture.id, picture);
    if (before?.state === picture.state) return;
    this.progress.delete(picture.id);
    const { spoken } = stateWords(picture);
    if (spoken !== null) this.say(`${picture.name}: ${spoken}`);
  }

  #setGauge(gauge: GaugeView): void {
    this.gauge = gauge;
    this.gaugeAt = Date.now();
    this.most = Math.max(this.most, drawn(gauge.total.amount));
  }

  #taken({ pictures, refused }: Added): void {
    this.hovering = false;
    if (pictures.length + refused.length > 0) this.view = 'studio';
    if (refused.length > 0) this.refused = refused;
    const [first] = pictures;
    if (first !== undefined && this.selection.size <= 1) this.selection.only(first.id);
    if (pictures.length > 0) this.say(`${pictures.length} ${pictures.length === 1 ? 'picture' : 'pictures'} added`);
  }

  /** Keeps the chosen size among those the account's service delivers. */
  #fitOptions(): void {
    const sizes = this.account?.sizes.map(({ size }) => size) ?? [];
    const fallback = sizes.includes('full') ? 'full' : sizes.at(-1);
    if (fallback !== undefined && !sizes.includes(this.options.size)) this.options = { ...this.options, size: fallback };
  }

  #fitSelection(): void {
    const left = this.selection.ids;
    if (left.length !== this.selection.size) this.selection.exactly(left);
  }
}
