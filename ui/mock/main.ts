/** The browser's entry: puts the made-up core in place, then starts the very window that the shell would. */

import { FakeCore } from './core';
import { scenes, type Scene, type SceneName } from './scenes';

const name = new URLSearchParams(location.search).get('scene') ?? 'empty';
const scene: Scene = name in scenes ? scenes[name as SceneName] : scenes.empty;

const core = new FakeCore(scene.overview, scene.balance);
core.install();
Object.assign(window, { core });
await import('../src/main');
