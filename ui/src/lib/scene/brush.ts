/**
 * The brush: how much a stroke covers each pixel, and what becomes of the pixel. By the definitions of the core's `brush.rs`. A
 * stroke grows segment by segment, and only what a segment reaches is computed anew.
 */

import { clamp, smoothstep, toByte } from './numbers';
import type { Stroke } from './edits';
import type { Box, Point, Size } from './layout';

/** Up to this distance in colour a pixel is as the line's: root mean square over red, green and blue, 0 to 255. */
export const SNAP_LIKE = 20;
/** From this distance in colour on, a snapping stroke leaves a pixel alone. */
export const SNAP_UNLIKE = 52;

/** A picture as straight RGBA bytes. */
export interface Pixels extends Size {
  readonly data: Uint8ClampedArray;
}

/** What a stroke is made with, in pixels. */
interface Tip {
  readonly radius: number;
  /** Up to here it covers all. */
  readonly full: number;
  readonly snap: boolean;
}

type Colour = readonly [number, number, number];

function tip({ size, hardness, snap }: Stroke, { width, height }: Size): Tip {
  const radius = Math.max((size * Math.max(width, height)) / 2, 0.5);
  return { radius, full: Math.max(0, Math.min(hardness * radius, radius - 1)), snap };
}

/** How much the brush covers at a distance from its line, 0 to 1: never with an edge sharper than a pixel. */
export function coverAt({ radius, full }: Pick<Tip, 'radius' | 'full'>, distance: number): number {
  return 1 - smoothstep(full, Math.max(radius, full + 0.5), distance);
}

/** From a place to the nearest point of a segment. */
export function distance({ x, y }: Point, from: Point, to: Point): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const squared = dx * dx + dy * dy;
  const along = squared > 0 ? clamp(((x - from.x) * dx + (y - from.y) * dy) / squared, 0, 1) : 0;
  return Math.hypot(x - from.x - along * dx, y - from.y - along * dy);
}

/** A stroke that is being laid: the pixels as they were, what it covers so far, and the pixels as they become. */
export class Laying {
  readonly #stroke: Stroke;
  readonly #tip: Tip;
  readonly #target: Pixels;
  readonly #original: Pixels;
  readonly #before: Uint8ClampedArray;
  readonly #cover: Uint8Array;
  #last: Point | null = null;
  #touched: Box | null = null;

  /** `target` is changed in place; `original` is as large. */
  constructor(stroke: Omit<Stroke, 'points'>, target: Pixels, original: Pixels) {
    this.#stroke = { ...stroke, points: [] };
    this.#tip = tip(this.#stroke, target);
    this.#target = target;
    this.#original = original;
    this.#before = target.data.slice();
    this.#cover = new Uint8Array(target.width * target.height);
  }

  /** What it has reached in all. */
  get touched(): Box | null {
    return this.#touched;
  }

  /** The pixels of a box as they were before it. */
  before(box: Box): Uint8ClampedArray {
    return cut({ ...this.#target, data: this.#before }, box);
  }

  /** Goes on to a point, fractions of width and height. Answers with the box that changed. */
  to([x, y]: readonly [number, number]): Box | null {
    const point = { x: x * this.#target.width, y: y * this.#target.height };
    const from = this.#last ?? point;
    this.#last = point;
    const box = this.#pieces(from, point);
    if (box !== null) this.#touched = this.#touched === null ? box : around(this.#touched, box);
    return box;
  }

  /** A snapping segment is compared piece by piece: the line may run along changing colours. */
  #pieces(from: Point, to: Point): Box | null {
    if (!this.#tip.snap) return this.#segment(from, to);
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    const steps = clamp(Math.ceil(length / Math.max(this.#tip.radius / 2, 1)), 1, 10_000);
    const at = (step: number): Point => ({ x: from.x + ((to.x - from.x) * step) / steps, y: from.y + ((to.y - from.y) * step) / steps });
    let all: Box | null = null;
    for (let step = 0; step < steps; step += 1) {
      const box = this.#segment(at(step), at(step + 1));
      if (box !== null) all = all === null ? box : around(all, box);
    }
    return all;
  }

  #segment(from: Point, to: Point): Box | null {
    const { width, height } = this.#target;
    const reach = this.#tip.radius + 1;
    const left = clamp(Math.floor(Math.min(from.x, to.x) - reach), 0, width);
    const right = clamp(Math.ceil(Math.max(from.x, to.x) + reach), 0, width);
    const top = clamp(Math.floor(Math.min(from.y, to.y) - reach), 0, height);
    const bottom = clamp(Math.ceil(Math.max(from.y, to.y) + reach), 0, height);
    if (left >= right || top >= bottom) return null;
    const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
    const like = this.#tip.snap ? mean(this.#original, middle, this.#tip.radius * 0.15) : null;
    const { data } = this.#original;
    for (let y = top; y < bottom; y += 1) {
      for (let x = left; x < right; x += 1) {
        let cover = coverAt(this.#tip, distance({ x: x + 0.5, y: y + 0.5 }, from, to));
        if (cover <= 0) continue;
        const at = y * width + x;
        if (like !== null) cover *= likeness(data, at * 4, like);
        const byte = toByte(cover * 255);
        if (byte <= (this.#cover[at] as number)) continue;
        this.#cover[at] = byte;
        this.#become(at * 4, byte);
      }
    }
    return { left, top, width: right - left, height: bottom - top };
  }

  #become(at: number, cover: number): void {
    const to = this.#target.data;
    if (this.#stroke.tool === 'erase') return erase(to, this.#before, at, cover);
    restore(to, this.#before, this.#original.data, at, cover);
  }
}

function erase(to: Uint8ClampedArray, from: Uint8ClampedArray, at: number, cover: number): void {
  const alpha = toByte(((from[at + 3] as number) * (255 - cover)) / 255);
  for (let channel = 0; channel < 3; channel += 1) to[at + channel] = alpha === 0 ? 0 : (from[at + channel] as number);
  to[at + 3] = alpha;
}

function restore(to: Uint8ClampedArray, from: Uint8ClampedArray, original: Uint8ClampedArray, at: number, cover: number): void {
  const share = cover / 255;
  const [old, fresh] = [(from[at + 3] as number) * (1 - share), (original[at + 3] as number) * share];
  const alpha = toByte(old + fresh);
  for (let channel = 0; channel < 3; channel += 1) {
    const sum = (from[at + channel] as number) * old + (original[at + channel] as number) * fresh;
    to[at + channel] = alpha === 0 ? 0 : toByte(sum / (old + fresh));
  }
  to[at + 3] = alpha;
}

/** 1 where a colour is as the reference, 0 where it is another. */
function likeness(data: Uint8ClampedArray, at: number, [r, g, b]: Colour): number {
  const [dr, dg, db] = [(data[at] as number) - r, (data[at + 1] as number) - g, (data[at + 2] as number) - b];
  return 1 - smoothstep(SNAP_LIKE, SNAP_UNLIKE, Math.sqrt((dr * dr + dg * dg + db * db) / 3));
}

/** Mean colour of the square of `radius` pixels about a place. */
export function mean({ data, width, height }: Pixels, { x, y }: Point, radius: number): Colour {
  const reach = clamp(Math.floor(radius), 1, 12);
  const [middleX, middleY] = [Math.floor(x), Math.floor(y)];
  const sum: [number, number, number] = [0, 0, 0];
  let seen = 0;
  for (let row = Math.max(0, middleY - reach); row <= Math.min(height - 1, middleY + reach); row += 1) {
    for (let column = Math.max(0, middleX - reach); column <= Math.min(width - 1, middleX + reach); column += 1) {
      const at = (row * width + column) * 4;
      for (let channel = 0; channel < 3; channel += 1) sum[channel as 0 | 1 | 2] += data[at + channel] as number;
      seen += 1;
    }
  }
  const count = Math.max(seen, 1);
  return [sum[0] / count, sum[1] / count, sum[2] / count];
}

/** The smallest box that holds both. */
export function around(one: Box, other: Box): Box {
  const [left, top] = [Math.min(one.left, other.left), Math.min(one.top, other.top)];
  const right = Math.max(one.left + one.width, other.left + other.width);
  const bottom = Math.max(one.top + one.height, other.top + other.height);
  return { left, top, width: right - left, height: bottom - top };
}

/** The pixels of a box that lies within the picture. */
export function cut({ data, width }: Pixels, box: Box): Uint8ClampedArray {
  const piece = new Uint8ClampedArray(box.width * box.height * 4);
  for (let row = 0; row < box.height; row += 1) {
    const start = ((box.top + row) * width + box.left) * 4;
    piece.set(data.subarray(start, start + box.width * 4), row * box.width * 4);
  }
  return piece;
}

/** Puts such pixels back. */
export function paste({ data, width }: Pixels, box: Box, piece: Uint8ClampedArray): void {
  for (let row = 0; row < box.height; row += 1) {
    data.set(piece.subarray(row * box.width * 4, (row + 1) * box.width * 4), ((box.top + row) * width + box.left) * 4);
  }
}
