/** How components come by the bench and by what can be done to it, without handing both down every level. */

import { createContext } from 'svelte';

import type { Actions } from './actions';
import type { Bench } from './bench.svelte';

export interface Window {
  bench: Bench;
  actions: Actions;
}

export const [useWindow, provideWindow] = createContext<Window>();
