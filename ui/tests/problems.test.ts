import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { ACTION_WORDS, ACTIONS } from '../src/lib/problems';

describe('the table of problems', () => {
  it('has a line for every code there is, and for no other', () => {
    const declared = readFileSync('src/lib/bindings/Code.ts', 'utf8');
    const codes = [...declared.matchAll(/"([a-z_]+)"/g)].map(([, code]) => code);
    expect(codes.length).toBeGreaterThan(20);
    expect(Object.keys(ACTIONS).sort()).toEqual(codes.sort());
  });

  it.each(Object.entries(ACTIONS))('%s offers buttons that have words, each once', (_code, actions) => {
    expect(new Set(actions).size).toBe(actions.length);
    for (const action of actions) expect(ACTION_WORDS[action]).toMatch(/^[A-Z]/);
  });

  it('never says "Oops"', () => {
    expect(JSON.stringify(ACTION_WORDS)).not.toMatch(/oops|sorry|!/i);
  });
});
