/**
 * The shadows. The thrown one is drawn in the picture's own frame and placed like the subject: moving and turning the subject
 * does not draw it anew. As the core's `shadow.rs` has it, on a smaller plane.
 */

import { blur } from './blur';
import { clamp, smoothstep, toByte } from './numbers';
import { long, placed, type Box, type Layout, type Point, type Size } from './layout';
import type { ContactShadow, DropShadow } from './edits';

/** Longest side of the plane of a thrown shadow: one more is not seen in a window, and this is blurred within a frame. */
const PLANE = 448;

/** A silhouette, blurred: how dark each of its pixels is, and where it lies in the picture. */
export interface Silhouette extends Size {
  readonly dark: Uint8ClampedArray;
  /** What it takes in the picture, in pixels of the alpha it was made of. */
  readonly box: Box;
}

/** The standard deviation of a thrown shadow in pixels of the picture, where `step` of them are one of the stand-in's. */
export function sigmaInPicture({ blur: share }: DropShadow, layout: Layout): number {
  return (share * long(layout)) / layout.scale;
}

/** How far it is thrown, canvas pixels. */
export function thrown({ x, y }: DropShadow, layout: Layout): Point {
  return { x: x * long(layout), y: y * long(layout) };
}

/** Blurs the alpha of `pixels` by `sigma` of their pixels. */
export function silhouette(pixels: Uint8ClampedArray, { width, height }: Size, subject: Box, sigma: number): Silhouette {
  const pad = 3 * sigma + 2;
  const box = { left: subject.left - pad, top: subject.top - pad, width: subject.width + 2 * pad, height: subject.height + 2 * pad };
  const step = Math.max(sigma / 4, long(box) / PLANE, 1);
  const [across, down] = [Math.ceil(box.width / step), Math.ceil(box.height / step)];
  const plane = new Float32Array(across * down);
  const parts = step > 1.5 ? [1 / 6, 0.5, 5 / 6] : [0.5];
  const share = 1 / (parts.length * parts.length);
  for (let y = 0; y < down; y += 1) {
    for (let x = 0; x < across; x += 1) {
      let sum = 0;
      for (const dy of parts) {
        const row = Math.floor(box.top + (y + dy) * step);
        if (row < 0 || row >= height) continue;
        for (const dx of parts) {
          const column = Math.floor(box.left + (x + dx) * step);
          if (column >= 0 && column < width) sum += pixels[(row * width + column) * 4 + 3] as number;
        }
      }
      plane[y * across + x] = sum * share;
    }
  }
  blur(plane, across, 1, sigma / step);
  return {
    width: across,
    height: down,
    dark: Uint8ClampedArray.from(plane, (value) => toByte(value)),
    box: { ...box, width: across * step, height: down * step },
  };
}

/** Where a contact shadow's ellipse lies on the canvas: its middle and half its sides, canvas pixels. */
export function contact(shadow: ContactShadow, layout: Layout): { middle: Point; half: Point } {
  const { width, height } = placed(layout);
  return {
    middle: { x: layout.middle.x, y: layout.middle.y + height / 2 },
    half: { x: Math.max(width / 2, 0.5), y: Math.max(shadow.spread * width, 0.5) },
  };
}

/** How dark it is at `share` of the way from its middle to its rim, 0 to 1. */
export const contactDarkness = ({ opacity }: ContactShadow, share: number): number =>
  clamp(opacity, 0, 1) * (1 - smoothstep(0, 1, share));
