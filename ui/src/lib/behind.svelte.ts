/** The pictures of backdrops, each loaded once. */

import { SvelteMap } from 'svelte/reactivity';

import { backdropUrl, templateUrl } from './pictures';
import type { Backdrop } from './scene/edits';
import type { Size } from './scene/layout';
import { load, type StandIn } from './standin';

type Drawable = CanvasImageSource & Size;

export class Behind {
  readonly #loaded = new SvelteMap<string, HTMLImageElement>();
  readonly #asked = new Set<string>();

  /** What is drawn behind, where it has come; to be called in an effect before it is asked for in a drawing. */
  ask(backdrop: Backdrop): void {
    const address = addressOf(backdrop);
    if (address === null || this.#asked.has(address)) return;
    this.#asked.add(address);
    void load(address).then((image) => {
      if (image === null) this.#asked.delete(address);
      else this.#loaded.set(address, image);
    });
  }

  of(backdrop: Backdrop, standIn: StandIn): Drawable | null {
    if (backdrop.kind === 'blurred') return standIn.blurred(backdrop.radius);
    const address = addressOf(backdrop);
    return address === null ? null : (this.#loaded.get(address) ?? null);
  }
}

function addressOf(backdrop: Backdrop): string | null {
  if (backdrop.kind === 'template') return templateUrl(backdrop.name);
  return backdrop.kind === 'image' ? backdropUrl(backdrop.id) : null;
}
