/** Where the subject is: the box that canvases, placing and shadows are measured from. */

import type { Box, Size } from './layout';

/** Pixels of at least this alpha belong to the subject when its box is taken: dust below it must not move a picture. */
export const SUBJECT_ALPHA = 16;

/** The smallest box that holds the subject, in pixels of these; `null` where there is none. */
export function subjectBox(pixels: Uint8ClampedArray, { width, height }: Size): Box | null {
  const is = (x: number, y: number): boolean => (pixels[(y * width + x) * 4 + 3] ?? 0) >= SUBJECT_ALPHA;
  let [left, right, top, bottom] = [width, 0, -1, 0];
  for (let y = 0; y < height; y += 1) {
    let first = 0;
    while (first < width && !is(first, y)) first += 1;
    if (first === width) continue;
    let last = width - 1;
    while (!is(last, y)) last -= 1;
    left = Math.min(left, first);
    right = Math.max(right, last + 1);
    if (top < 0) top = y;
    bottom = y + 1;
  }
  return top < 0 ? null : { left, top, width: right - left, height: bottom - top };
}
