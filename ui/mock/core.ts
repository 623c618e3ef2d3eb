/** A made-up core behind Tauri's own mock: enough of the use cases to walk through the window by hand. Spends nothing. */

import { emit } from '@tauri-apps/api/event';
import { mockIPC } from '@tauri-apps/api/mocks';

import type { Added } from '../src/lib/bindings/Added';
import type { ExistingChoice } from '../src/lib/bindings/ExistingChoice';
import type { Event } from '../src/lib/bindings/Event';
import type { HistoryFilter } from '../src/lib/bindings/HistoryFilter';
import type { OutputOptions } from '../src/lib/bindings/OutputOptions';
import type { Overview } from '../src/lib/bindings/Overview';
import type { PictureView } from '../src/lib/bindings/PictureView';
import type { ProxyKind } from '../src/lib/bindings/ProxyKind';
import type { QueueView } from '../src/lib/bindings/QueueView';
import type { QuoteView } from '../src/lib/bindings/QuoteView';
import { CreditsDesk } from './creditsdesk';
import { EditDesk, EDITING } from './editdesk';
import { gauge, helpTopics, measured, network, problem, services, settings } from './fixtures';
import { historyPage } from './history';
import { priced, type Balance } from './quotes';
import { sample, SAMPLES } from './samples';
import { VaultDesk } from './vaultdesk';
import type { Scene } from './scene';
import { WatchDesk } from './watches';

type Arguments = Record<string, unknown>;

export class FakeCore {
  #seq = 0;
  #made = 0;
  readonly #scene: Scene;
  #overview: Overview;
  #balance: Balance | null;
  #removed: PictureView[] = [];
  readonly #credits: CreditsDesk;
  readonly #vault: VaultDesk;
  readonly #watches = new WatchDesk();
  readonly #edits = new EditDesk((id) => this.#find(id)?.name ?? '');

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#overview = scene.overview;
    this.#credits = new CreditsDesk(scene.credits, scene.overview);
    this.#vault = new VaultDesk(scene.vault);
    this.#balance = scene.balance === undefined ? { subscription: 39, payg: 10 } : scene.balance;
  }

  install(): void {
    mockIPC((command, args) => this.#answer(command, (args ?? {}) as Arguments), { shouldMockEvents: true });
  }

  tell(event: Event): void {
    this.#seq += 1;
    void emit('clearcut', { seq: this.#seq, event });
  }

  #answer(command: string, args: Arguments): unknown {
    if (EDITING.some((one) => one === command)) return this.#edits.answer(command, args);
    switch (command) {
      case 'overview':
        return this.#overview;
      case 'help':
        return helpTopics;
      case 'services':
        return services;
      case 'choose_files':
        return this.#add(SAMPLES.length);
      case 'choose_folder':
        return { ...this.#add(2), refused: [{ name: 'notes.jpg', problem: problem('not_a_picture', 'This is no picture that Clearcut reads.') }] };
      case 'add_sample':
      case 'paste':
        return this.#add(1);
      case 'quote':
        return this.#quote(args.pictures as string[], args.options as OutputOptions, args.cap as string | null);
      case 'history':
        return historyPage(this.#scene.history, args.filter as HistoryFilter);
      case 'export_history':
        return 'history.csv';
      case 'export_receipt':
        return 'coffee-cutout.png';
      case 'dismiss_banner':
        this.tell({ kind: 'banner_gone', id: args.banner as string });
        return null;
      case 'resume_download':
        this.tell({ kind: 'banner_gone', id: 'arrived' });
        return null;
      case 'queue':
        return this.#overview.queue;
      case 'pause_queue':
        return this.#halt();
      case 'resume_queue':
        return this.#tellQueue({ mode: 'running', reason: null, text: null, resume: null });
      case 'stop_queue':
        return this.#tellQueue({ mode: 'idle', waiting: 0, sending: 0, left_out: this.#overview.queue.waiting });
      case 'skip':
        for (const id of args.pictures as string[]) this.#change(id, { state: 'previewed' });
        return this.#tellQueue({ waiting: this.#overview.queue.waiting - (args.pictures as string[]).length });
      case 'quote_again': {
        const count = (args.pictures as string[]).length;
        return { pictures: count, cost: String(count), payg: '0', uncovered: 0, here: 0 };
      }
      case 'ask_again':
        for (const id of args.pictures as string[]) void this.#download(id, { size: 'full', format: 'png', background: null }, '1');
        return null;
      case 'preview':
        return void this.#preview(args.picture as string);
      case 'save_again':
        return void this.#download(args.picture as string, args.options as OutputOptions, '0');
      case 'download':
        for (const id of args.pictures as string[]) void this.#download(id, args.options as OutputOptions, '1');
        return null;
      case 'dismiss':
        this.#removed = this.#overview.pictures.filter(({ id }) => (args.pictures as string[]).includes(id));
        this.#overview = { ...this.#overview, pictures: this.#overview.pictures.filter((one) => !this.#removed.includes(one)) };
        return null;
      case 'undo_dismiss':
        this.#overview = { ...this.#overview, pictures: [...this.#overview.pictures, ...this.#removed] };
        return { pictures: this.#removed, refused: [] };
      case 'refresh_balance':
        return (this.#overview = { ...this.#overview, gauge: this.#gauge() }).gauge;
      case 'choose_output_folder':
        return { ...settings, output_folder: 'Cutouts' };
      case 'set_saving':
        return { ...settings, template: args.template as string, existing: args.existing as ExistingChoice, keep_metadata: args.keep_metadata as boolean };
      case 'model':
      case 'use_built_in_model':
        return { file: null, description: 'U²-Net, 384 pixels at the longer side' };
      case 'choose_model':
        return { file: 'isnet.onnx', description: 'IS-Net, 1024 × 1024 pixels' };
      case 'save_beside_originals':
        return settings;
      case 'save_archive':
        return { name: 'clearcut-2026-11-25.zip', accounts: 2, pictures: 128, left_out: 0, bytes: 412_000_000 };
      case 'load_archive':
        return { accounts: [{ label: 'Studio', came: true, text: '“Studio” came over. Enter its key again: keys never leave the keyring of their computer.' }], pictures: 128, settings: [], overview: this.#overview };
      case 'stop_archive':
        return null;
      case 'network':
        return network();
      case 'set_proxy':
        return network({ proxy: args.proxy as ProxyKind, address: args.address as string | null, user: args.user as string | null });
      case 'set_at_a_time':
        return network({ at_a_time: args.at_a_time as number });
      case 'choose_certificates':
        return network({ certificates: 'company-root.pem' });
      case 'forget_certificates':
        return network();
      case 'try_connection':
        return 'The practice account answers, and takes the key.';
      case 'use_account':
        return (this.#overview = { ...this.#overview, active: args.account as string });
      case 'add_account':
        throw problem('key_refused', 'The service refused this key.', 'Copy it once more from the key page.');
      default:
        return this.#vault.answer(command, args) ?? this.#watches.answer(command, args) ?? this.#credits.answer(command, args);
    }
  }

  #tellQueue(change: Partial<QueueView>): null {
    const queue = { ...this.#overview.queue, ...change };
    this.#overview = { ...this.#overview, queue };
    this.tell({ kind: 'queue', queue });
    return null;
  }

  #halt(): null {
    const { waiting } = this.#overview.queue;
    return this.#tellQueue({ mode: 'paused', reason: 'user', eta_s: null, resume: { pictures: waiting, cost: String(waiting), payg: '0', uncovered: 0, here: 0 } });
  }

  #add(count: number): Added {
    const pictures = SAMPLES.slice(0, count).map((name) =>
      sample(name, ++this.#made, { state: 'added', preview: null, revision: 1 }),
    );
    this.#overview = { ...this.#overview, pictures: [...this.#overview.pictures, ...pictures] };
    for (const { id } of pictures) void this.#preview(id);
    return { pictures, refused: [] };
  }

  #quote(ids: string[], { size }: OutputOptions, cap: string | null): QuoteView {
    const paid = ids.filter((id) => {
      const one = this.#find(id);
      return one?.state === 'paid_not_saved' || (one?.result?.options.size === size && !one.result.on_device && one.state === 'saved');
    }).length;
    const change = { already_paid: paid, ...this.#scene.quote };
    const free = Math.min(ids.length, (change.already_paid ?? 0) + (change.duplicates ?? 0));
    return priced(this.#balance, { charged: ids.length - free, price: size === 'preview' ? 0.25 : 1, cap, change });
  }

  async #preview(id: string): Promise<void> {
    this.#change(id, { state: 'previewing', preview: null, revision: 1, problem: null });
    await pause(900);
    this.#change(id, { state: 'previewed', preview: { source: 'device', width: 512, height: 512 }, revision: 2 });
  }

  async #download(id: string, options: OutputOptions, charged: string): Promise<void> {
    this.#change(id, { state: 'queued', problem: null });
    for (let done = 0; done <= 100; done += 5) {
      await pause(60);
      if (done === 0) this.#change(id, { state: 'sending' });
      this.tell({ kind: 'progress', picture: id, phase: done < 60 ? 'uploading' : 'downloading', done, total: 100 });
    }
    if (this.#balance !== null) this.#balance = { ...this.#balance, subscription: this.#balance.subscription - Number(charged) };
    const one = this.#find(id);
    this.#change(id, {
      state: 'saved',
      result: {
        charged,
        basis: 'measured',
        width: one?.width ?? 0,
        height: one?.height ?? 0,
        file_name: `${one?.name.split('.')[0]}-cutout.${options.format}`,
        from_vault: charged === '0',
        on_device: false,
        options,
        warnings: [],
      },
    });
    this.tell({ kind: 'gauge', gauge: this.#gauge() });
  }

  #gauge() {
    if (this.#balance === null) return this.#overview.gauge;
    const { subscription, payg } = this.#balance;
    return gauge({ subscription: measured(String(subscription), 0), payg: measured(String(payg), 0), total: measured(String(subscription + payg), 0) });
  }

  #find(id: string): PictureView | undefined {
    return this.#overview.pictures.find((one) => one.id === id);
  }

  #change(id: string, change: Partial<PictureView>): void {
    const one = this.#find(id);
    if (one === undefined) return;
    const next = { ...one, ...change };
    this.#overview = { ...this.#overview, pictures: this.#overview.pictures.map((other) => (other.id === id ? next : other)) };
    this.tell({ kind: 'picture', picture: next });
  }
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
