/** Where pictures are seen: addresses of the picture protocol, and the words for sizes. Holds no picture itself. */

import type { BackdropId } from './bindings/BackdropId';
import type { PictureView } from './bindings/PictureView';
import type { TemplateName } from './bindings/TemplateName';
import { bytes } from './bytes';

/** `thumb` for cards, `before` the original, `after` the cutout on nothing. */
export type PictureKind = 'thumb' | 'before' | 'after';

/** Windows' web view knows no schemes of an app's own; there the protocol answers as a local host. */
export function pictureBase(userAgent: string): string {
  return userAgent.includes('Windows') ? 'http://clearcut.localhost' : 'clearcut://localhost';
}

const BASE = import.meta.env.VITE_PICTURES ?? pictureBase(navigator.userAgent);

/** The address of a picture. `revision` makes the web view ask again once the picture has changed. */
export function pictureUrl(kind: PictureKind, id: string, revision: number): string {
  return `${BASE}/${kind}/${id}?v=${revision}`;
}

/** The address of a built-in background: a square picture, to be stretched to the canvas. */
export function templateUrl(name: TemplateName): string {
  return `${BASE}/template/${name}?v=1`;
}

/** The address of an own background's stand-in. */
export function backdropUrl(id: BackdropId): string {
  return `${BASE}/backdrop/${id}?v=1`;
}

/** "4032 × 3024 · JPEG · 2.4 MB". */
export function facts(picture: PictureView): string {
  return `${picture.width} × ${picture.height} · ${picture.format} · ${bytes(picture.size_bytes)}`;
}
