/** Made-up answers of the core, for tests and for looking at the window in a browser. Never part of a build. */

import type { HelpTopic } from '../src/lib/bindings/HelpTopic';
import type { AccountView } from '../src/lib/bindings/AccountView';
import type { FigureView } from '../src/lib/bindings/FigureView';
import type { GaugeView } from '../src/lib/bindings/GaugeView';
import type { NetworkView } from '../src/lib/bindings/NetworkView';
import type { Overview } from '../src/lib/bindings/Overview';
import type { PictureState } from '../src/lib/bindings/PictureState';
import type { PictureView } from '../src/lib/bindings/PictureView';
import type { Problem } from '../src/lib/bindings/Problem';
import type { QuoteView } from '../src/lib/bindings/QuoteView';
import type { QueueView } from '../src/lib/bindings/QueueView';
import type { ServiceView } from '../src/lib/bindings/ServiceView';
import type { SettingsView } from '../src/lib/bindings/SettingsView';
import { NO_QUEUE } from '../src/lib/queue.svelte';

export const measured = (amount: string, age_s = 3): FigureView => ({ amount, source: 'measured', age_s });
export const unknown: FigureView = { amount: null, source: 'unknown', age_s: null };

export function gauge(change: Partial<GaugeView> = {}): GaugeView {
  return {
    subscription: measured('39'),
    rollover: unknown,
    rollover_at_least: null,
    payg: measured('10'),
    enterprise: unknown,
    free_previews: measured('50'),
    reserved: measured('0'),
    undecided: measured('0'),
    total: measured('49'),
    cycle: null,
    level: 'fresh',
    levels: [80],
    observed_at: new Date(Date.now() - 3000).toISOString(),
    stale: false,
    problem: null,
    ...change,
  };
}

export const practice: AccountView = {
  id: '00000000-0000-0000-0000-000000000001',
  label: 'Practice account, on this computer',
  service: 'Practice service',
  kind: 'practice',
  key: 'not_needed',
  ends_at: null,
  ended: false,
  sizes: [
    { size: 'preview', price: '0.25', max_megapixels: '0.25' },
    { size: 'medium', price: '1', max_megapixels: '1.5' },
    { size: 'hd', price: '1', max_megapixels: '4' },
    { size: 'full', price: '1', max_megapixels: '25' },
    { size: '50mp', price: '1', max_megapixels: '50' },
  ],
  preview_price: '0.25',
  pages: [],
  improve: '127.0.0.1',
};

export const removebg: AccountView = {
  ...practice,
  id: '5b1e1f2a-0000-4000-8000-000000000002',
  label: 'Shop pictures',
  service: 'remove.bg',
  kind: 'remove_bg',
  key: 'keyring',
  ends_at: '2026-12-01T09:00:00+01:00',
  pages: ['key', 'upgrade', 'top_up', 'status', 'help'],
};

export const services: ServiceView[] = [
  { id: 'practice', name: 'Practice service', kind: 'practice', needs_prefix: false, needs_key: false, ends_at: null },
  { id: 'removebg', name: 'remove.bg', kind: 'remove_bg', needs_prefix: false, needs_key: true, ends_at: '2026-12-01T09:00:00+01:00' },
  { id: 'pixian', name: 'Pixian.AI', kind: 'compatible', needs_prefix: false, needs_key: true, ends_at: null },
  { id: 'other', name: 'Other, self-hosted', kind: 'self_hosted', needs_prefix: true, needs_key: false, ends_at: null },
];

export const problem = (code: Problem['code'], message: string, hint = ''): Problem => ({ code, message, hint });

export function picture(id: string, name: string, state: PictureState, change: Partial<PictureView> = {}): PictureView {
  const early = state === 'added' || state === 'previewing';
  return {
    id,
    name,
    width: 512,
    height: 512,
    size_bytes: 791_555,
    format: 'PNG',
    note: null,
    revision: 1,
    state,
    preview: early ? null : { source: 'device', width: 512, height: 512 },
    result: null,
    problem: null,
    ...change,
  };
}

export const settings: SettingsView = { output_folder: null, template: '{name}-cutout', existing: 'number',
  keep_metadata: true,
  improve_agreed: [], notice_levels: [80], quiet_hours: null };

export function overview(change: Partial<Overview> = {}): Overview {
  return {
    accounts: [practice, removebg],
    active: practice.id,
    gauge: gauge(),
    pictures: [],
    settings,
    banners: [],
    queue: NO_QUEUE,
    version: '0.1.0',
    ...change,
  };
}

export function quote(change: Partial<QuoteView> = {}): QuoteView {
  return {
    pictures: 1,
    charged: 1,
    cost: '1',
    free_previews: 0,
    subscription: '1',
    rollover: '0',
    payg: '0',
    enterprise: '0',
    untold: '0',
    uncovered: '0',
    stretches: [],
    payg_from: null,
    ends_at: null,
    left_after: '48',
    already_paid: 0,
    duplicates: 0,
    unreadable: 0,
    oversized: 0,
    copies: [],
    bytes_up: 791_555,
    disk_bytes: 1_200_000,
    disk_free: 120_000_000_000,
    disk_short: false,
    existing: 0,
    at_least_s: null,
    crossings: [],
    choices: [],
    prompt: null,
    ...change,
  };
}

/** A batch of 300, 128 of them saved. */
export function batch(change: Partial<QueueView> = {}): QueueView {
  return {
    ...NO_QUEUE,
    mode: 'running',
    label: 'Spring shoes',
    pictures: 300,
    waiting: 166,
    sending: 6,
    saved: 128,
    charged: '128',
    agreed: '300',
    bytes_done: 61_400_000,
    bytes: 143_900_000,
    at_a_time: 6,
    eta_s: 242,
    ...change,
  };
}

/** Two pages are enough to look at the help. */
export const helpTopics: HelpTopic[] = [
  { id: 'what-costs-what', group: 'Money', title: 'What costs what', parts: [{ name: 'Free, always.', text: 'Previews on this computer, and saving again.' }] },
  {
    id: 'out_of_credits',
    group: 'Credits',
    title: 'Not enough credits',
    parts: [
      { name: 'What happened.', text: 'What is left does not pay for this picture.' },
      { name: 'What it cost.', text: 'Nothing.' },
      { name: 'What to do.', text: 'Wait for the renewal, or buy more.' },
    ],
  },
];

/** How the service is reached. */
export const network = (change: Partial<NetworkView> = {}): NetworkView => ({
  proxy: 'system',
  address: null,
  user: null,
  has_password: false,
  certificates: null,
  at_a_time: 16,
  note: null,
  ...change,
});
