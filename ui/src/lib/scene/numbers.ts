/** The few conversions between fractions, pixels and bytes that scenes need. The same as the core's, so that both round alike. */

export const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));

/** 0 up to `from`, 1 from `to` on, smooth between. */
export function smoothstep(from: number, to: number, value: number): number {
  const t = clamp((value - from) / (to - from), 0, 1);
  return t * t * (3 - 2 * t);
}

/** Rounded to nearest and held to a byte. */
export const toByte = (value: number): number => Math.floor(clamp(value + 0.5, 0, 255));

/** A length in pixels: the nearest whole number, at least one. */
export const pixels = (value: number): number => Math.max(1, Math.round(value));
