/**
 * The edits of the opened picture: every change a step that can be taken back, kept by the core a moment later. Nothing here
 * sends anything to a service or costs anything. What is drawn of them is the stage's.
 */

import type { BackdropView } from './bindings/BackdropView';
import type { PictureView } from './bindings/PictureView';
import type { Problem } from './bindings/Problem';
import type { TemplateView } from './bindings/TemplateView';
import * as client from './bindings/client';
import { pictureUrl } from './pictures';
import { remembered } from './scene/colours';
import { ownBackdrop, same, withScene, NO_EDITS, type Edits, type Scene } from './scene/edits';
import { begin, record, redo, undo, type History } from './scene/history';
import type { Ground } from './scene/draw';
import { FITTED, type View } from './scene/view';
import { StandIn } from './standin';
import { isCut } from './states';
import { asProblem } from './trouble';

export type Tool = 'compare' | 'background' | 'place' | 'shadow' | 'brush';
export type Comparing = 'slider' | 'beside' | 'result' | 'alpha';

/** So long after the last change it is kept. */
const KEPT_AFTER_MS = 400;
const COLOURS = 'clearcut.colours';

export class Editor {
  tool: Tool = $state('compare');
  view: View = $state.raw(FITTED);

  comparing: Comparing = $state('slider');
  ground: Ground = $state('scene');
  /** How much of the width shows the original, per cent. */
  at: number = $state(50);

  /** The brush. Its size is its diameter, as a fraction of the picture's long side. */
  brush = $state({ tool: 'erase' as 'erase' | 'restore', size: 0.05, hardness: 0.7, snap: false });
  /** Whether the next click on the picture takes its colour. */
  picking: boolean = $state(false);

  templates: TemplateView[] = $state.raw([]);
  backdrops: BackdropView[] = $state.raw([]);
  colours: string[] = $state.raw(readColours());
  /** Why the edits could not be read or kept. */
  problem: Problem | null = $state.raw(null);

  /** The picture as pixels, once they have come. */
  standIn: StandIn | null = $state.raw(null);
  /** Counts up with every stroke that is laid: the cutout is another then. */
  painted: number = $state(0);
  /** Whether the edits that are kept have come; none are made before. */
  ready: boolean = $state(false);

  #history: History<Edits> = $state.raw(begin(NO_EDITS));
  /** What a gesture shows while it lasts. */
  #live: Edits | null = $state.raw(null);
  #picture: string | null = null;
  #shown = '';
  #unkept: { picture: string; edits: Edits } | null = null;
  #soon: ReturnType<typeof setTimeout> | null = null;
  #keeping: Promise<Problem | null> = Promise.resolve(null);
  /** What was done to the pictures that were opened before: coming back finds every step. */
  readonly #histories = new Map<string, History<Edits>>();

  get edits(): Edits {
    return this.#live ?? this.#history.present;
  }

  get scene(): Scene {
    return this.edits.scene;
  }

  get canUndo(): boolean {
    return this.#history.past.length > 0;
  }

  get canRedo(): boolean {
    return this.#history.future.length > 0;
  }

  /** Shows a picture: its edits where it is another than before, its pixels where they may be others. */
  async show(picture: PictureView): Promise<void> {
    const cut = isCut(picture);
    const other = picture.id !== this.#picture;
    if (other) this.#forget(picture.id);
    const address = cut ? `${picture.id} ${picture.revision}` : '';
    await Promise.all([other ? this.#read(picture.id) : null, address === this.#shown ? null : this.#load(picture, address)]);
  }

  #forget(id: string | null): void {
    void this.flush();
    if (this.#picture !== null && this.ready) this.#histories.set(this.#picture, this.#history);
    this.#picture = id;
    this.#shown = '';
    this.#history = begin(NO_EDITS);
    this.#live = null;
    this.standIn = null;
    this.ready = false;
    this.picking = false;
    this.problem = null;
    this.view = FITTED;
  }

  async #read(id: string): Promise<void> {
    try {
      const [view, backdrops] = await Promise.all([client.edits(id), client.backdrops()]);
      if (this.#picture !== id) return;
      const [kept, known] = [view?.edits ?? NO_EDITS, this.#histories.get(id)];
      this.#history = known !== undefined && same(known.present, kept) ? known : begin(kept);
      this.templates = view?.templates ?? [];
      this.backdrops = backdrops ?? [];
      this.ready = true;
      this.#paint();
    } catch (thrown) {
      if (this.#picture === id) this.problem = asProblem(thrown);
    }
  }

  async #load({ id, revision, width, height }: PictureView, address: string): Promise<void> {
    this.#shown = address;
    if (address === '') {
      this.standIn = null;
      return;
    }
    const standIn = await StandIn.load({ width, height }, pictureUrl('before', id, revision), pictureUrl('after', id, revision));
    if (this.#shown !== address) return;
    this.standIn = standIn;
    this.#paint();
  }

  #paint(): void {
    if (this.standIn === null || !this.ready) return;
    this.standIn.paint(this.edits.strokes);
    this.painted += 1;
  }

  /** Shows edits while a gesture lasts; `commit` makes them a step, `cancel` takes them back. */
  preview(edits: Edits): void {
    if (this.ready) this.#live = edits;
  }

  previewScene(change: Partial<Scene>): void {
    this.preview(withScene(this.edits, change));
  }

  commit(): void {
    const live = this.#live;
    this.#live = null;
    if (live !== null) this.#go(record(this.#history, live));
  }

  cancel(): void {
    this.#live = null;
    this.#paint();
  }

  /** One step. */
  change(edits: Edits): void {
    this.preview(edits);
    this.commit();
  }

  changeScene(change: Partial<Scene>): void {
    this.change(withScene(this.edits, change));
  }

  undo(): void {
    this.#live = null;
    this.#go(undo(this.#history));
  }

  redo(): void {
    this.#live = null;
    this.#go(redo(this.#history));
  }

  #go(history: History<Edits>): void {
    if (history === this.#history || this.#picture === null) return;
    const strokes = this.#history.present.strokes;
    this.#history = history;
    if (history.present.strokes !== strokes) this.#paint();
    this.#unkept = { picture: this.#picture, edits: history.present };
    if (this.#soon !== null) clearTimeout(this.#soon);
    this.#soon = setTimeout(() => void this.flush(), KEPT_AFTER_MS);
  }

  /** Keeps what is not kept yet, one after the other; answers with why that failed, when all is done. */
  flush(): Promise<Problem | null> {
    if (this.#soon !== null) clearTimeout(this.#soon);
    this.#soon = null;
    const unkept = this.#unkept;
    this.#unkept = null;
    if (unkept !== null) this.#keeping = this.#keeping.then(() => this.#keep(unkept));
    return this.#keeping;
  }

  async #keep(unkept: { picture: string; edits: Edits }): Promise<Problem | null> {
    const here = (): boolean => this.#picture === unkept.picture;
    try {
      await client.setEdits(unkept.picture, unkept.edits);
      if (here()) this.problem = null;
      return null;
    } catch (thrown) {
      const problem = asProblem(thrown);
      if (here()) this.problem = problem;
      // the next step, or whoever needs it kept, tries once more
      this.#unkept ??= unkept;
      return problem;
    }
  }

  /** Nothing is opened any more. */
  close(): void {
    this.#forget(null);
  }

  /** Puts a colour among the last used ones. */
  remember(colour: string): void {
    this.colours = remembered(this.colours, colour);
    try {
      localStorage.setItem(COLOURS, JSON.stringify(this.colours));
    } catch {
      // a full or forbidden storage forgets them with the window
    }
  }

  /** Asks for a background picture, and puts it behind. */
  async chooseBackdrop(): Promise<void> {
    const id = this.#picture;
    try {
      const chosen = await client.chooseBackdrop();
      if (chosen === null || this.#picture !== id) return;
      this.backdrops = [chosen, ...this.backdrops.filter((other) => other.id !== chosen.id)];
      this.changeScene({ backdrop: ownBackdrop(chosen.id) });
    } catch (thrown) {
      this.problem = asProblem(thrown);
    }
  }
}

function readColours(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(COLOURS) ?? '[]');
    return Array.isArray(kept) ? kept.filter((one): one is string => typeof one === 'string' && /^#[0-9a-f]{6}$/.test(one)) : [];
  } catch {
    return [];
  }
}
