/** Starts the window over a core whose answers the test hands in, and tells it events as the shell would. */

import { emit } from '@tauri-apps/api/event';
import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { cleanup, render, screen } from '@testing-library/svelte';
import { userEvent } from '@testing-library/user-event';
import { tick } from 'svelte';
import { afterEach, vi } from 'vitest';

import { gauge, overview, quote, services } from '../mock/fixtures';
import App from '../src/App.svelte';
import type { Event } from '../src/lib/bindings/Event';
import type { Overview } from '../src/lib/bindings/Overview';
import { NO_QUEUE } from '../src/lib/queue.svelte';

// jsdom has no layout: what the primitives ask of it is answered with nothing.
class NoObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}
vi.stubGlobal('ResizeObserver', NoObserver);
vi.stubGlobal('IntersectionObserver', NoObserver);
HTMLCanvasElement.prototype.getContext = () => null;
Object.defineProperty(window, 'matchMedia', { value: () => ({ matches: false, addEventListener: () => {}, removeEventListener: () => {} }) });
Element.prototype.scrollIntoView = () => {};
Element.prototype.setPointerCapture = () => {};
Element.prototype.hasPointerCapture = () => false;

// The window stops listening a turn after it is gone; only then may the core go.
afterEach(async () => {
  cleanup();
  await settled();
  clearMocks();
});

export interface Call {
  command: string;
  args: Record<string, unknown>;
}

type Answers = Record<string, (args: Record<string, unknown>) => unknown>;

/** Answers commands and keeps what was asked; `answers` stand before the usual ones. */
export function core(answers: Answers = {}): Call[] {
  const calls: Call[] = [];
  const usual: Answers = {
    overview: () => overview(),
    quote: ({ pictures }) => {
      const count = (pictures as string[]).length;
      return quote({ pictures: count, charged: count, cost: String(count), subscription: String(count) });
    },
    queue: () => NO_QUEUE,
    refresh_balance: () => gauge(),
    services: () => services,
  };
  mockIPC(
    (command, payload) => {
      const args = (payload ?? {}) as Record<string, unknown>;
      calls.push({ command, args });
      return (answers[command] ?? usual[command] ?? (() => null))(args);
    },
    { shouldMockEvents: true },
  );
  return calls;
}

let seq = 0;

/** Tells the window one event, in order. */
export async function tell(event: Event): Promise<void> {
  seq += 1;
  await emit('clearcut', { seq, event });
  await settled();
}

/** Lets every answer that is already there arrive. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 8; turn += 1) {
    await Promise.resolve();
    await tick();
  }
}

/** The window, open. */
export async function open(first: Partial<Overview> = {}, answers: Answers = {}) {
  seq = 0;
  const calls = core({ overview: () => overview(first), ...answers });
  render(App);
  await settled();
  return { calls, user: userEvent.setup({ delay: null }), asked: (command: string) => calls.filter((call) => call.command === command) };
}

export const card = (id: string): HTMLElement => {
  const found = screen.getAllByTestId('picture-card').find((element) => element.dataset.id === id);
  if (found === undefined) throw new Error(`no card ${id}`);
  return found;
};
