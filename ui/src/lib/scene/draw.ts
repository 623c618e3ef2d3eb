/**
 * Draws a scene on a 2D context: what the core renders into the file, on stand-ins and through a view. Knows no element and loads
 * nothing; what it draws is handed in. Each call draws the whole stage anew, which costs its pixels and not the picture's.
 */

import { ownBox, blurredBox } from './behind';
import type { Scene } from './edits';
import { after, placing, type Box, type Layout, type Matrix, type Size } from './layout';
import { contact, contactDarkness, thrown } from './shadow';

/** What is seen of a picture, each as large as the context likes to have it. */
export interface Layers {
  /** The full picture's size: what layouts are measured in. */
  readonly whole: Size;
  /** A drawable of the cutout with its strokes. */
  readonly cutout: CanvasImageSource & Size;
  readonly original: CanvasImageSource & Size;
  /** Its alpha as grey. */
  readonly alpha: (CanvasImageSource & Size) | null;
  /** The backdrop's own picture, template or blurred original, where it has come. */
  readonly behind: (CanvasImageSource & Size) | null;
  /** The thrown shadow in black, and what it takes in the full picture, in its pixels. */
  readonly shadow: { readonly picture: CanvasImageSource & Size; readonly box: Box } | null;
}

/** What stands behind: the scene's own, or plain ground to judge the cutout on. */
export type Ground = 'scene' | 'checker' | 'black' | 'white';
export type What = 'result' | 'original' | 'alpha';

export interface Look {
  readonly ground: Ground;
  readonly what: What;
  /** The colour that transparent places are saved in, where there is one. */
  readonly under: string | null;
  /** How strongly the original shows through where the cutout is not, 0 to 1. */
  readonly ghost: number;
}

/** Draws the canvas through `view` (canvas pixels to the context's). */
export function draw(to: CanvasRenderingContext2D, view: Matrix, layout: Layout, scene: Scene, layers: Layers, look: Look, checker: CanvasPattern | null): void {
  const [zoom, , , , left, top] = view;
  const frame = { left, top, width: layout.width * zoom, height: layout.height * zoom };
  to.save();
  to.setTransform(1, 0, 0, 1, 0, 0);
  to.beginPath();
  to.rect(frame.left, frame.top, frame.width, frame.height);
  to.clip();
  to.imageSmoothingEnabled = true;
  to.imageSmoothingQuality = 'medium';
  if (look.what === 'original') {
    placed(to, view, layout, layers, layers.original);
  } else if (look.what === 'alpha') {
    flat(to, frame, '#000');
    if (layers.alpha !== null) placed(to, view, layout, layers, layers.alpha);
  } else {
    ground(to, frame, look, scene, checker);
    if (look.ground === 'scene') {
      behind(to, view, layout, scene, layers);
      shadows(to, view, layout, scene, layers);
    }
    if (look.ghost > 0) {
      to.globalAlpha = look.ghost;
      placed(to, view, layout, layers, layers.original);
      to.globalAlpha = 1;
    }
    placed(to, view, layout, layers, layers.cutout);
  }
  to.restore();
}

function ground(to: CanvasRenderingContext2D, frame: Box, look: Look, scene: Scene, checker: CanvasPattern | null): void {
  if (look.ground === 'black' || look.ground === 'white') return flat(to, frame, look.ground);
  const own = scene.backdrop.kind === 'colour' ? scene.backdrop.rgb : look.under;
  if (look.ground === 'scene' && own !== null) return flat(to, frame, own);
  if (checker === null) return;
  // the pattern begins at the canvas's corner, whatever is seen of it
  to.save();
  to.translate(frame.left, frame.top);
  to.fillStyle = checker;
  to.fillRect(0, 0, frame.width, frame.height);
  to.restore();
}

function flat(to: CanvasRenderingContext2D, { left, top, width, height }: Box, colour: string): void {
  to.fillStyle = colour;
  to.fillRect(left, top, width, height);
}

function behind(to: CanvasRenderingContext2D, view: Matrix, layout: Layout, { backdrop, canvas }: Scene, { behind: picture, whole }: Layers): void {
  if (picture === null || backdrop.kind === 'transparent' || backdrop.kind === 'colour') return;
  to.setTransform(...view);
  if (backdrop.kind === 'template') return to.drawImage(picture, 0, 0, layout.width, layout.height);
  if (backdrop.kind === 'image') {
    const { left, top, width, height } = ownBox(backdrop, picture, layout);
    return to.drawImage(picture, left, top, width, height);
  }
  extended(to, picture, blurredBox(layout, whole, canvas.kind === 'fixed'), layout);
}

/** A picture in its box, its outermost pixels standing for what lies beyond. */
function extended(to: CanvasRenderingContext2D, picture: CanvasImageSource & Size, box: Box, canvas: Size): void {
  const { left, top, width, height } = box;
  const [right, bottom] = [left + width, top + height];
  const columns: [number, number, number, number][] = [[0, 1, Math.min(0, left), left], [0, picture.width, left, right], [picture.width - 1, 1, right, Math.max(canvas.width, right)]];
  const rows: typeof columns = [[0, 1, Math.min(0, top), top], [0, picture.height, top, bottom], [picture.height - 1, 1, bottom, Math.max(canvas.height, bottom)]];
  for (const [sy, sh, y0, y1] of rows) {
    for (const [sx, sw, x0, x1] of columns) {
      // half a pixel over each other, so that no seam is seen
      if (x1 > x0 && y1 > y0) to.drawImage(picture, sx, sy, sw, sh, x0 - 0.5, y0 - 0.5, x1 - x0 + 1, y1 - y0 + 1);
    }
  }
}

function shadows(to: CanvasRenderingContext2D, view: Matrix, layout: Layout, { drop_shadow: drop, contact_shadow: touch }: Scene, { shadow }: Layers): void {
  if (drop !== null && shadow !== null) {
    const { x, y } = thrown(drop, layout);
    const [a, b, c, d, e, f] = placing(layout);
    to.setTransform(...after(view, [a, b, c, d, e + x, f + y]));
    to.globalAlpha = drop.opacity;
    to.drawImage(shadow.picture, shadow.box.left, shadow.box.top, shadow.box.width, shadow.box.height);
    to.globalAlpha = 1;
  }
  if (touch === null) return;
  const { middle, half } = contact(touch, layout);
  to.setTransform(...after(view, [half.x, 0, 0, half.y, middle.x, middle.y]));
  const bell = to.createRadialGradient(0, 0, 0, 0, 0, 1);
  for (let step = 0; step <= 16; step += 1) bell.addColorStop(step / 16, `rgb(0 0 0 / ${contactDarkness(touch, step / 16)})`);
  to.fillStyle = bell;
  to.fillRect(-1, -1, 2, 2);
}

function placed(to: CanvasRenderingContext2D, view: Matrix, layout: Layout, { whole }: Layers, picture: CanvasImageSource & Size): void {
  const [a, b, c, d, e, f] = after(view, placing(layout));
  const [across, down] = [whole.width / picture.width, whole.height / picture.height];
  to.setTransform(a * across, b * across, c * down, d * down, e, f);
  to.drawImage(picture, 0, 0);
}
