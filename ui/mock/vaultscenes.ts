/** Scenes for the Settings view: `/?scene=vault&click=rail-settings`. */

import { overview, settings } from './fixtures';
import type { Scene } from './scene';
import { heap, vault } from './vaultdesk';

const FILLED = vault({
  saved: heap(1_412, 3_871),
  held: heap(24, 66),
  evidence: heap(2, 1.1),
  oldest: '2026-08-03T10:12:00+02:00',
  accounts: [
    { label: 'Shop', heap: heap(1_390, 3_801) },
    { label: 'Practice account, on this computer', heap: heap(46, 136) },
  ],
});

export const vaultScenes = {
  vault: { overview: overview({ settings: { ...settings, output_folder: 'Cutouts for the shop' } }), vault: FILLED },
  'vault-empty': { overview: overview(), vault: vault() },
  'vault-full': {
    overview: overview(),
    vault: vault({ saved: heap(3_102, 7_240), held: heap(1_204, 3_411), oldest: '2026-11-24T20:12:00+01:00', disk_free: 2_100_000_000 }),
  },
  'vault-endless': { overview: overview(), vault: { ...FILLED, limit_gb: null } },
} satisfies Record<string, Scene>;
