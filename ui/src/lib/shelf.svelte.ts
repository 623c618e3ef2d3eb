/**
 * The pictures on the bench, each a signal of its own: news about one touches only what shows that one, not a list of ten
 * thousand. Whatever counts over many of them reads `changes`, which keeps to a slow beat while many pictures lie here.
 */

import { untrack } from 'svelte';

import type { PictureView } from './bindings/PictureView';

/** Up to so many pictures every change is counted at once. */
const FEW = 200;
/** With more of them, sums over all are worked out so often at most. */
const BEAT_MS = 120;

class Place {
  view: PictureView = $state.raw() as PictureView;

  constructor(view: PictureView) {
    this.view = view;
  }
}

export class Shelf {
  readonly #places = new Map<string, Place>();
  #order: readonly string[] = $state.raw([]);
  #changes: number = $state(0);
  #beat: ReturnType<typeof setTimeout> | null = null;

  /** Ids in bench order. The same array until a picture comes or goes. */
  get order(): readonly string[] {
    return this.#order;
  }

  get size(): number {
    return this.#order.length;
  }

  /** Grows when any picture has come to another state: for sums over many, which read the pictures untracked. */
  get changes(): number {
    return this.#changes;
  }

  /** A picture, as a signal: whoever asks hears when it changes, comes or goes. */
  get(id: string): PictureView | undefined {
    void this.#order;
    return this.#places.get(id)?.view;
  }

  /** Those of these that are here, as of the last beat. */
  many(ids: readonly string[]): PictureView[] {
    void this.#changes;
    void this.#order;
    return untrack(() => ids.flatMap((id) => this.#places.get(id)?.view ?? []));
  }

  /** Lays pictures down, or shows what has become of them. */
  put(pictures: readonly PictureView[]): void {
    const fresh: string[] = [];
    let moved = false;
    for (const picture of pictures) {
      const place = this.#places.get(picture.id);
      if (place === undefined) {
        this.#places.set(picture.id, new Place(picture));
        fresh.push(picture.id);
      } else {
        moved ||= untrack(() => place.view.state) !== picture.state;
        place.view = picture;
      }
    }
    if (fresh.length > 0) this.#order = [...untrack(() => this.#order), ...fresh];
    if (moved || this.#places.size <= FEW) this.#changed();
  }

  /** Takes pictures off. */
  drop(ids: Iterable<string>): void {
    const gone = new Set<string>();
    for (const id of ids) if (this.#places.delete(id)) gone.add(id);
    if (gone.size > 0) this.#order = untrack(() => this.#order).filter((id) => !gone.has(id));
  }

  /** Just these from now on, in this order. */
  exactly(pictures: readonly PictureView[]): void {
    const ids = pictures.map(({ id }) => id);
    const kept = new Set(ids);
    for (const id of [...this.#places.keys()]) if (!kept.has(id)) this.#places.delete(id);
    for (const picture of pictures) {
      const place = this.#places.get(picture.id);
      if (place === undefined) this.#places.set(picture.id, new Place(picture));
      else place.view = picture;
    }
    this.#order = ids;
    this.#beatNow();
  }

  #changed(): void {
    if (this.#places.size <= FEW) return this.#beatNow();
    this.#beat ??= setTimeout(() => this.#beatNow(), BEAT_MS);
  }

  #beatNow(): void {
    if (this.#beat !== null) clearTimeout(this.#beat);
    this.#beat = null;
    this.#changes = untrack(() => this.#changes) + 1;
  }
}
