/**
 * What the user can do: each a command to the core, its answer shown on the bench, its failure shown as a notice.
 * Nothing is charged but by `press`, which hands over the very sum the button named.
 */

import type { Added } from './bindings/Added';
import type { ArchiveLoaded } from './bindings/ArchiveLoaded';
import type { ArchiveSaved } from './bindings/ArchiveSaved';
import type { CreditsView } from './bindings/CreditsView';
import type { HistoryFilter } from './bindings/HistoryFilter';
import type { OutputOptions } from './bindings/OutputOptions';
import type { Page } from './bindings/Page';
import type { PictureView } from './bindings/PictureView';
import type { PlanInput } from './bindings/PlanInput';
import type { PreviewSource } from './bindings/PreviewSource';
import type { QuietHours } from './bindings/QuietHours';
import type { SettingsView } from './bindings/SettingsView';
import * as client from './bindings/client';
import type { Bench } from './bench.svelte';
import { underWay } from './states';
import { asProblem } from './trouble';

/** Nothing is held back: what one press agrees to where every pocket may pay. */
const USE_ALL = { kind: 'use_payg' } as const;

export class Actions {
  readonly #bench: Bench;

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  chooseFiles = (): Promise<void> => this.#take(client.chooseFiles);
  chooseFolder = (): Promise<void> => this.#take(client.chooseFolder);
  addSample = (): Promise<void> => this.#take(client.addSample);

  paste = (): Promise<void> =>
    this.#take(async () => {
      const added = await client.paste();
      if (added.pictures.length + added.refused.length === 0 && !added.note) this.#toast('The clipboard holds no picture and no files.');
      return added;
    });

  /** Puts a cutout with its edits on the clipboard. A large one that is not cut out yet takes a moment, which is said. */
  copy = (picture: string): Promise<void> =>
    this.#try(async () => {
      await this.#keepEdits();
      const late = setTimeout(() => this.#toast('Cutting out…'), 400);
      try {
        const { name, width, height } = await client.copyCutout(picture);
        this.#toast(`The cutout of ${name} is on the clipboard: ${width} × ${height}, with transparency`);
      } finally {
        clearTimeout(late);
      }
    });

  /** Drags the saved files of these pictures into another program, with the mouse button that is down. */
  dragOut = (pictures: string[]): Promise<void> => this.#try(() => client.dragOut(pictures));

  /** Takes the picked pictures off the bench, except those whose outcome is still to come. */
  takeOff = (): Promise<void> =>
    this.#try(async () => {
      const off = this.#bench.picked.filter((picture) => !underWay(picture));
      const ids = off.map(({ id }) => id);
      if (ids.length === 0) return this.#toast('A picture on its way stays on the bench until its outcome is known.');
      await client.dismiss(ids);
      this.#bench.drop(ids);
      const what = off.length === 1 ? off[0]?.name : `${off.length} pictures`;
      this.#bench.toast = { text: `${what} taken off the bench`, undo: true };
    });

  undoTakeOff = (): Promise<void> =>
    this.#try(async () => {
      const mark = this.#bench.mark();
      const back = await client.undoDismiss();
      this.#bench.undrop(back.pictures.map(({ id }) => id));
      this.#bench.show(await client.overview(), mark);
      const ids = back.pictures.map(({ id }) => id);
      this.#bench.arrangement.reveal(ids);
      this.#bench.selection.exactly(ids);
      this.#bench.toast = null;
    });

  /** A preview; one from the service for at most the price its button named. */
  preview = (picture: string, source: PreviewSource, agreedCost: string | null): Promise<void> =>
    this.#try(
      async () => void (await client.preview(picture, source, agreedCost)),
      agreedCost === null ? undefined : null,
    );

  cancel = (picture: string): Promise<void> => this.#try(async () => void (await client.cancel(picture)));

  /** Opens the quote sheet about what is picked. */
  review = (): void => {
    const { priceable, options, quote, review } = this.#bench;
    if (priceable.length > 0) review.begin(priceable.map(({ id }) => id), options, quote);
  };

  /** The quote sheet's own button: just what the choice says, for just its sum. A failure stays in the sheet. */
  go = async (): Promise<void> => {
    const bench = this.#bench;
    const { review } = bench;
    const { choice } = review;
    if (bench.spending || choice === null) return;
    bench.spending = true;
    review.failed = null;
    try {
      await this.#keepEdits();
      await client.download(review.pictures, review.options, choice.cost, choice.choice);
      bench.notice = null;
      review.open = false;
    } catch (thrown) {
      review.failed = asProblem(thrown);
      review.again();
    }
    bench.spending = false;
  };

  /** Opens the export sheet about what is picked. */
  exportPicked = (): void => {
    const { exporting, picked } = this.#bench;
    exporting.begin(picked.map(({ id, name }) => ({ id, name })));
  };

  /** Opens the export sheet about one picture. */
  exportOne = ({ id, name }: PictureView): void => this.#bench.exporting.begin([{ id, name }]);

  /** The export sheet's own button. What was edited last is kept first, so that it is in the files. */
  writeExport = (): Promise<void> => {
    const { editor, exporting, options } = this.#bench;
    return exporting.go(() => editor.flush(), options.background);
  };

  /** Gives a picture to the improvement programme: after the sheet that says what is sent to whom, or at once where the user wanted that. */
  improve = (picture: PictureView): Promise<void> => {
    const bench = this.#bench;
    if (!bench.settings.improve_agreed.includes(bench.active)) {
      bench.improving.ask(picture);
      return Promise.resolve();
    }
    return this.#try(async () => {
      await client.improve(picture.id, false);
      this.#thankFor(picture);
    }, null);
  };

  /** The sheet's button: the yes for the picture it shows. */
  sendForImprovement = async (): Promise<void> => {
    const { improving } = this.#bench;
    const { picture, busy } = improving;
    if (picture === null || busy) return;
    improving.busy = true;
    improving.problem = null;
    try {
      await client.improve(picture.id, true);
      if (improving.remember) this.#bench.settings = await client.rememberImproving(true);
      improving.picture = null;
      this.#thankFor(picture);
    } catch (thrown) {
      improving.problem = asProblem(thrown);
    }
    improving.busy = false;
  };

  /** Asks again before a picture is sent for improvement. */
  askBeforeImproving = (): Promise<void> =>
    this.#try(async () => {
      this.#bench.settings = await client.rememberImproving(false);
      this.#toast('You are asked again before a photo is sent for improvement.');
    });

  /** Saves the lines of the filter as CSV where the user chooses. */
  exportHistory = (filter: HistoryFilter): Promise<void> => this.#export(() => client.exportHistory(filter));

  /** Writes a paid picture once more, free, where the user chooses. */
  exportReceipt = (id: string): Promise<void> => this.#export(() => client.exportReceipt(id));

  /** Writes the diagnostics archive where the user chooses, with names of files and folders only if wished. */
  saveDiagnostics = (names: boolean): Promise<void> => this.#export(() => client.saveDiagnostics(names));

  /** Sends nothing new; what was sent is awaited. */
  pauseQueue = (): Promise<void> => this.#queue(client.pauseQueue);

  /** Goes on with what waits, for just the sum that the button names. */
  resumeQueue = (): Promise<void> => {
    const cost = this.#bench.queue.view.resume?.cost;
    return cost === undefined ? Promise.resolve() : this.#queue(() => client.resumeQueue(cost));
  };

  /** Takes everything that waits out of the queue. */
  stopQueue = (): Promise<void> => this.#queue(client.stopQueue);

  skip = (pictures: readonly string[]): Promise<void> => this.#try(() => client.skip([...pictures]));

  sendFirst = (pictures: readonly string[]): Promise<void> =>
    this.#try(async () => {
      await client.sendFirst([...pictures]);
      this.#toast(pictures.length === 1 ? 'It is sent next.' : `These ${pictures.length} are sent next.`);
    });

  /** Asks again for the picked pictures in this state, for just the sum of the offer. */
  askAgain = async (state: 'failed' | 'unknown'): Promise<void> => {
    const bench = this.#bench;
    const offer = state === 'failed' ? bench.failedOffer : bench.unknownOffer;
    if (bench.spending || !offer) return;
    bench.spending = true;
    await this.#try(() => client.askAgain([...bench.stuck(state)], offer.cost), () => bench.priceAgain());
    bench.spending = false;
  };

  /** Goes on with the download that waited for credits, for at most what was agreed to then. */
  resumeDownload = (): Promise<void> => this.#try(async () => void (await client.resumeDownload()), null);

  /** Takes a banner away, here and in the core. */
  dismissBanner = (id: string): Promise<void> =>
    this.#try(async () => {
      this.#bench.banners = this.#bench.banners.filter((banner) => banner.id !== id);
      await client.dismissBanner(id);
    }, null);

  /** The primary button: downloads or saves again what its label offers, for the sum it names; past a line, the quote sheet. */
  press = async (): Promise<void> => {
    const bench = this.#bench;
    const { offer, options } = bench;
    if (offer.kind === 'review') return this.review();
    const ids = bench.priceable.map(({ id }) => id);
    if (bench.spending || (offer.kind !== 'download' && offer.kind !== 'save_again')) return;
    bench.spending = true;
    await this.#try(async () => {
      if (!(await bench.stillPriced())) return this.#toast('The batch has moved the balance: look at the price once more.');
      await this.#keepEdits();
      const [only, ...others] = ids;
      if (offer.kind === 'download') await client.download(ids, options, offer.cost, USE_ALL);
      else if (only !== undefined && others.length === 0) await client.saveAgain(only, options);
      else await client.download(ids, options, '0', USE_ALL);
    }, null);
    bench.spending = false;
  };

  refreshBalance = (): Promise<void> =>
    this.#try(async () => {
      const mark = this.#bench.mark();
      this.#bench.showGauge(await client.refreshBalance(), mark);
    });

  /** Asks for everything of the Credits view. Its failure is shown there, not as a notice. */
  askCredits = async (): Promise<void> => {
    const mark = this.#bench.mark();
    const view = await this.#bench.credits.ask(client.credits);
    if (view !== null) this.#bench.showGauge(view.gauge, mark);
  };

  /** Takes in a plan; throws the problem, for the form to show it. */
  savePlan = (plan: PlanInput): Promise<void> => this.#credits(() => client.setPlan(plan));

  /** Forgets the plan; throws the problem, for the form to show it. */
  forgetPlan = (): Promise<void> => this.#credits(client.forgetPlan);

  declineProposal = (proposal: string): Promise<void> => this.#try(() => this.#credits(() => client.declineProposal(proposal)));

  dismissPrompt = (prompt: string): Promise<void> => this.#try(() => this.#credits(() => client.dismissPrompt(prompt)));

  setNotices = (levels: number[], quietHours: QuietHours | null): Promise<void> =>
    this.#try(async () => {
      this.#bench.settings = await client.setNotices(levels, quietHours);
    });

  revealCatalogue = (): Promise<void> => this.#try(async () => void (await client.revealCatalogue()), null);

  revealVault = (): Promise<void> => this.#try(async () => void (await client.revealVault()), null);

  chooseOutputFolder = (): Promise<void> =>
    this.#try(async () => {
      this.#bench.settings = await client.chooseOutputFolder();
    });

  saveBesideOriginals = (): Promise<void> =>
    this.#try(async () => {
      this.#bench.settings = await client.saveBesideOriginals();
    });

  /** How cutouts are saved: what is not named stays as it is. Throws the problem, for the form to show it. */
  setSaving = async (changed: Partial<Pick<SettingsView, 'template' | 'existing' | 'keep_metadata'>>): Promise<void> => {
    const { template, existing, keep_metadata } = { ...this.#bench.settings, ...changed };
    this.#bench.settings = await client.setSaving(template, existing, keep_metadata);
  };

  reveal = (picture: string): Promise<void> => this.#try(async () => void (await client.reveal(picture)), null);

  openPage = (page: Page): Promise<void> => this.#try(async () => void (await client.openPage(page)), null);

  useAccount = (account: string): Promise<void> =>
    this.#try(async () => {
      const mark = this.#bench.mark();
      this.#bench.show(await client.useAccount(account), mark);
    });

  /** Saves everything to move to another computer; nothing where the dialog was closed. Throws the problem, for the panel to show it. */
  saveArchive = (): Promise<ArchiveSaved | null> => client.saveArchive();

  /** Takes over an archive, and shows what came; throws as `saveArchive` does. */
  loadArchive = async (): Promise<ArchiveLoaded | null> => {
    const mark = this.#bench.mark();
    const loaded = await client.loadArchive();
    if (loaded !== null) this.#bench.show(loaded.overview, mark);
    return loaded;
  };

  stopArchive = (): Promise<void> => this.#try(async () => void (await client.stopArchive()));

  /** Adds an account; throws the problem, for the form to show it. The key is passed on and kept nowhere. */
  addAccount = async (service: string, prefix: string | null, label: string | null, key: string | null): Promise<void> => {
    const mark = this.#bench.mark();
    const { overview, note } = await client.addAccount(service, prefix, label, key);
    this.#bench.show(overview, mark);
    if (note !== null) this.#toast(note);
  };

  setOptions = (change: Partial<OutputOptions>): void => {
    this.#bench.options = { ...this.#bench.options, ...change };
  };

  /** What was edited last is in what is saved; where it cannot be kept, nothing is bought without it. */
  async #keepEdits(): Promise<void> {
    const problem = await this.#bench.editor.flush();
    if (problem !== null) throw problem;
  }

  /** Does something that answers with the whole Credits view, and shows it. */
  async #credits(deed: () => Promise<CreditsView>): Promise<void> {
    const mark = this.#bench.mark();
    const view = await this.#bench.credits.change(deed);
    if (view !== null) this.#bench.showGauge(view.gauge, mark);
  }

  /** Does something to the batch; where it fails, what is shown of the batch may be old. */
  async #queue(deed: () => Promise<void>): Promise<void> {
    const { queue } = this.#bench;
    if (queue.busy) return;
    queue.busy = true;
    await this.#try(async () => {
      try {
        await deed();
      } finally {
        const mark = this.#bench.mark();
        this.#bench.showQueue(await client.queue(), mark);
      }
    }, null);
    queue.busy = false;
  }

  async #take(ask: () => Promise<Added>): Promise<void> {
    await this.#try(async () => {
      const mark = this.#bench.mark();
      this.#bench.take(await ask(), mark);
    });
  }

  /** Exports something, and names the file; nothing is said where the user chose no place. */
  async #export(deed: () => Promise<string | null>): Promise<void> {
    await this.#try(async () => {
      const file = await deed();
      if (file !== null) this.#toast(`Saved as ${file}`);
    });
  }

  #thankFor({ name }: PictureView): void {
    this.#toast(`${name} was sent to ${this.#bench.account?.service ?? 'the service'}. Thank you.`);
  }

  #toast(text: string): void {
    this.#bench.toast = { text, undo: false };
  }

  /** Does it; a failure becomes the notice, with `again` behind its "Try again" (by default the same once more). */
  async #try(deed: () => Promise<void>, again: (() => void) | null | undefined = undefined): Promise<void> {
    try {
      await deed();
      this.#bench.notice = null;
    } catch (thrown) {
      this.#bench.notice = { problem: asProblem(thrown), again: again === undefined ? () => void this.#try(deed) : again };
    }
  }
}
