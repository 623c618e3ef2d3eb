/** Gaussian blur as three box blurs, as the core's `blur.rs`: its cost is by the pixel, whatever the deviation. */

/** Radii of three boxes whose variances add up to the bell's. */
export function radii(sigma: number): [number, number, number] {
  let low = Math.floor(Math.sqrt(4 * sigma * sigma + 1));
  if (low % 2 === 0) low -= 1;
  const count = (12 * sigma * sigma - 3 * low * low - 12 * low - 9) / (-4 * low - 4);
  const at = (index: number): number => ((index < count ? low : low + 2) - 1) / 2;
  return [at(0.5), at(1.5), at(2.5)];
}

/** Blurs a plane of interleaved channels in place, its edge values standing for what lies outside. `sigma` in pixels. */
export function blur(plane: Float32Array, width: number, channels: number, sigma: number): void {
  const height = plane.length / channels / width;
  if (height < 1 || sigma <= 0.05) return;
  const before = new Float32Array(plane.length);
  for (const radius of radii(sigma)) {
    if (radius === 0) continue;
    const line = new Float64Array(width + 2 * radius + 1);
    for (let row = 0; row < height; row += 1) {
      for (let channel = 0; channel < channels; channel += 1) across(plane, row * width * channels + channel, channels, width, radius, line);
    }
    before.set(plane);
    down(plane, before, width * channels, height, radius);
  }
}

/** One box blur along a row: `length` values from `start` on that lie `step` apart. `line` has room for the row and the box on either side of it. */
function across(plane: Float32Array, start: number, step: number, length: number, radius: number, line: Float64Array): void {
  line.fill(plane[start] as number, 0, radius);
  for (let index = 0, from = start; index < length; index += 1, from += step) line[radius + index] = plane[from] as number;
  line.fill(plane[start + (length - 1) * step] as number, radius + length);
  const [box, share] = [2 * radius + 1, 1 / (2 * radius + 1)];
  let sum = 0;
  for (let index = 0; index < box; index += 1) sum += line[index] as number;
  for (let index = 0, to = start; index < length; index += 1, to += step) {
    plane[to] = sum * share;
    sum += (line[index + box] as number) - (line[index] as number);
  }
}

/** One box blur along all columns at once, row by row, as memory lies: `before` is what `plane` was. */
function down(plane: Float32Array, before: Float32Array, across: number, height: number, radius: number): void {
  const last = height - 1;
  const share = 1 / (2 * radius + 1);
  const sums = new Float64Array(across);
  const start = (row: number): number => Math.min(Math.max(row, 0), last) * across;
  for (let row = -radius; row <= radius; row += 1) {
    const from = start(row);
    for (let x = 0; x < across; x += 1) sums[x] = (sums[x] as number) + (before[from + x] as number);
  }
  for (let row = 0, at = 0; row < height; row += 1, at += across) {
    const [comes, goes] = [start(row + radius + 1), start(row - radius)];
    for (let x = 0; x < across; x += 1) {
      const sum = sums[x] as number;
      plane[at + x] = sum * share;
      sums[x] = sum + ((before[comes + x] as number) - (before[goes + x] as number));
    }
  }
}
