/** Which pictures are picked, and which of them is opened. Works on ids in the order they are shown; what is not shown is not picked. */
export class Selection {
  /** The opened picture: the one picked last. `null` exactly when nothing is picked. */
  current: string | null = $state(null);
  #picked: ReadonlySet<string> = $state.raw(new Set());
  #anchor: string | null = null;
  readonly #order: () => readonly string[];

  constructor(order: () => readonly string[]) {
    this.#order = order;
  }

  /** The picked pictures, in the order they are shown. */
  readonly ids: string[] = $derived.by(() => {
    const picked = this.#picked;
    return picked.size === 0 ? [] : this.#order().filter((id) => picked.has(id));
  });

  get size(): number {
    return this.ids.length;
  }

  has(id: string): boolean {
    return this.#picked.has(id);
  }

  /** Picks this one alone. */
  only(id: string): void {
    this.#anchor = id;
    this.#set(new Set([id]), id);
  }

  /** Picks it as well, or no longer. */
  toggle(id: string): void {
    const picked = new Set(this.#picked);
    if (picked.delete(id)) {
      this.#set(picked, this.current === id ? (this.#order().findLast((other) => picked.has(other)) ?? null) : this.current);
    } else {
      this.#anchor = id;
      this.#set(picked.add(id), id);
    }
  }

  /** Picks everything from the last single pick to here. */
  reach(id: string): void {
    const order = this.#order();
    const from = this.#anchor === null ? -1 : order.indexOf(this.#anchor);
    const to = order.indexOf(id);
    if (from < 0 || to < 0) return this.only(id);
    this.#set(new Set(order.slice(Math.min(from, to), Math.max(from, to) + 1)), id);
  }

  all(): void {
    const order = this.#order();
    this.#set(new Set(order), this.current ?? order[0] ?? null);
  }

  none(): void {
    this.#anchor = null;
    this.#set(new Set(), null);
  }

  /** Picks exactly these; the first is opened unless the opened one is among them. */
  exactly(ids: readonly string[]): void {
    const current = this.current !== null && ids.includes(this.current) ? this.current : (ids[0] ?? null);
    this.#anchor = current;
    this.#set(new Set(ids), current);
  }

  /** Lets go of pictures that are not there any more. */
  keep(isThere: (id: string) => boolean): void {
    const left = [...this.#picked].filter(isThere);
    if (left.length !== this.#picked.size) this.exactly(left);
  }

  /** Moves by so many places from the opened picture; `extend` picks the way there too. Answers where it came to. */
  step(places: number, extend: boolean): string | null {
    const order = this.#order();
    if (order.length === 0) return null;
    const at = this.current === null ? -1 : order.indexOf(this.current);
    const to = at < 0 ? 0 : Math.min(order.length - 1, Math.max(0, at + places));
    const id = order[to] ?? null;
    if (id !== null) extend ? this.reach(id) : this.only(id);
    return id;
  }

  #set(picked: ReadonlySet<string>, current: string | null): void {
    this.#picked = picked;
    this.current = current;
  }
}
