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
import type { QueueView } from './bindings/QueueView';
import type { Refused } from './bindings/Refused';
import type { SettingsView } from './bindings/SettingsView';
import type { ResumeView } from './bindings/ResumeView';
import * as client from './bindings/client';
import { Again } from './again.svelte';
import { Credits } from './credits.svelte';
import { Editor } from './editor.svelte';
import { Exporting } from './export.svelte';
import { Improving } from './improve.svelte';
import { Help } from './help.svelte';
import { drawn } from './money';
import { offer, type Offer } from './offer';
import { Arrangement } from './arrangement.svelte';
import { Ordering } from './ordering';
import { Pricing, samePrice } from './pricing.svelte';
import { Queue } from './queue.svelte';
import { spokenMode } from './queuewords';
import { Review } from './review.svelte';
import { Selection } from './selection.svelte';
import { Shelf } from './shelf.svelte';
import { hasCome, priceMark, STATES, stateWords, underWay } from './states';
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

/** While a batch runs every picture moves the balance: prices follow it so often at most. */
const PRICES_FOLLOW_MS = 2000;

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
  readonly help = new Help();
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
  settings: SettingsView = $state.raw({ output_folder: null, template: '{name}-cutout', existing: 'number', keep_metadata: true, improve_agreed: [], notice_levels: [], quiet_hours: null });
  banners: Banner[] = $state.raw([]);
  version: string = $state('');
  /** Counts up whenever plan, forecast, history or advice may have changed: views that show them ask anew. */
  creditsChanged: number = $state(0);
  /** Counts up whenever an event, not an answer, brought a gauge. */
  gaugeNews: number = $state(0);
  readonly credits = new Credits();
  readonly watches = new Watches();

  readonly pictures = new Shelf();
  readonly progress = new SvelteMap<string, Progress>();
  readonly arrangement = new Arrangement(this.pictures);
  readonly selection = new Selection(() => this.shown);
  readonly queue = new Queue();
  /** Of the opened picture. */
  readonly editor = new Editor();
  readonly improving = new Improving();
  readonly exporting = new Exporting((text) => this.say(text));

  hovering: boolean = $state(false);
  /** Whether the account sheet is open. */
  sheet: boolean = $state(false);
  /** Whether the form for another account is open in it. */
  adding: boolean = $state(false);
  refused: Refused[] = $state.raw([]);
  /** What else lay in the folders that the files came from, as a sentence. */
  leftOut: string | null = $state(null);
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
  readonly #failedAgain = new Again();
  readonly #unknownAgain = new Again();
  #asked: number = $state(0);
  /** Pictures whose offer to be asked for again was put away. */
  #left: ReadonlySet<string> = $state.raw(new Set());
  /** What a price depends on besides pictures and options; while a batch runs, as of the last beat. */
  #amounts: string = $state('');
  #following: ReturnType<typeof setTimeout> | null = null;

  /** Ids of all pictures, in the order they came. */
  get order(): readonly string[] {
    return this.pictures.order;
  }

  /** Ids of those that are shown, in the order they are shown. */
  get shown(): readonly string[] {
    return this.arrangement.order;
  }

  readonly account: AccountView | null = $derived(this.accounts.find(({ id }) => id === this.active) ?? null);
  readonly opened: PictureView | null = $derived(
    this.selection.current === null ? null : (this.pictures.get(this.selection.current) ?? null),
  );
  /** The notice, unless the opened picture says the very same. */
  readonly shownNotice: Notice | null = $derived(
    this.notice !== null && this.opened?.problem?.message === this.notice.problem.message ? null : this.notice,
  );
  /** The picked pictures. */
  readonly picked: PictureView[] = $derived(this.pictures.many(this.selection.ids));
  /** Those of them that failed, or may have been charged, and were not left as they are. */
  readonly #failed: string[] = $derived(this.#stuck('failed'));
  readonly #unknown: string[] = $derived(this.#stuck('unknown'));
  readonly #failedQuestion: string = $derived(this.#againQuestion(this.#failed));
  readonly #unknownQuestion: string = $derived(this.#againQuestion(this.#unknown));
  /** What the queue asks for trying the failed ones again; `undefined` while it is asked, `null` where it cannot. */
  readonly failedOffer: ResumeView | null | undefined = $derived(this.#failedAgain.offer(this.#failedQuestion));
  /** The same for those that may have been charged: this can charge them twice. */
  readonly unknownOffer: ResumeView | null | undefined = $derived(this.#unknownAgain.offer(this.#unknownQuestion));

  /**
   * The picked pictures that a price can be asked for: not those on their way, nor those that the queue itself offers to
   * try again; and beside pictures on their way not those that have come already.
   */
  readonly priceable: PictureView[] = $derived.by(() => {
    const queued = this.picked.some(underWay);
    const taken = new Set([...(this.failedOffer === null ? [] : this.#failed), ...(this.unknownOffer === null ? [] : this.#unknown)]);
    return this.picked.filter((picture) => !underWay(picture) && !taken.has(picture.id) && !(queued && hasCome(picture)));
  });

  /** The picked pictures that wait in the batch, where they are not all that waits, and nothing else is picked that has a price. */
  readonly waitingPicked: string[] = $derived.by(() => {
    const waiting = this.queue.shown === null || this.priceable.length > 0 ? [] : this.picked.filter(({ state }) => state === 'queued').map(({ id }) => id);
    return waiting.length < this.queue.view.waiting ? waiting : [];
  });

  readonly #question: string = $derived(
    JSON.stringify([
      this.#asked,
      this.active,
      this.options.size,
      this.priceable.map((picture) => [picture.id, priceMark(picture)]),
      this.#balance,
    ]),
  );
  /** How far an archive has come that is being saved or taken over, bytes. */
  archive: { done: number; total: number } | null = $state.raw(null);
  readonly quote = $derived(this.#pricing.quote(this.#question));
  readonly quoteProblem: Problem | null = $derived(this.#pricing.problem(this.#question));
  readonly offer: Offer = $derived(offer(this.quote, this.options, this.priceable));
  /** The quote sheet. */
  readonly review: Review = new Review((ids) => [this.active, this.#amounts, this.pictures.many(ids).map(priceMark)]);

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
    void this.#question;
    untrack(() => void this.#askPrice());
  }

  /** While a batch runs: asks the same price once more whenever the balance has moved; to be called in an effect. */
  freshen(): void {
    void this.#amounts;
    if (this.queue.live) untrack(() => void this.#askPrice());
  }

  /** Asks what trying again would cost; to be called in an effect. */
  reaskAgain(): void {
    const [failed, unknown] = [this.#failedQuestion, this.#unknownQuestion];
    untrack(() => {
      void this.#failedAgain.ask(failed, this.#failed);
      void this.#unknownAgain.ask(unknown, this.#unknown);
    });
  }

  /** Whether the price on the button still is the price: asks once more where a batch moves the balance meanwhile. */
  async stillPriced(): Promise<boolean> {
    const shown = this.quote;
    if (!this.queue.live || shown === null) return true;
    await this.#askPrice();
    return this.quote !== null && samePrice(this.quote, shown);
  }

  /** The pictures of the offer to try again that are meant by it. */
  stuck(state: 'failed' | 'unknown'): readonly string[] {
    return state === 'failed' ? this.#failed : this.#unknown;
  }

  /** Puts the offer to ask again for these away: they are like any other picture then. */
  leave(ids: readonly string[]): void {
    this.#left = new Set([...this.#left, ...ids]);
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
    for (const picture of this.pictures.many(this.order)) {
      if (!this.#ordering.answer(`picture ${picture.id}`, mark)) kept.set(picture.id, picture);
    }
    this.pictures.exactly([...kept.values()].filter(({ id }) => !this.#dismissed.has(id)));
    if (overview.active !== this.active) {
      this.most = 0;
      this.credits.forget();
      this.queue.forget();
    }
    this.accounts = overview.accounts;
    this.active = overview.active;
    this.settings = overview.settings;
    this.banners = overview.banners;
    this.version = overview.version;
    this.showQueue(overview.queue, mark);
    this.showGauge(overview.gauge, mark);
    this.#fitOptions();
    this.#fitSelection();
    this.trouble = null;
    this.phase = 'open';
  }

  showGauge(gauge: GaugeView, mark: number): void {
    if (this.#ordering.answer('gauge', mark)) this.#setGauge(gauge);
  }

  showQueue(queue: QueueView, mark: number): void {
    if (this.#ordering.answer('queue', mark)) this.#setQueue(queue);
  }

  /** Shows pictures that were taken in, opens the first of them, and lists what was left out. */
  take(added: Added, mark: number): void {
    for (const { id } of added.pictures) this.#dismissed.delete(id);
    this.pictures.put(added.pictures.filter(({ id }) => this.#ordering.answer(`picture ${id}`, mark)));
    this.#taken(added);
  }

  /** Takes pictures off the bench and opens the next one; what events still say of them is not shown any more. */
  drop(ids: readonly string[]): void {
    const gone = new Set(ids);
    const at = this.shown.findIndex((id) => gone.has(id));
    for (const id of ids) {
      this.#dismissed.add(id);
      this.progress.delete(id);
    }
    this.pictures.drop(ids);
    this.#fitSelection();
    const next = this.shown[Math.min(at, this.shown.length - 1)];
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
        for (const { id } of event.added.pictures) this.#dismissed.delete(id);
        this.pictures.put(event.added.pictures.filter(({ id }) => this.#ordering.event(`picture ${id}`, seq)));
        this.#taken(event.added);
        return;
      case 'hover':
        if (this.#ordering.event('hover', seq)) this.hovering = event.over;
        return;
      case 'gauge':
        this.gaugeNews += 1;
        if (this.#ordering.event('gauge', seq)) this.#setGauge(event.gauge);
        return;
      case 'queue':
        if (this.#ordering.event('queue', seq)) this.#setQueue(event.queue);
        return;
      case 'banner_gone':
        if (this.#ordering.event(`banner ${event.id}`, seq)) this.banners = this.banners.filter(({ id }) => id !== event.id);
        return;
      case 'credits_changed':
        this.creditsChanged += 1;
        // what was paid may have gone from the vault, and a new plan divides the pockets anew
        this.priceAgain();
        return;
      case 'archive':
        if (this.#ordering.event('archive', seq)) this.archive = { done: event.done, total: event.total };
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
    this.pictures.put([picture]);
    if (before?.state === picture.state) return;
    this.progress.delete(picture.id);
    const { spoken } = stateWords(picture);
    // of a batch's pictures only those in trouble are named: it tells how far it has come by itself
    const quiet = this.queue.shown !== null && !['warn', 'bad'].includes(STATES[picture.state].tone);
    if (spoken !== null && !quiet) this.say(`${picture.name}: ${spoken}`);
  }

  #setQueue(view: QueueView): void {
    const before = this.queue.view;
    this.queue.set(view);
    if (!this.queue.live) this.#follow();
    const spoken = this.queue.shown === null ? null : spokenMode(before, view);
    if (spoken !== null) this.say(spoken);
  }

  #setGauge(gauge: GaugeView): void {
    this.gauge = gauge;
    this.gaugeAt = Date.now();
    this.most = Math.max(this.most, drawn(gauge.total.amount));
    if (!this.queue.live) this.#follow();
    else this.#following ??= setTimeout(() => this.#follow(), PRICES_FOLLOW_MS);
  }

  /** Lets prices be those of the balance as it is now. */
  #follow(): void {
    if (this.#following !== null) clearTimeout(this.#following);
    this.#following = null;
    const { subscription, rollover, payg, enterprise, reserved } = this.gauge;
    this.#amounts = JSON.stringify([subscription, rollover, payg, enterprise, reserved].map(({ amount }) => amount));
  }

  /** The picked pictures in this state that the queue may be asked for again. */
  #stuck(state: 'failed' | 'unknown'): string[] {
    return this.picked.filter((picture) => picture.state === state && !this.#left.has(picture.id)).map(({ id }) => id);
  }

  #againQuestion(ids: readonly string[]): string {
    return ids.length === 0 ? '' : JSON.stringify([this.#asked, this.active, ids, this.#balance]);
  }

  /** What questions know of the balance: nothing while a batch moves it all the time. Prices are asked once more then. */
  get #balance(): string {
    return this.queue.live ? 'moving' : this.#amounts;
  }

  async #askPrice(): Promise<void> {
    const ids = this.priceable.map(({ id }) => id);
    await this.#pricing.ask(this.#question, ids, this.options);
  }

  #taken({ pictures, refused, note = null }: Added): void {
    this.hovering = false;
    if (pictures.length + refused.length > 0) this.view = 'studio';
    if (refused.length > 0) this.refused = refused;
    if (refused.length > 0 || note !== null) this.leftOut = note;
    this.arrangement.reveal(pictures.map(({ id }) => id));
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
    this.selection.keep((id) => this.pictures.get(id) !== undefined);
  }
}
