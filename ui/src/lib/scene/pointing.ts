/** What moving the subject by hand makes of its placement: from places on the canvas to a placement, and nothing else. */

import { RANGES, type Placement } from './edits';
import type { Layout, Point } from './layout';
import { clamp } from './numbers';

/** A turn snaps to a multiple of this, degrees, where it is asked to. */
const SNAP_DEGREES = 15;

const held = (value: number, [least, most]: readonly [number, number]): number => clamp(value, least, most);
/** Four digits of a fraction are a pixel of ten thousand; more would only be noise in what is kept. */
export const tidy = (value: number): number => Math.round(value * 1e4) / 1e4;

/** Moved by so many canvas pixels. */
export function moved(from: Placement, by: Point, canvas: Layout): Placement {
  return {
    ...from,
    x: tidy(held(from.x + by.x / canvas.width, RANGES.shift)),
    y: tidy(held(from.y + by.y / canvas.height, RANGES.shift)),
  };
}

/** Scaled by a factor about its middle. */
export function scaled(from: Placement, factor: number): Placement {
  return { ...from, scale: tidy(held(from.scale * factor, RANGES.scale)) };
}

/** Turned by so many degrees clockwise; the result is within −180 to 180. */
export function turned(from: Placement, degrees: number): Placement {
  return { ...from, turn: tidy(upright(from.turn + degrees)) };
}

/** Dragged by a corner: as far from the middle as the pointer is now, compared with where it began. */
export function draggedCorner(from: Placement, { middle }: Layout, began: Point, now: Point): Placement {
  const reach = (at: Point): number => Math.hypot(at.x - middle.x, at.y - middle.y);
  return scaled(from, reach(now) / Math.max(reach(began), 1e-6));
}

/** Turned by the handle above it. */
export function draggedTurn(from: Placement, { middle }: Layout, began: Point, now: Point, snap: boolean): Placement {
  const angle = (at: Point): number => (Math.atan2(at.y - middle.y, at.x - middle.x) * 180) / Math.PI;
  const to = turned(from, angle(now) - angle(began));
  return snap ? { ...to, turn: Math.round(to.turn / SNAP_DEGREES) * SNAP_DEGREES } : to;
}

function upright(degrees: number): number {
  const turn = ((((degrees + 180) % 360) + 360) % 360) - 180;
  return turn === -180 ? 180 : turn;
}
