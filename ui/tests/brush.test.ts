import { describe, expect, it } from 'vitest';

import { coverAt, distance, Laying, type Pixels } from '../src/lib/scene/brush';
import type { Stroke } from '../src/lib/scene/edits';
import { Line } from '../src/lib/scene/line';
import { alphaPicture, Painted } from '../src/lib/scene/painted';

const SIDE = 64;

function filled(pixel: readonly [number, number, number, number], width = SIDE, height = SIDE): Pixels {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let at = 0; at < data.length; at += 4) data.set(pixel, at);
  return { width, height, data };
}

const pixel = ({ data, width }: Pixels, x: number, y: number): number[] => [...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4)];
const stroke = (change: Partial<Stroke> = {}): Stroke => ({ tool: 'erase', size: 0.25, hardness: 1, snap: false, points: [[0.5, 0.5]], ...change });

function lay(made: Stroke, onto: Pixels, original = filled([10, 200, 30, 255])): Pixels {
  const laying = new Laying(made, onto, original);
  for (const point of made.points) laying.to(point);
  return onto;
}

describe('a stroke', () => {
  it('erases all within its hard rim and nothing beyond', () => {
    const cutout = lay(stroke(), filled([90, 80, 70, 255]));
    expect(pixel(cutout, 32, 32)).toEqual([0, 0, 0, 0]);
    expect(pixel(cutout, 32, 26)).toEqual([0, 0, 0, 0]);
    expect(pixel(cutout, 32, 22)).toEqual([90, 80, 70, 255]);
    expect(pixel(cutout, 0, 0)).toEqual([90, 80, 70, 255]);
  });

  it('fades from its middle to its rim when it is soft', () => {
    const cutout = lay(stroke({ hardness: 0, size: 0.5 }), filled([0, 0, 0, 255]));
    const alphas = [32, 26, 20].map((x) => pixel(cutout, x, 32)[3] as number);
    expect(alphas[0]).toBeLessThan(10);
    expect(alphas[1]).toBeGreaterThan(alphas[0] as number);
    expect(alphas[2]).toBeGreaterThan(alphas[1] as number);
    expect(coverAt({ radius: 10, full: 0 }, 5)).toBeCloseTo(0.5);
  });

  it('never covers itself twice, however often it comes back', () => {
    const once = lay(stroke({ hardness: 0, points: [[0.2, 0.5], [0.8, 0.5]] }), filled([0, 0, 0, 255]));
    const often = lay(stroke({ hardness: 0, points: [[0.2, 0.5], [0.8, 0.5], [0.2, 0.5], [0.8, 0.5]] }), filled([0, 0, 0, 255]));
    expect(often.data).toEqual(once.data);
  });

  it('gives back the pixels of the original, and half of them at half its strength', () => {
    const cutout = lay(stroke({ tool: 'restore' }), filled([0, 0, 0, 0]));
    expect(pixel(cutout, 32, 32)).toEqual([10, 200, 30, 255]);
    expect(pixel(cutout, 2, 2)).toEqual([0, 0, 0, 0]);
    const soft = lay(stroke({ tool: 'restore', hardness: 0, size: 0.5 }), filled([0, 0, 0, 0]));
    const [r, g, b, a] = pixel(soft, 24, 32) as [number, number, number, number];
    expect(a).toBeGreaterThan(90);
    expect(a).toBeLessThan(170);
    expect([r, g, b]).toEqual([10, 200, 30]);
  });

  it('that keeps to edges leaves alone what looks otherwise than its line', () => {
    const original = filled([200, 200, 200, 255]);
    for (let y = 0; y < SIDE; y += 1) for (let x = 34; x < SIDE; x += 1) original.data.set([20, 20, 20, 255], (y * SIDE + x) * 4);
    const made = stroke({ snap: true, size: 0.5, points: [[0.4, 0.2], [0.4, 0.8]] });
    const cutout = lay(made, filled([1, 2, 3, 255]), original);
    expect(pixel(cutout, 31, 32)[3]).toBe(0);
    expect(pixel(cutout, 36, 32)[3]).toBe(255);
    expect(pixel(lay({ ...made, snap: false }, filled([1, 2, 3, 255]), original), 36, 32)[3]).toBe(0);
  });

  it('measures from its line, and from the ends of it', () => {
    expect(distance({ x: 5, y: 3 }, { x: 0, y: 0 }, { x: 10, y: 0 })).toBe(3);
    expect(distance({ x: 13, y: 4 }, { x: 0, y: 0 }, { x: 10, y: 0 })).toBe(5);
    expect(distance({ x: 3, y: 4 }, { x: 0, y: 0 }, { x: 0, y: 0 })).toBe(5);
  });
});

describe('a cutout with strokes', () => {
  const strokes = [stroke({ points: [[0.3, 0.3]] }), stroke({ points: [[0.4, 0.4]] }), stroke({ tool: 'restore', points: [[0.35, 0.35]] })];
  const whole = [...filled([9, 9, 9, 255]).data];

  it('is what it was when they are taken back, one after the other', () => {
    const painted = new Painted(filled([9, 9, 9, 255]), filled([7, 7, 7, 255]));
    const states = [0, 1, 2, 3].map((count) => {
      painted.show(strokes.slice(0, count));
      return [...painted.pixels.data];
    });
    expect(states[0]).toEqual(whole);
    for (const count of [2, 1, 0, 3, 0]) {
      painted.show(strokes.slice(0, count));
      expect([...painted.pixels.data]).toEqual(states[count]);
    }
  });

  it('tells the box that changed, and none where nothing did', () => {
    const painted = new Painted(filled([9, 9, 9, 255]), filled([7, 7, 7, 255]));
    expect(painted.show([])).toBeNull();
    const box = painted.show(strokes.slice(0, 1));
    expect(box?.left).toBeLessThan(12);
    expect(box?.width).toBeLessThan(24);
    expect(painted.show(strokes.slice(0, 1))).toBeNull();
  });

  it('loses a stroke by hand that was not kept, and keeps one that was', () => {
    const painted = new Painted(filled([9, 9, 9, 255]), filled([7, 7, 7, 255]));
    painted.begin(stroke()).to([0.5, 0.5]);
    expect(pixel(painted.pixels, 32, 32)[3]).toBe(0);
    painted.show([]);
    expect([...painted.pixels.data]).toEqual(whole);
    painted.begin(stroke()).to([0.5, 0.5]);
    const made = stroke();
    painted.keep(made);
    expect(painted.show([made])).toBeNull();
    expect(pixel(painted.pixels, 32, 32)[3]).toBe(0);
  });

  it('shows its alpha as grey', () => {
    const into = new Uint8ClampedArray(SIDE * SIDE * 4);
    alphaPicture(filled([1, 2, 3, 100]), into);
    expect([...into.subarray(0, 4)]).toEqual([100, 100, 100, 255]);
  });
});

describe('a line', () => {
  it('holds back points that nobody would see, but ends where the pointer ended', () => {
    const line = new Line(50);
    const laid = Array.from({ length: 100 }, (_, x) => line.to({ x, y: 0 })).filter((point) => point !== null);
    expect(laid.length).toBe(25);
    expect(line.end()).toEqual({ x: 99, y: 0 });
    expect(line.end()).toBeNull();
  });
});
