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
  const line = new Float64Array(Math.max(width, height));
  for (const radius of radii(sigma)) {
    if (radius === 0) continue;
    for (let channel = 0; channel < channels; channel += 1) {
      for (let y = 0; y < height; y += 1) boxLine(plane, y * width * channels + channel, channels, width, radius, line);
      for (let x = 0; x < width; x += 1) boxLine(plane, x * channels + channel, width * channels, height, radius, line);
    }
  }
}

/** One box blur along `length` values from `start` on that lie `step` apart. */
function boxLine(plane: Float32Array, start: number, step: number, length: number, radius: number, line: Float64Array): void {
  for (let index = 0; index < length; index += 1) line[index] = plane[start + index * step] as number;
  const last = length - 1;
  const at = (index: number): number => line[index < 0 ? 0 : index > last ? last : index] as number;
  const share = 1 / (2 * radius + 1);
  let sum = 0;
  for (let index = -radius; index <= radius; index += 1) sum += at(index);
  for (let index = 0; index < length; index += 1) {
    plane[start + index * step] = sum * share;
    sum += at(index + radius + 1) - at(index - radius);
  }
}
