/** Edits as plain values that are never changed in place: what none are, and what differs. The types are the core's. */

import type { Backdrop } from '../bindings/Backdrop';
import type { BackdropId } from '../bindings/BackdropId';
import type { Canvas } from '../bindings/Canvas';
import type { ContactShadow } from '../bindings/ContactShadow';
import type { DropShadow } from '../bindings/DropShadow';
import type { Edits } from '../bindings/Edits';
import type { Placement } from '../bindings/Placement';
import type { Scene } from '../bindings/Scene';
import type { Stroke } from '../bindings/Stroke';

export type { Backdrop, Canvas, ContactShadow, DropShadow, Edits, Placement, Scene, Stroke };

export const AT_HOME: Placement = { x: 0, y: 0, scale: 1, turn: 0 };

export const NO_SCENE: Scene = {
  canvas: { kind: 'original' },
  backdrop: { kind: 'transparent' },
  subject: AT_HOME,
  drop_shadow: null,
  contact_shadow: null,
};

export const NO_EDITS: Edits = { strokes: [], scene: NO_SCENE };

/** The ranges that the core holds every number against. */
export const RANGES = { scale: [0.05, 20], shift: [-4, 4], margin: [0, 0.45], side: [1, 20_000] } as const;
/** Most pixels of a canvas. */
export const MOST_PIXELS = 100_000_000;

export const DROP_SHADOW: DropShadow = { x: 0.012, y: 0.02, blur: 0.018, opacity: 0.4 };
export const CONTACT_SHADOW: ContactShadow = { opacity: 0.5, spread: 0.06 };

/** An own picture behind the subject, as it is first put there. */
export const ownBackdrop = (id: BackdropId): Backdrop => ({ kind: 'image', id, fit: 'fill', x: 0, y: 0, scale: 1 });

/** The same edits with another scene. */
export function withScene(edits: Edits, change: Partial<Scene>): Edits {
  return { ...edits, scene: { ...edits.scene, ...change } };
}

/** Whether two values are the same, numbers as far as the core keeps them. */
export function same(one: unknown, other: unknown): boolean {
  if (typeof one === 'number' && typeof other === 'number') return Math.abs(one - other) <= 1e-6 * Math.max(1, Math.abs(one));
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return one === other;
  const [these, those] = [Object.entries(one), other as Record<string, unknown>];
  return these.length === Object.keys(those).length && these.every(([key, value]) => same(value, those[key]));
}
