/** Where a backdrop's picture lies on the canvas. As the core's `behind.rs` has it. */

import type { Backdrop } from './edits';
import { centre, type Box, type Layout, type Size } from './layout';

type OwnPicture = Extract<Backdrop, { kind: 'image' }>;

/** The box that an own picture of `picture` pixels takes on the canvas, canvas pixels. */
export function ownBox({ fit, x, y, scale }: OwnPicture, picture: Size, canvas: Size): Box {
  const [across, down] = [canvas.width / picture.width, canvas.height / picture.height];
  const by = scale * (fit === 'fit' ? Math.min(across, down) : Math.max(across, down));
  const [width, height] = [picture.width * by, picture.height * by];
  return { left: canvas.width * (0.5 + x) - width / 2, top: canvas.height * (0.5 + y) - height / 2, width, height };
}

/** The box of the blurred original: it fills a fixed canvas, and stands where it was on any other. */
export function blurredBox(layout: Layout, whole: Size, fills: boolean): Box {
  if (fills) {
    const by = Math.max(layout.width / whole.width, layout.height / whole.height);
    const [width, height] = [whole.width * by, whole.height * by];
    return { left: (layout.width - width) / 2, top: (layout.height - height) / 2, width, height };
  }
  const middle = centre(layout.subject);
  const { unmoved, natural } = layout;
  return {
    left: unmoved.x - middle.x * natural,
    top: unmoved.y - middle.y * natural,
    width: whole.width * natural,
    height: whole.height * natural,
  };
}
