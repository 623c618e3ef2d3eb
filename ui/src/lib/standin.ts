/**
 * The opened picture as the editor holds it: the stand-ins of original and cutout as pixels, what the brush made of them, and
 * the few pictures derived from them, each made once and again only when what it depends on has changed. Touches canvases, so
 * it is no part of the pure scene.
 */

import { blur } from './scene/blur';
import { mean, type Pixels } from './scene/brush';
import type { Stroke } from './scene/edits';
import type { Box, Point, Size } from './scene/layout';
import { alphaPicture, Painted } from './scene/painted';
import { silhouette } from './scene/shadow';
import { subjectBox } from './scene/subject';

export type Sheet = HTMLCanvasElement;

/** A picture that can be drawn, once it has come; `null` where there is none to be had. */
export function load(address: string): Promise<HTMLImageElement | null> {
  return new Promise((done) => {
    const image = new Image();
    image.crossOrigin = 'anonymous';
    image.onload = () => done(image);
    image.onerror = () => done(null);
    image.src = address;
  });
}

export function sheet(width: number, height: number): Sheet {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  return canvas;
}

/** Longest side of the blurred original: the core's own count of pixels a deviation, within what a window needs. */
const PIXELS_A_SIGMA = 5;
const BLURRED_EDGE = 512;

export class StandIn {
  /** The full picture's size. */
  readonly whole: Size;
  readonly original: Sheet;
  readonly cutout: Sheet;
  readonly #pixels: Pixels;
  readonly #painted: Painted;
  readonly #context: CanvasRenderingContext2D;
  /** Counts up with every change of the cutout. */
  #version = 0;
  #alpha: { version: number; sheet: Sheet } | null = null;
  #subject: { version: number; box: Box } | null = null;
  #shadow: { key: string; picture: Sheet; box: Box } | null = null;
  #blurred: { radius: number; picture: Sheet } | null = null;

  private constructor(whole: Size, original: Sheet, cutout: Sheet, contexts: readonly [CanvasRenderingContext2D, CanvasRenderingContext2D]) {
    const { width, height } = original;
    const of = (context: CanvasRenderingContext2D): Pixels => ({ width, height, data: context.getImageData(0, 0, width, height).data });
    this.whole = whole;
    this.original = original;
    this.cutout = cutout;
    this.#pixels = of(contexts[0]);
    this.#painted = new Painted(of(contexts[1]), this.#pixels);
    this.#context = contexts[1];
  }

  /** Of the pictures at two addresses, which show the same thing; `null` where one of them cannot be had. */
  static async load(whole: Size, before: string, after: string): Promise<StandIn | null> {
    const [original, cutout] = await Promise.all([load(before), load(after)]);
    if (original === null || cutout === null) return null;
    const { naturalWidth: width, naturalHeight: height } = original;
    const sheets = [sheet(width, height), sheet(width, height)] as const;
    // Read and written pixel by pixel: kept where the script reaches it.
    const [one, other] = sheets.map((each) => each.getContext('2d', { willReadFrequently: true }));
    if (!one || !other) return null;
    one.drawImage(original, 0, 0, width, height);
    other.drawImage(cutout, 0, 0, width, height);
    return new StandIn(whole, sheets[0], sheets[1], [one, other]);
  }

  /** Pixels of the full picture to one of the stand-in. */
  get step(): number {
    return this.whole.width / this.original.width;
  }

  /** Shows the cutout with just these strokes. */
  paint(strokes: readonly Stroke[]): void {
    this.#show(this.#painted.show(strokes));
  }

  /** Begins a stroke by hand; each point draws what it reached. */
  stroke(how: Omit<Stroke, 'points'>): (point: [number, number]) => void {
    const laying = this.#painted.begin(how);
    return (point) => this.#show(laying.to(point));
  }

  /** The stroke by hand is this one from now on: `paint` need not lay it again. */
  keep(stroke: Stroke): void {
    this.#painted.keep(stroke);
  }

  #show(box: Box | null): void {
    if (box === null) return;
    const { data, width, height } = this.#painted.pixels;
    this.#version += 1;
    this.#context.putImageData(new ImageData(data as Uint8ClampedArray<ArrayBuffer>, width, height), 0, 0, box.left, box.top, box.width, box.height);
  }

  /** The subject's box in pixels of the full picture: all of it where nothing is left. */
  get subject(): Box {
    if (this.#subject?.version !== this.#version) {
      const { data, ...size } = this.#painted.pixels;
      const box = subjectBox(data, size) ?? { left: 0, top: 0, ...size };
      const [across, down] = [this.whole.width / size.width, this.whole.height / size.height];
      const whole = { left: box.left * across, top: box.top * down, width: box.width * across, height: box.height * down };
      this.#subject = { version: this.#version, box: whole };
    }
    return this.#subject.box;
  }

  /** Its alpha as grey. */
  get alpha(): Sheet {
    const { width, height } = this.original;
    this.#alpha ??= { version: -1, sheet: sheet(width, height) };
    if (this.#alpha.version !== this.#version) {
      const picture = new ImageData(width, height);
      alphaPicture(this.#painted.pixels, picture.data);
      this.#alpha.sheet.getContext('2d')?.putImageData(picture, 0, 0);
      this.#alpha.version = this.#version;
    }
    return this.#alpha.sheet;
  }

  /** The thrown shadow for a deviation in pixels of the full picture, and the box it takes there. */
  shadow(sigma: number): { picture: Sheet; box: Box } {
    // steps of a twentieth are not seen, and spare drawing it anew for every hair of scaling
    const steps = Math.round(Math.log(Math.max(sigma / this.step, 0.05)) * 20);
    const key = `${this.#version} ${steps}`;
    if (this.#shadow?.key !== key) {
      const { data, ...size } = this.#painted.pixels;
      const box = subjectBox(data, size) ?? { left: 0, top: 0, ...size };
      const made = silhouette(data, size, box, Math.exp(steps / 20));
      const picture = sheet(made.width, made.height);
      const image = new ImageData(made.width, made.height);
      made.dark.forEach((dark, at) => (image.data[at * 4 + 3] = dark));
      picture.getContext('2d')?.putImageData(image, 0, 0);
      const step = this.step;
      const { left, top, width, height } = made.box;
      this.#shadow = { key, picture, box: { left: left * step, top: top * step, width: width * step, height: height * step } };
    }
    return this.#shadow;
  }

  /** The original, blurred by a share of its long side. */
  blurred(radius: number): Sheet {
    if (this.#blurred?.radius !== radius) {
      const { width, height } = this.original;
      const edge = Math.min(Math.max(width, height), BLURRED_EDGE, Math.max(64, Math.round(PIXELS_A_SIGMA / Math.max(radius, 1e-4))));
      const by = edge / Math.max(width, height);
      const picture = sheet(Math.max(1, Math.round(width * by)), Math.max(1, Math.round(height * by)));
      const context = picture.getContext('2d', { willReadFrequently: true });
      if (context !== null) {
        context.imageSmoothingQuality = 'high';
        context.drawImage(this.original, 0, 0, picture.width, picture.height);
        const small = context.getImageData(0, 0, picture.width, picture.height);
        const plane = Float32Array.from(small.data);
        blur(plane, picture.width, 4, radius * Math.max(picture.width, picture.height));
        small.data.set(plane);
        context.putImageData(small, 0, 0);
      }
      this.#blurred = { radius, picture };
    }
    return this.#blurred.picture;
  }

  /** The original's colour about a place, in pixels of the full picture. */
  colourAt({ x, y }: Point): readonly [number, number, number] {
    return mean(this.#pixels, { x: x / this.step, y: y / this.step }, 1);
  }
}
