/** Counts how often what is read of signals is read anew. */
export function watched<T extends Record<string, () => unknown>>(reads: T) {
  const runs: Partial<Record<keyof T, number>> = {};
  const last: Partial<Record<keyof T, unknown>> = {};
  const stop = $effect.root(() => {
    for (const name of Object.keys(reads) as (keyof T)[]) {
      $effect.pre(() => {
        last[name] = reads[name]?.();
        runs[name] = (runs[name] ?? 0) + 1;
      });
    }
  });
  return { runs: () => ({ ...runs }), last: () => ({ ...last }), stop };
}
