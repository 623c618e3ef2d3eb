/** What the Settings view knows of the vault: asked for when it opens and after runs; limit and cleaning, asked before done. */

import type { CleaningView } from './bindings/CleaningView';
import type { Problem } from './bindings/Problem';
import type { VaultView } from './bindings/VaultView';
import * as client from './bindings/client';
import { asProblem } from './trouble';
import { EVIDENCE, WAYS, type Way } from './vault';

/** A smaller limit that waits for a yes, because something would go. */
export interface Shrink {
  gb: number;
  would: CleaningView;
}

export class VaultPanel {
  view: VaultView | null = $state.raw(null);
  problem: Problem | null = $state.raw(null);
  busy: boolean = $state(false);
  shrink: Shrink | null = $state.raw(null);

  /** The ways to clean up, each with what it would let go of; asked for when the sheet opens. */
  ways: readonly { way: Way; would: CleaningView }[] = $state.raw([]);
  chosen: string = $state('');

  #turn = 0;

  /** Counts anew. An answer that a newer one or a deed has overtaken is dropped. */
  ask = async (): Promise<void> => {
    const turn = ++this.#turn;
    try {
      const view = await client.vault();
      if (turn !== this.#turn) return;
      this.view = view;
      this.problem = null;
    } catch (thrown) {
      if (turn === this.#turn) this.problem = asProblem(thrown);
    }
  };

  /** Sets the limit, or asks first where a smaller one would let something go. */
  limit = (gb: number | null): Promise<void> =>
    this.#do(async () => {
      this.shrink = null;
      const would = gb === null ? null : await client.vaultCleaning({ kind: 'limit', gb });
      if (gb !== null && would !== null && would.heap.pictures > 0) this.shrink = { gb, would };
      else this.view = await client.setVaultLimit(gb);
    });

  /** The yes to a smaller limit. */
  agree = (): Promise<void> =>
    this.#do(async () => {
      if (this.shrink === null) return;
      this.view = await client.setVaultLimit(this.shrink.gb);
      this.shrink = null;
    });

  /** What each way to clean up would let go of. */
  look = (): Promise<void> =>
    this.#do(async () => {
      const offered = (this.view?.evidence.pictures ?? 0) > 0 ? [...WAYS, EVIDENCE] : WAYS;
      this.ways = await Promise.all(offered.map(async (way) => ({ way, would: await client.vaultCleaning(way.what) })));
      this.chosen = this.ways.find(({ would }) => would.heap.pictures > 0)?.way.id ?? '';
    });

  /** Lets go of what was chosen; answers with what went, or nothing where it failed. */
  clean = async (way: Way): Promise<CleaningView | null> => {
    let went: CleaningView | null = null;
    await this.#do(async () => {
      const cleaned = await client.cleanVault(way.what);
      this.view = cleaned.vault;
      went = cleaned.went;
    });
    return went;
  };

  async #do(deed: () => Promise<void>): Promise<void> {
    this.busy = true;
    try {
      await deed();
      this.problem = null;
    } catch (thrown) {
      this.problem = asProblem(thrown);
    } finally {
      // what was asked meanwhile may have been answered before
      this.#turn += 1;
      this.busy = false;
    }
  }
}
