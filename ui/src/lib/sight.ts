/** How the stage looks at the canvas: from pointers to places on it and back. */

import { applied, type Layout, type Matrix, type Point, type Size } from './scene/layout';
import { onCanvas, onStage, zoomOf, type View } from './scene/view';

export class Sight {
  readonly layout: Layout;
  readonly view: View;
  /** Of the part of the stage that one canvas is seen in. */
  readonly stage: Size;
  /** From canvas pixels to stage pixels. */
  readonly matrix: Matrix;

  constructor(layout: Layout, view: View, stage: Size) {
    this.layout = layout;
    this.view = view;
    this.stage = stage;
    this.matrix = onStage(view, layout, stage);
  }

  get zoom(): number {
    return zoomOf(this.view, this.layout, this.stage);
  }

  /** A canvas pixel on the stage. */
  toStage(point: Point): Point {
    return applied(this.matrix, point);
  }

  /** A place on the stage, in canvas pixels. */
  toCanvas(point: Point): Point {
    return onCanvas(this.view, this.layout, this.stage, point);
  }

  /** Where a pointer is, in canvas pixels; `element` covers the stage. */
  pointer(event: MouseEvent, element: Element): Point {
    const { left, top } = element.getBoundingClientRect();
    return this.toCanvas({ x: event.clientX - left, y: event.clientY - top });
  }

  /** The canvas on the stage, as styles. */
  get frame(): { left: number; top: number; width: number; height: number } {
    const [zoom, , , , left, top] = this.matrix;
    return { left, top, width: this.layout.width * zoom, height: this.layout.height * zoom };
  }
}
