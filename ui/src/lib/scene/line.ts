/** A stroke's line while it is drawn: points that add nothing to what is seen are held back, so that an hour of brushing stays small. */

import type { Point } from './layout';

/** Points nearer than this share of the radius to the last one make no visible corner. */
const SHARE = 0.08;
/** Nor do those nearer than this, pixels of the picture. */
const LEAST = 0.5;

export class Line {
  readonly #nearest: number;
  #last: Point | null = null;
  #held: Point | null = null;

  /** For a brush of this radius, in pixels of the picture. */
  constructor(radius: number) {
    this.#nearest = Math.max(radius * SHARE, LEAST);
  }

  /** Goes to a place; answers with the point that is laid, or `null` where it is held back. */
  to(point: Point): Point | null {
    const last = this.#last;
    if (last !== null && Math.hypot(point.x - last.x, point.y - last.y) < this.#nearest) {
      this.#held = point;
      return null;
    }
    this.#last = point;
    this.#held = null;
    return point;
  }

  /** The point that was held back last: the line ends there. */
  end(): Point | null {
    const held = this.#held;
    this.#held = null;
    return held;
  }
}
