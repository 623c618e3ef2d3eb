/**
 * The browser's entry: puts the made-up core in place, then starts the very window that the shell would.
 * `/?scene=NAME` begins with a scene; `&select=all` picks every picture; `&click=ID,ID` presses what has these test ids, in turn.
 */

import { FakeCore } from './core';
import { scenes, type SceneName } from './scenes';
import type { Scene } from './scene';

const wanted = new URLSearchParams(location.search);
const name = wanted.get('scene') ?? 'empty';
const scene: Scene = name in scenes ? scenes[name as SceneName] : scenes.empty;

const core = new FakeCore(scene);
core.install();
Object.assign(window, { core });
await import('../src/main');

if (wanted.get('select') === 'all') {
  await there('[data-testid="picture-card"]');
  window.dispatchEvent(new KeyboardEvent('keydown', { key: 'a', ctrlKey: true, bubbles: true }));
}
for (const id of wanted.get('click')?.split(',') ?? []) (await there(`[data-testid="${id}"]:not(:disabled)`)).click();

/** The element, once it is there. */
async function there(selector: string): Promise<HTMLElement> {
  for (;;) {
    const found = document.querySelector<HTMLElement>(selector);
    if (found !== null) return found;
    await new Promise((done) => setTimeout(done, 20));
  }
}
