/**
 * The export sheet while it is open, and the export that it started: which pictures, in what format and sizes, how far it has
 * come, and what was written. One picture after the other is handed to the core, so that there is something to tell and a
 * place to stop. Free; nothing is sent to any service.
 */

import type { Edits } from './bindings/Edits';
import type { ExportFormatChoice } from './bindings/ExportFormatChoice';
import type { ExportedFile } from './bindings/ExportedFile';
import type { PresetView } from './bindings/PresetView';
import type { Problem } from './bindings/Problem';
import type { Refused } from './bindings/Refused';
import * as client from './bindings/client';
import { asked, formatOf, outcome, ownKey, type OwnSize } from './exportwords';
import { withScene } from './scene/edits';
import { asProblem } from './trouble';

/** What is exported of one picture. */
interface Item {
  id: string;
  name: string;
}

/** How far an export has come. */
export interface Run {
  done: number;
  total: number;
  /** The picture at work; nothing when all is done. */
  name: string | null;
}

export class Exporting {
  open: boolean = $state(false);
  items: readonly Item[] = $state.raw([]);

  format: ExportFormatChoice = $state('png');
  /** 1 to 100, where the user has moved it. */
  #quality: Partial<Record<ExportFormatChoice, number>> = $state.raw({});
  presets: readonly PresetView[] = $state.raw([]);
  own: readonly OwnSize[] = $state.raw([]);
  chosen: ReadonlySet<string> = $state.raw(new Set(['as_edited']));

  run: Run | null = $state.raw(null);
  /** Whether the user has stopped the run: the picture at work is still finished. */
  stopping: boolean = $state(false);
  written: readonly ExportedFile[] = $state.raw([]);
  failed: readonly Refused[] = $state.raw([]);
  /** What was left out when the user stopped. */
  left: number = $state(0);
  /** Whether there is an outcome to look at. */
  finished: boolean = $state(false);
  /** Why nothing could be begun. */
  problem: Problem | null = $state.raw(null);

  readonly #say: (text: string) => void;

  /** `say` tells a screen reader. */
  constructor(say: (text: string) => void) {
    this.#say = say;
  }

  /** The quality for the chosen format; `null` where it has none. */
  get quality(): number | null {
    return this.#quality[this.format] ?? formatOf(this.format).quality;
  }

  set quality(value: number | null) {
    if (value !== null) this.#quality = { ...this.#quality, [this.format]: value };
  }

  get sizes() {
    return asked(this.chosen, this.presets, this.own);
  }

  /** How many files are going to be written. */
  get count(): number {
    return this.items.length * this.sizes.length;
  }

  get words(): string {
    return outcome(this.written, this.failed.length, this.left);
  }

  /** Opens the sheet about pictures; while an export runs it shows that. */
  begin(items: readonly Item[]): void {
    this.open = true;
    if (this.run !== null || items.length === 0) return;
    this.items = items;
    this.again();
    void this.#ask();
  }

  /** Back from the outcome to the choices. */
  again(): void {
    this.finished = false;
    this.problem = null;
    this.written = [];
    this.failed = [];
    this.left = 0;
  }

  async #ask(): Promise<void> {
    if (this.presets.length > 0) return;
    try {
      this.presets = (await client.exportPresets()) ?? [];
    } catch (thrown) {
      this.problem = asProblem(thrown);
    }
  }

  toggle(key: string): void {
    const next = new Set(this.chosen);
    if (!next.delete(key)) next.add(key);
    this.chosen = next;
  }

  /** Adds a size of one's own, chosen. */
  add(size: OwnSize): void {
    const key = ownKey(size);
    if (!this.own.some((other) => ownKey(other) === key)) this.own = [...this.own, size];
    this.chosen = new Set([...this.chosen, key]);
  }

  stop(): void {
    this.stopping = this.run !== null;
  }

  /** Writes everything. `keep` keeps what was edited last; `background` is the colour behind whatever has no background of its own. */
  async go(keep: () => Promise<Problem | null>, background: string | null): Promise<void> {
    const { items, sizes } = this;
    if (this.run !== null || sizes.length === 0) return;
    this.again();
    this.stopping = false;
    this.run = { done: 0, total: items.length, name: items[0]?.name ?? null };
    this.problem = await keep();
    if (this.problem === null) await this.#all(items, background);
    this.run = null;
    if (this.problem !== null && this.written.length === 0 && this.failed.length === 0) return;
    this.finished = true;
    this.#say(this.words);
  }

  async #all(items: readonly Item[], background: string | null): Promise<void> {
    const { sizes, format, quality } = this;
    for (const [done, { id, name }] of items.entries()) {
      if (this.stopping) {
        this.left = items.length - done;
        return;
      }
      this.run = { done, total: items.length, name };
      try {
        const edits = background === null ? null : await onColour(id, background);
        const view = await client.exportPictures([id], { sizes, format, quality, edits });
        this.written = [...this.written, ...view.files];
        this.failed = [...this.failed, ...view.failed];
      } catch (thrown) {
        this.failed = [...this.failed, { name, problem: asProblem(thrown) }];
      }
    }
  }
}

/** The edits that are kept of a picture, on a colour where they leave the background free; `null` where nothing differs. */
async function onColour(id: string, rgb: string): Promise<Edits | null> {
  const { edits } = await client.edits(id);
  return edits.scene.backdrop.kind === 'transparent' ? withScene(edits, { backdrop: { kind: 'colour', rgb } }) : null;
}
