/** Pictures of the project's sample photos, as the made-up core lays them on the bench. */

import type { PictureView } from '../src/lib/bindings/PictureView';
import { picture } from './fixtures';

export const SAMPLES = ['astronaut.png', 'chelsea.png', 'coffee.png', 'rocket.jpg'] as const;

const SIZES: Record<string, [number, number]> = {
  astronaut: [512, 512],
  chelsea: [451, 300],
  coffee: [600, 400],
  rocket: [640, 427],
};

/** A picture of one of the samples; `~` parts the sample's name from what makes the id its own. */
export function sample(name: string, n: number, change: Partial<PictureView> = {}): PictureView {
  const base = name.split('.')[0] ?? name;
  const [width, height] = SIZES[base] ?? [512, 512];
  return picture(`${base}~${n}`, name, 'previewed', { width, height, revision: 2, format: name.endsWith('jpg') ? 'JPEG' : 'PNG', ...change });
}
