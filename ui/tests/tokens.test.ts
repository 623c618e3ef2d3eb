import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

type Rgb = readonly [number, number, number];

const css = readFileSync('src/styles/tokens.css', 'utf8');
const [light = '', dark = ''] = css.split('@media (prefers-color-scheme: dark)');

function tokens(text: string): Map<string, string> {
  return new Map([...text.matchAll(/--([\w-]+): (oklch\([^)]+\));/g)].map(([, name = '', value = '']) => [name, value]));
}

/** OKLCH to linear sRGB by Björn Ottosson's matrices, clipped to the gamut. */
function linear(oklch: string): Rgb {
  const [lightness = 0, chroma = 0, hue = 0] = (oklch.match(/[\d.]+/g) ?? []).map(Number);
  const [L, a, b] = [lightness / 100, chroma * Math.cos((hue * Math.PI) / 180), chroma * Math.sin((hue * Math.PI) / 180)];
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const clip = (value: number): number => Math.min(1, Math.max(0, value));
  return [
    clip(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    clip(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    clip(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

/** WCAG 2 contrast. */
function contrast(one: string, other: string): number {
  const [bright = 0, dim = 0] = [one, other]
    .map(linear)
    .map(([r, g, b]) => 0.2126 * r + 0.7152 * g + 0.0722 * b)
    .sort((a, b) => b - a);
  return (bright + 0.05) / (dim + 0.05);
}

const TEXT: readonly (readonly [string, readonly string[]])[] = [
  ['ink-1', ['surface-1', 'surface-2', 'surface-3', 'raised', 'accent-soft', 'good-soft', 'warn-soft', 'bad-soft']],
  ['ink-2', ['surface-1', 'surface-2', 'surface-3', 'raised', 'accent-soft', 'good-soft', 'warn-soft', 'bad-soft']],
  ['ink-3', ['surface-1', 'surface-2', 'surface-3', 'raised', 'accent-soft']],
  ['accent-ink', ['surface-1', 'surface-2', 'surface-3', 'raised', 'accent-soft']],
  ['good', ['surface-1', 'surface-2', 'surface-3', 'accent-soft', 'good-soft']],
  ['warn', ['surface-1', 'surface-2', 'surface-3', 'raised', 'accent-soft', 'warn-soft']],
  ['bad', ['surface-1', 'surface-2', 'surface-3', 'accent-soft', 'bad-soft']],
  ['on-accent', ['accent', 'accent-strong']],
];
const SHAPES: readonly (readonly [string, readonly string[]])[] = [
  ['edge', ['surface-1', 'surface-2', 'raised']],
  ['subscription', ['surface-1', 'surface-2', 'raised']],
  ['rollover', ['surface-1', 'surface-2', 'raised']],
  ['payg', ['surface-1', 'raised']],
  ['enterprise', ['surface-1', 'surface-2', 'raised']],
  ['stale', ['surface-1', 'raised']],
  ['good', ['surface-1', 'good-soft']],
  ['bad', ['surface-1', 'raised']],
];
const pairs = (table: typeof TEXT) => table.flatMap(([front, backs]) => backs.map((back) => [front, back] as const));

describe.each([
  ['light', tokens(light)],
  ['dark', tokens(dark)],
] as const)('in %s', (_scheme, of) => {
  const between = (front: string, back: string): number => contrast(of.get(front) ?? '', of.get(back) ?? '');

  it.each(pairs(TEXT))('%s is readable on %s', (front, back) => expect(between(front, back)).toBeGreaterThanOrEqual(4.5));
  it.each(pairs(SHAPES))('%s can be made out on %s', (front, back) => expect(between(front, back)).toBeGreaterThanOrEqual(3));
});

it('light and dark share their names', () => {
  expect([...tokens(dark).keys()].sort()).toEqual([...tokens(light).keys()].sort());
});
