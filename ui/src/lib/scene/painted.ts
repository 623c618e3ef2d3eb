/**
 * A cutout with strokes laid into it. Taking a stroke back puts the pixels under it back; of the oldest strokes, when that
 * would keep too much in memory, the picture is painted anew from the beginning.
 */

import { around, Laying, paste, type Pixels } from './brush';
import type { Stroke } from './edits';
import type { Box } from './layout';

/** What is kept of pixels under strokes, in bytes. */
const KEPT = 96 << 20;

interface Laid {
  readonly stroke: Stroke;
  readonly box: Box | null;
  /** The pixels that were there; `null` where they are not kept any more. */
  under: Uint8ClampedArray | null;
}

export class Painted {
  readonly pixels: Pixels;
  readonly #base: Pixels;
  readonly #original: Pixels;
  readonly #laid: Laid[] = [];
  #kept = 0;
  #laying: Laying | null = null;

  /** Of a cutout and its original, both of one size. Neither is changed. */
  constructor(base: Pixels, original: Pixels) {
    this.#base = base;
    this.#original = original;
    this.pixels = { width: base.width, height: base.height, data: base.data.slice() };
  }

  /** Lays and takes back strokes until just these are there. Answers with the box that changed. */
  show(strokes: readonly Stroke[]): Box | null {
    let changed: Box | null = null;
    const grow = (box: Box | null): void => {
      if (box !== null) changed = changed === null ? box : around(changed, box);
    };
    grow(this.#drop());
    let same = 0;
    while (same < strokes.length && this.#laid[same]?.stroke === strokes[same]) same += 1;
    while (this.#laid.length > same) grow(this.#takeBack());
    for (const stroke of strokes.slice(this.#laid.length)) grow(this.#lay(stroke));
    return changed;
  }

  /** Begins a stroke by hand: see `Laying.to`. */
  begin(stroke: Omit<Stroke, 'points'>): Laying {
    this.#laying = new Laying(stroke, this.pixels, this.#original);
    return this.#laying;
  }

  /** Keeps the stroke that was laid by hand as this one. */
  keep(stroke: Stroke): void {
    const laying = this.#laying;
    this.#laying = null;
    if (laying !== null) this.#push(stroke, laying);
  }

  /** A stroke by hand that was not kept leaves nothing. */
  #drop(): Box | null {
    const laying = this.#laying;
    this.#laying = null;
    const box = laying?.touched ?? null;
    if (laying !== null && box !== null) paste(this.pixels, box, laying.before(box));
    return box;
  }

  #lay(stroke: Stroke): Box | null {
    const laying = new Laying(stroke, this.pixels, this.#original);
    for (const point of stroke.points) laying.to(point);
    this.#push(stroke, laying);
    return laying.touched;
  }

  #push(stroke: Stroke, laying: Laying): void {
    const box = laying.touched;
    const under = box === null ? null : laying.before(box);
    this.#laid.push({ stroke, box, under });
    this.#kept += under?.length ?? 0;
    for (const old of this.#laid) {
      if (this.#kept <= KEPT) break;
      this.#kept -= old.under?.length ?? 0;
      old.under = null;
    }
  }

  #takeBack(): Box | null {
    const last = this.#laid.pop();
    if (last === undefined || last.box === null) return null;
    if (last.under !== null) {
      this.#kept -= last.under.length;
      paste(this.pixels, last.box, last.under);
      return last.box;
    }
    const strokes = this.#laid.splice(0).map(({ stroke }) => stroke);
    this.#kept = 0;
    this.pixels.data.set(this.#base.data);
    for (const stroke of strokes) this.#lay(stroke);
    return { left: 0, top: 0, width: this.pixels.width, height: this.pixels.height };
  }
}

/** Where alpha is, as a grey picture: white is opaque. */
export function alphaPicture({ data }: Pixels, into: Uint8ClampedArray): void {
  for (let at = 0; at < data.length; at += 4) {
    const alpha = data[at + 3] as number;
    into[at] = into[at + 1] = into[at + 2] = alpha;
    into[at + 3] = 255;
  }
}

