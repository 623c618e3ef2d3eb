/** Turns whatever a failed command threw into a problem that can be shown. */

import type { Problem } from './bindings/Problem';

/** The problem itself where a command answered with one; else a plain sentence around what was thrown. */
export function asProblem(thrown: unknown): Problem {
  if (isProblem(thrown)) return thrown;
  const said = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: 'internal', message: `Something in Clearcut went wrong: ${said}`, hint: 'The balance tells whether anything was charged.' };
}

function isProblem(thrown: unknown): thrown is Problem {
  return typeof thrown === 'object' && thrown !== null && 'code' in thrown && 'message' in thrown && 'hint' in thrown;
}
