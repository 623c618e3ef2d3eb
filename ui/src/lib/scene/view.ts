/** How a canvas is looked at: zoom and pan over a stage. Lengths of the stage are CSS pixels, of the canvas its own. */

import { clamp } from './numbers';
import type { Matrix, Point, Size } from './layout';

/** `zoom` is CSS pixels a canvas pixel; `null` fits the stage. `x`, `y` is what of the canvas stands in the stage's middle, fractions. */
export interface View {
  readonly zoom: number | null;
  readonly x: number;
  readonly y: number;
}

export const FITTED: View = { zoom: null, x: 0.5, y: 0.5 };

/** Zoom steps of + and −. */
const STEP = 1.25;
const MOST = 16;
/** Left free around a canvas that is fitted, stage pixels. */
const INSET = 16;
/** A small picture is not blown up by more than this to fit. */
const MOST_FITTED = 2;

/** The zoom that fits the canvas into the stage. */
export function fitting(canvas: Size, stage: Size): number {
  return Math.max(1e-4, Math.min((stage.width - 2 * INSET) / canvas.width, (stage.height - 2 * INSET) / canvas.height, MOST_FITTED));
}

export const zoomOf = ({ zoom }: View, canvas: Size, stage: Size): number => zoom ?? fitting(canvas, stage);

/** From canvas pixels to stage pixels. */
export function onStage(view: View, canvas: Size, stage: Size): Matrix {
  const zoom = zoomOf(view, canvas, stage);
  const { x, y } = view.zoom === null ? FITTED : view;
  return [zoom, 0, 0, zoom, stage.width / 2 - x * canvas.width * zoom, stage.height / 2 - y * canvas.height * zoom];
}

/** The place on the canvas under a place on the stage, canvas pixels. */
export function onCanvas(view: View, canvas: Size, stage: Size, { x, y }: Point): Point {
  const [zoom, , , , left, top] = onStage(view, canvas, stage);
  return { x: (x - left) / zoom, y: (y - top) / zoom };
}

/** Zooms by a factor, what is under `at` staying where it is (by default the middle). */
export function zoomedBy(view: View, factor: number, canvas: Size, stage: Size, at?: Point): View {
  return zoomedTo(view, zoomOf(view, canvas, stage) * factor, canvas, stage, at);
}

export function zoomedTo(view: View, zoom: number, canvas: Size, stage: Size, at?: Point): View {
  const least = Math.min(fitting(canvas, stage), 1) / 4;
  const to = clamp(zoom, least, MOST);
  const fixed = at ?? { x: stage.width / 2, y: stage.height / 2 };
  const under = onCanvas(view, canvas, stage, fixed);
  return held({
    zoom: to,
    x: (under.x - (fixed.x - stage.width / 2) / to) / canvas.width,
    y: (under.y - (fixed.y - stage.height / 2) / to) / canvas.height,
  });
}

/** One step of + (1) or − (−1). */
export const stepped = (view: View, direction: 1 | -1, canvas: Size, stage: Size): View =>
  zoomedBy(view, STEP ** direction, canvas, stage);

/** Moves what is seen by so many stage pixels. */
export function panned(view: View, by: Point, canvas: Size, stage: Size): View {
  const zoom = zoomOf(view, canvas, stage);
  const { x, y } = view.zoom === null ? FITTED : view;
  return held({ zoom, x: x - by.x / (canvas.width * zoom), y: y - by.y / (canvas.height * zoom) });
}

/** The canvas never leaves the stage. */
const held = (view: View): View => ({ ...view, x: clamp(view.x, 0, 1), y: clamp(view.y, 0, 1) });
