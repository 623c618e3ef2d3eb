import { describe, expect, it } from 'vitest';

import { blurredBox, ownBox } from '../src/lib/scene/behind';
import { blur, radii } from '../src/lib/scene/blur';
import { asHex, hexOf, remembered } from '../src/lib/scene/colours';
import { AT_HOME, NO_EDITS, same, withScene, type Canvas } from '../src/lib/scene/edits';
import { begin, record, redo, undo } from '../src/lib/scene/history';
import { after, applied, corners, layout, placed, placing } from '../src/lib/scene/layout';
import { draggedCorner, draggedTurn, moved, scaled, turned } from '../src/lib/scene/pointing';
import { contact, contactDarkness, silhouette } from '../src/lib/scene/shadow';
import { subjectBox } from '../src/lib/scene/subject';
import { FITTED, fitting, onCanvas, panned, stepped, zoomedBy, zoomedTo, zoomOf } from '../src/lib/scene/view';

const WHOLE = { width: 400, height: 300 };
const SUBJECT = { left: 100, top: 50, width: 100, height: 200 };
const lay = (canvas: Canvas, placement = AT_HOME) => layout(WHOLE, SUBJECT, canvas, placement);

describe('undo', () => {
  it('goes back through every step and forth again, without an end', () => {
    let history = begin(0);
    for (let step = 1; step <= 1000; step += 1) history = record(history, step);
    for (let step = 999; step >= 0; step -= 1) expect((history = undo(history)).present).toBe(step);
    expect(undo(history)).toBe(history);
    for (let step = 1; step <= 1000; step += 1) expect((history = redo(history)).present).toBe(step);
    expect(redo(history)).toBe(history);
  });

  it('forgets what was taken back once something else is done', () => {
    const history = record(undo(record(begin('a'), 'b')), 'c');
    expect(redo(history).present).toBe('c');
    expect(undo(history).present).toBe('a');
  });

  it('takes the same state again for no step', () => {
    const history = begin('a');
    expect(record(history, 'a')).toBe(history);
  });
});

describe('where everything stands', () => {
  it('leaves the picture as it was on its own canvas', () => {
    const { width, height, scale, ...rest } = lay({ kind: 'original' });
    expect([width, height, scale]).toEqual([400, 300, 1]);
    expect(placing({ width, height, scale, ...rest })).toEqual([1, 0, -0, 1, 0, 0]);
  });

  it('crops to the subject with a margin of its long side, in whole pixels', () => {
    const cropped = lay({ kind: 'subject', margin: 0.1 });
    expect([cropped.width, cropped.height]).toEqual([140, 240]);
    expect(applied(placing(cropped), { x: 100, y: 50 })).toEqual({ x: 20, y: 20 });
  });

  it('fits the subject into a fixed canvas inside its margin', () => {
    const fixed = lay({ kind: 'fixed', width: 1000, height: 500, margin: 0.1 });
    expect(fixed.scale).toBe(2);
    expect(placed(fixed)).toEqual({ width: 200, height: 400 });
    expect(applied(placing(fixed), { x: 150, y: 150 })).toEqual({ x: 500, y: 250 });
  });

  it('moves by fractions of the canvas, scales and turns about the middle of the subject', () => {
    const placement = { x: 0.1, y: -0.1, scale: 2, turn: 90 };
    const there = lay({ kind: 'original' }, placement);
    const middle = applied(placing(there), { x: 150, y: 150 });
    expect(middle.x).toBeCloseTo(190);
    expect(middle.y).toBeCloseTo(120);
    const [topLeft] = corners(there);
    expect(topLeft.x).toBeCloseTo(190 + 200);
    expect(topLeft.y).toBeCloseTo(120 - 100);
    expect(placed(there).width).toBeCloseTo(400);
  });

  it('chains one way after the other', () => {
    const both = after([2, 0, 0, 2, 10, 20], [1, 0, 0, 1, 3, 4]);
    expect(applied(both, { x: 1, y: 1 })).toEqual({ x: 18, y: 30 });
  });
});

describe('what stands behind', () => {
  const own = { kind: 'image', id: 'b', x: 0, y: 0, scale: 1 } as const;

  it('fills the canvas or is seen whole', () => {
    const canvas = lay({ kind: 'fixed', width: 200, height: 200, margin: 0 });
    expect(ownBox({ ...own, fit: 'fill' }, { width: 400, height: 100 }, canvas)).toEqual({ left: -300, top: 0, width: 800, height: 200 });
    expect(ownBox({ ...own, fit: 'fit' }, { width: 400, height: 100 }, canvas)).toEqual({ left: 0, top: 75, width: 200, height: 50 });
  });

  it('is moved by fractions of the canvas', () => {
    const canvas = lay({ kind: 'fixed', width: 200, height: 100, margin: 0 });
    expect(ownBox({ ...own, fit: 'fit', x: 0.5, y: 0.25 }, { width: 20, height: 10 }, canvas)).toMatchObject({ left: 100, top: 25 });
  });

  it('stays where the original was, whatever becomes of the subject', () => {
    const moved = lay({ kind: 'subject', margin: 0 }, { x: 0.3, y: 0.3, scale: 3, turn: 45 });
    expect(blurredBox(moved, WHOLE, false)).toEqual({ left: -100, top: -50, width: 400, height: 300 });
  });
});

describe('shadows', () => {
  it('begin dark in the middle and end at the rim', () => {
    const shadow = { opacity: 0.5, spread: 0.1 };
    expect(contactDarkness(shadow, 0)).toBe(0.5);
    expect(contactDarkness(shadow, 1)).toBe(0);
    expect(contact(shadow, lay({ kind: 'original' }))).toEqual({ middle: { x: 150, y: 250 }, half: { x: 50, y: 10 } });
  });

  it('keep all of the darkness while they blur it', () => {
    const size = { width: 40, height: 40 };
    const pixels = new Uint8ClampedArray(40 * 40 * 4);
    const box = { left: 15, top: 15, width: 10, height: 10 };
    for (let y = 15; y < 25; y += 1) for (let x = 15; x < 25; x += 1) pixels[(y * 40 + x) * 4 + 3] = 255;
    const { dark, box: reach } = silhouette(pixels, size, box, 3);
    const sum = dark.reduce((all, value) => all + value, 0);
    expect(sum / (100 * 255)).toBeGreaterThan(0.95);
    expect(sum / (100 * 255)).toBeLessThan(1.05);
    expect(Math.max(...dark)).toBeLessThan(255);
    expect(reach.left).toBeLessThan(15 - 8);
  });

  it('blur by the deviation they name', () => {
    for (const sigma of [2, 5, 11]) {
      const variance = radii(sigma).reduce((sum, radius) => sum + ((2 * radius + 1) ** 2 - 1) / 12, 0);
      expect(Math.sqrt(variance)).toBeCloseTo(sigma, 0);
    }
    const flat = Float32Array.from({ length: 64 }, () => 7);
    blur(flat, 8, 1, 2);
    for (const value of flat) expect(value).toBeCloseTo(7, 4);
  });
});

describe('the subject', () => {
  const pixels = new Uint8ClampedArray(8 * 6 * 4);
  const set = (x: number, y: number, alpha: number): void => void (pixels[(y * 8 + x) * 4 + 3] = alpha);

  it('is where anything but dust is', () => {
    expect(subjectBox(pixels, { width: 8, height: 6 })).toBeNull();
    set(2, 1, 16);
    set(5, 4, 255);
    set(7, 5, 15);
    expect(subjectBox(pixels, { width: 8, height: 6 })).toEqual({ left: 2, top: 1, width: 4, height: 4 });
  });
});

describe('placing by hand', () => {
  const there = lay({ kind: 'original' });

  it('moves by what the pointer moved', () => {
    expect(moved(AT_HOME, { x: 40, y: -30 }, there)).toMatchObject({ x: 0.1, y: -0.1 });
    expect(moved(AT_HOME, { x: 1e6, y: 0 }, there).x).toBe(4);
  });

  it('scales by how far a corner is from the middle', () => {
    expect(draggedCorner(AT_HOME, there, { x: 200, y: 150 }, { x: 250, y: 150 }).scale).toBe(2);
    expect(scaled(AT_HOME, 0).scale).toBe(0.05);
  });

  it('turns about the middle, and snaps where asked', () => {
    expect(draggedTurn(AT_HOME, there, { x: 150, y: 0 }, { x: 300, y: 150 }, false).turn).toBe(90);
    expect(draggedTurn(AT_HOME, there, { x: 150, y: 0 }, { x: 170, y: 0 }, true).turn).toBe(15);
    expect(turned({ ...AT_HOME, turn: 170 }, 20).turn).toBe(-170);
  });
});

describe('zoom and pan', () => {
  const [canvas, stage] = [{ width: 1000, height: 500 }, { width: 532, height: 432 }];

  it('fits at first', () => {
    expect(zoomOf(FITTED, canvas, stage)).toBe(fitting(canvas, stage));
    expect(fitting(canvas, stage)).toBe(0.5);
    expect(fitting({ width: 10, height: 10 }, stage)).toBe(2);
  });

  it('keeps what is under the pointer where it is', () => {
    const at = { x: 100, y: 200 };
    const before = onCanvas(FITTED, canvas, stage, at);
    const view = zoomedBy(FITTED, 3, canvas, stage, at);
    const now = onCanvas(view, canvas, stage, at);
    expect(now.x).toBeCloseTo(before.x);
    expect(now.y).toBeCloseTo(before.y);
    expect(view.zoom).toBe(1.5);
  });

  it('moves what is seen with the pointer, and never loses the canvas', () => {
    const view = panned(zoomedTo(FITTED, 1, canvas, stage), { x: 100, y: 0 }, canvas, stage);
    expect(view.x).toBeCloseTo(0.4);
    expect(panned(view, { x: 1e9, y: -1e9 }, canvas, stage)).toMatchObject({ x: 0, y: 1 });
    expect(stepped(FITTED, 1, canvas, stage).zoom).toBe(0.625);
    expect(zoomedTo(FITTED, 1e9, canvas, stage).zoom).toBe(16);
  });
});

describe('colours', () => {
  it.each([
    ['#AABBCC', '#aabbcc'],
    ['abc', '#aabbcc'],
    [' 102030 ', '#102030'],
    ['#12345', null],
    ['red', null],
  ])('%s is %s', (typed, colour) => {
    expect(asHex(typed)).toBe(colour);
  });

  it('are remembered once each, the last one first', () => {
    const many = Array.from({ length: 20 }, (_, at) => hexOf([at, at, at])).reduce(remembered, [] as string[]);
    expect(many).toHaveLength(8);
    expect(remembered(many, many[3] as string)[0]).toBe(many[3]);
    expect(new Set(remembered(many, many[3] as string)).size).toBe(8);
  });
});

describe('edits', () => {
  it('are the same when they come back as the core keeps them', () => {
    const edits = withScene(NO_EDITS, { subject: { x: 0.1, y: 0, scale: 1.15, turn: 3 } });
    const kept = withScene(NO_EDITS, { subject: { turn: 3, scale: Math.fround(1.15), y: 0, x: Math.fround(0.1) } });
    expect(same(edits, kept)).toBe(true);
    expect(same(edits, NO_EDITS)).toBe(false);
    expect(same(edits, { ...edits, strokes: [1] })).toBe(false);
  });
});
