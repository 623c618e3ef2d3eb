/** A clock for components whose words grow old: `ago` has to be said anew though nothing has happened. */

import { onMount } from 'svelte';

const STEP_MS = 5000;

export interface Clock {
  /** Milliseconds since 1970, never older than what was just shown by it. */
  readonly now: number;
}

/** To be called while a component is being made; stops with it. */
export function clock(): Clock {
  let ticked = $state(Date.now());
  onMount(() => {
    const ticking = setInterval(() => (ticked = Date.now()), STEP_MS);
    return () => clearInterval(ticking);
  });
  return {
    get now() {
      return Math.max(ticked, Date.now());
    },
  };
}
