/** The soft checkerboard under what is transparent, in the colours of the window's own tokens. */

const SQUARE = 8;

let kept: { key: string; pattern: CanvasPattern | null } | null = null;

export function checkerboard(context: CanvasRenderingContext2D, density: number): CanvasPattern | null {
  const style = getComputedStyle(document.documentElement);
  const [light, dark] = [style.getPropertyValue('--checker-1').trim(), style.getPropertyValue('--checker-2').trim()];
  const key = `${light} ${dark} ${density}`;
  if (kept?.key !== key) {
    const tile = document.createElement('canvas');
    const side = Math.round(SQUARE * density);
    tile.width = tile.height = side * 2;
    const on = tile.getContext('2d');
    if (on === null) return null;
    on.fillStyle = light;
    on.fillRect(0, 0, side * 2, side * 2);
    on.fillStyle = dark;
    on.fillRect(side, 0, side, side);
    on.fillRect(0, side, side, side);
    kept = { key, pattern: context.createPattern(tile, 'repeat') };
  }
  return kept.pattern;
}
