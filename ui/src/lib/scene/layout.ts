/**
 * Where everything stands: the canvas in pixels of the full picture, and the way from the picture to the canvas. By the very
 * definitions of the core (crates/imaging/src/scene/layout.rs), which renders the file.
 */

import { pixels } from './numbers';
import type { Canvas, Placement } from './edits';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A box; in what unit says whoever holds it. */
export interface Box extends Size {
  readonly left: number;
  readonly top: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Layout extends Size {
  /** The subject in the picture. */
  readonly subject: Box;
  /** Where the middle of its box stands, canvas pixels. */
  readonly middle: Point;
  /** The same before it was placed. */
  readonly unmoved: Point;
  /** Canvas pixels a pixel of the picture. */
  readonly scale: number;
  /** The same where nothing was placed. */
  readonly natural: number;
  /** Radians clockwise. */
  readonly turn: number;
}

export const centre = ({ left, top, width, height }: Box): Point => ({ x: left + width / 2, y: top + height / 2 });

export function layout(whole: Size, subject: Box, canvas: Canvas, placement: Placement): Layout {
  let size: Size = whole;
  let unmoved = centre(subject);
  let natural = 1;
  if (canvas.kind === 'subject') {
    const margin = Math.round(canvas.margin * Math.max(subject.width, subject.height));
    size = { width: subject.width + 2 * margin, height: subject.height + 2 * margin };
    unmoved = { x: size.width / 2, y: size.height / 2 };
  } else if (canvas.kind === 'fixed') {
    const margin = canvas.margin * Math.min(canvas.width, canvas.height);
    size = { width: canvas.width, height: canvas.height };
    unmoved = { x: size.width / 2, y: size.height / 2 };
    natural = Math.min((size.width - 2 * margin) / subject.width, (size.height - 2 * margin) / subject.height);
  }
  return {
    width: pixels(size.width),
    height: pixels(size.height),
    subject,
    middle: { x: unmoved.x + placement.x * size.width, y: unmoved.y + placement.y * size.height },
    unmoved,
    scale: natural * placement.scale,
    natural,
    turn: ((placement.turn % 360) * Math.PI) / 180,
  };
}

/** What a 2D context takes as its transform. */
export type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** From picture pixels to canvas pixels. */
export function placing({ subject, middle, scale, turn }: Layout): Matrix {
  const { x, y } = centre(subject);
  const [cos, sin] = [Math.cos(turn) * scale, Math.sin(turn) * scale];
  return [cos, sin, -sin, cos, middle.x - cos * x + sin * y, middle.y - sin * x - cos * y];
}

export function applied([a, b, c, d, e, f]: Matrix, { x, y }: Point): Point {
  return { x: a * x + c * y + e, y: b * x + d * y + f };
}

/** First `inner`, then `outer`. */
export function after(outer: Matrix, inner: Matrix): Matrix {
  const [a, b, c, d, e, f] = outer;
  const [g, h, i, j, k, l] = inner;
  return [a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * l + e, b * k + d * l + f];
}

/** The corners of the subject's box as placed, clockwise from its upper left, canvas pixels. */
export function corners(of: Layout): [Point, Point, Point, Point] {
  const { left, top, width, height } = of.subject;
  const at = placing(of);
  const corner = (x: number, y: number): Point => applied(at, { x, y });
  return [corner(left, top), corner(left + width, top), corner(left + width, top + height), corner(left, top + height)];
}

/** Width and height of the upright box around the subject as placed, canvas pixels. */
export function placed({ subject, scale, turn }: Layout): Size {
  const [w, h] = [subject.width * scale, subject.height * scale];
  const [cos, sin] = [Math.abs(Math.cos(turn)), Math.abs(Math.sin(turn))];
  return { width: w * cos + h * sin, height: w * sin + h * cos };
}

/** Long side of the canvas, pixels. */
export const long = ({ width, height }: Size): number => Math.max(width, height);
