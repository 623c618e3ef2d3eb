/** The made-up core's answers for the Settings view: what is kept, what would go, and letting it go. */

import type { CleaningView } from '../src/lib/bindings/CleaningView';
import type { HeapView } from '../src/lib/bindings/HeapView';
import type { VaultCleaning } from '../src/lib/bindings/VaultCleaning';
import type { VaultView } from '../src/lib/bindings/VaultView';

const NONE: HeapView = { pictures: 0, bytes: 0 };
const GB = 1_000_000_000;

export const heap = (count: number, megabytes: number): HeapView => ({ pictures: count, bytes: Math.round(megabytes * 1_000_000) });

export const cleaning = (change: Partial<CleaningView> = {}): CleaningView => ({ heap: NONE, credits: '0', left_alone: 0, ...change });

/** What is kept; the sum is that of its parts unless it is said. */
export function vault(change: Partial<VaultView> = {}): VaultView {
  const parts = { saved: NONE, held: NONE, evidence: NONE, ...change };
  return {
    limit_gb: 10,
    bytes: parts.saved.bytes + parts.held.bytes + parts.evidence.bytes,
    arriving_bytes: 0,
    oldest: null,
    disk_free: 51_300_000_000,
    accounts: [],
    ...parts,
  };
}

export class VaultDesk {
  #view: VaultView;

  constructor(view: VaultView = vault()) {
    this.#view = view;
  }

  answer(command: string, args: Record<string, unknown>): unknown {
    switch (command) {
      case 'vault':
        return this.#view;
      case 'vault_cleaning':
        return this.#would(args.what as VaultCleaning);
      case 'clean_vault':
        return this.#clean(args.what as VaultCleaning);
      case 'set_vault_limit':
        if (args.limit_gb !== null) this.#clean({ kind: 'limit', gb: args.limit_gb as number });
        return (this.#view = { ...this.#view, limit_gb: args.limit_gb as number | null });
      default:
        return undefined;
    }
  }

  #would(what: VaultCleaning): CleaningView {
    const { saved, evidence, bytes } = this.#view;
    const share = (part: number): CleaningView => {
      const count = Math.round(saved.pictures * Math.min(part, 1));
      return cleaning({ heap: { pictures: count, bytes: Math.round(saved.bytes * Math.min(part, 1)) }, credits: String(count) });
    };
    switch (what.kind) {
      case 'evidence':
        return cleaning({ heap: evidence });
      case 'all_saved':
        return share(1);
      case 'older_than':
        return share(what.days > 300 ? 0 : 30 / what.days - 0.2);
      case 'limit':
        return share(saved.bytes === 0 ? 0 : Math.max(0, bytes - what.gb * GB) / saved.bytes);
      case 'down_to':
        return share(saved.bytes === 0 ? 0 : Math.max(0, bytes - what.bytes) / saved.bytes);
    }
  }

  #clean(what: VaultCleaning): { went: CleaningView; vault: VaultView } {
    const went = this.#would(what);
    const less = (one: HeapView): HeapView => ({ pictures: one.pictures - went.heap.pictures, bytes: one.bytes - went.heap.bytes });
    const part = what.kind === 'evidence' ? { evidence: less(this.#view.evidence) } : { saved: less(this.#view.saved) };
    this.#view = { ...this.#view, ...part, bytes: this.#view.bytes - went.heap.bytes };
    return { went, vault: this.#view };
  }
}
