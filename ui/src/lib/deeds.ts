/**
 * Everything the window can be asked to do, once: its words, its key, whether it can be done now, and how. The keyboard, the palette
 * and the menus read this table, so that a deed is called the same everywhere and nothing is reached by the mouse alone.
 * It decides nothing about money: what costs is done by the deed whose words name the sum.
 */

import type { Component } from 'svelte';
import ArrowUpToLine from '@lucide/svelte/icons/arrow-up-to-line';
import Blend from '@lucide/svelte/icons/blend';
import BookOpen from '@lucide/svelte/icons/book-open';
import Brush from '@lucide/svelte/icons/brush';
import ClipboardPaste from '@lucide/svelte/icons/clipboard-paste';
import Coins from '@lucide/svelte/icons/coins';
import Columns2 from '@lucide/svelte/icons/columns-2';
import Copy from '@lucide/svelte/icons/copy';
import Download from '@lucide/svelte/icons/download';
import Eye from '@lucide/svelte/icons/eye';
import FolderOpen from '@lucide/svelte/icons/folder-open';
import FolderPlus from '@lucide/svelte/icons/folder-plus';
import FolderSync from '@lucide/svelte/icons/folder-sync';
import GraduationCap from '@lucide/svelte/icons/graduation-cap';
import HistoryIcon from '@lucide/svelte/icons/history';
import Image from '@lucide/svelte/icons/image';
import ImagePlus from '@lucide/svelte/icons/image-plus';
import Images from '@lucide/svelte/icons/images';
import ListChecks from '@lucide/svelte/icons/list-checks';
import ListX from '@lucide/svelte/icons/list-x';
import Move from '@lucide/svelte/icons/move';
import Pause from '@lucide/svelte/icons/pause';
import Play from '@lucide/svelte/icons/play';
import Receipt from '@lucide/svelte/icons/receipt';
import Redo2 from '@lucide/svelte/icons/redo-2';
import RefreshCw from '@lucide/svelte/icons/refresh-cw';
import Cog from '@lucide/svelte/icons/settings';
import Share from '@lucide/svelte/icons/share';
import SkipForward from '@lucide/svelte/icons/skip-forward';
import Sparkles from '@lucide/svelte/icons/sparkles';
import Trash2 from '@lucide/svelte/icons/trash-2';
import TrendingUp from '@lucide/svelte/icons/trending-up';
import Undo2 from '@lucide/svelte/icons/undo-2';
import Users from '@lucide/svelte/icons/users';

import type { Actions } from './actions';
import type { Bench, View } from './bench.svelte';
import type { Tool } from './editor.svelte';
import { COSTS } from './help.svelte';
import { mayImprove } from './improve.svelte';
import { modeWords, reached, resumeLabel } from './queuewords';
import { holdsEvery } from './search';
import { isCut } from './states';

export type Group = 'Selected pictures' | 'Opened picture' | 'Add' | 'Batch' | 'Go to' | 'Account' | 'Help';

export interface Deed {
  /** Stable, and the name of its key in `keys.ts` where it has one. */
  id: string;
  group: Group;
  words: string;
  /** Other words somebody may look for it by. */
  also?: string;
  icon: Component;
  /** Its key as it is written on a keyboard: `Ctrl+O`. */
  keys?: string;
  /** Whether it can be done now. */
  may: boolean;
  run: () => unknown;
}

const VIEWS: readonly { view: View; words: string; keys: string; icon: Component; also?: string }[] = [
  { view: 'studio', words: 'Studio', keys: 'Ctrl+1', icon: Images, also: 'pictures bench' },
  { view: 'credits', words: 'Credits', keys: 'Ctrl+2', icon: Coins, also: 'gauge balance plan forecast' },
  { view: 'history', words: 'History', keys: 'Ctrl+3', icon: HistoryIcon, also: 'ledger receipts spent' },
  { view: 'watch', words: 'Watch folders', keys: 'Ctrl+4', icon: FolderSync, also: 'hot folder' },
  { view: 'settings', words: 'Settings', keys: 'Ctrl+,', icon: Cog, also: 'preferences options' },
];

const TOOLS: readonly { tool: Tool; words: string; icon: Component; also: string }[] = [
  { tool: 'compare', words: 'Compare before and after', icon: Columns2, also: 'slider side by side alpha checkerboard' },
  { tool: 'background', words: 'Change the background', icon: Image, also: 'colour template picture blur transparent' },
  { tool: 'place', words: 'Place the subject', icon: Move, also: 'move scale rotate turn crop canvas margin' },
  { tool: 'shadow', words: 'Add a shadow', icon: Blend, also: 'drop contact' },
  { tool: 'brush', words: 'Erase or restore by brush', icon: Brush, also: 'eraser paint retouch' },
];

/** The table as things stand: read it again when something has changed. */
export function deeds(bench: Bench, actions: Actions): Deed[] {
  const { picked, queue, selection, offer } = bench;
  const studio = bench.view === 'studio';
  const some = studio && picked.length > 0;
  const one = picked.length === 1 ? picked[0] : undefined;
  const many = picked.length > 1 ? `${picked.length} pictures` : 'the picture';
  const improves = studio && one !== undefined && mayImprove(one, bench.account);
  const waiting = bench.waitingPicked;
  const batchDeeds = queue.shown === null ? [] : modeWords(queue.view).deeds;
  const resume = queue.view.resume;
  const pages = bench.account?.pages ?? [];
  const { editor, opened } = bench;
  const cut = studio && opened !== null && isCut(opened);
  const list: Deed[] = [
    {
      id: 'press',
      group: 'Selected pictures',
      words: offer.label,
      also: 'download pay buy remove background save again',
      icon: Download,
      keys: 'Enter',
      may: some && !bench.spending && offer.kind !== 'pricing' && offer.kind !== 'nothing',
      run: actions.press,
    },
    { id: 'export', group: 'Selected pictures', words: `Export ${many}… · free`, also: 'sizes formats webp avif tiff marketplace', icon: Share, keys: 'Ctrl+E', may: some, run: actions.exportPicked },
    { id: 'copy', group: 'Selected pictures', words: 'Copy the cutout · free', also: 'clipboard transparent', icon: Copy, keys: 'Ctrl+C', may: some && one !== undefined, run: () => one && actions.copy(one.id) },
    { id: 'preview', group: 'Selected pictures', words: 'Preview on this computer · free', icon: Eye, may: some && one !== undefined, run: () => one && actions.preview(one.id, 'device', null) },
    { id: 'reveal', group: 'Selected pictures', words: 'Show the saved file in its folder', also: 'open finder explorer', icon: FolderOpen, may: studio && one?.state === 'saved', run: () => one && actions.reveal(one.id) },
    { id: 'improve', group: 'Selected pictures', words: 'Not good? Send it to help the service learn…', also: 'improve feedback quality', icon: GraduationCap, may: improves, run: () => one && actions.improve(one) },
    { id: 'first', group: 'Selected pictures', words: `Send ${many} next`, icon: ArrowUpToLine, may: some && waiting.length > 0, run: () => actions.sendFirst(waiting) },
    { id: 'skip', group: 'Selected pictures', words: `Skip ${many} in the batch`, icon: SkipForward, may: some && waiting.length > 0, run: () => actions.skip(waiting) },
    { id: 'all', group: 'Selected pictures', words: 'Select all', icon: ListChecks, keys: 'Ctrl+A', may: studio && bench.pictures.size > 0, run: () => selection.all() },
    { id: 'escape', group: 'Selected pictures', words: 'Select none', icon: ListX, keys: 'Esc', may: studio && selection.size > 0, run: () => selection.none() },
    { id: 'remove', group: 'Selected pictures', words: `Take ${many} off the bench`, also: 'remove delete clear', icon: Trash2, keys: 'Del', may: some, run: actions.takeOff },
    { id: 'undo', group: 'Selected pictures', words: 'Put back what was taken off', icon: Undo2, may: bench.toast?.undo === true, run: actions.undoTakeOff },

    { id: 'open', group: 'Add', words: 'Add pictures…', also: 'open browse files', icon: ImagePlus, keys: 'Ctrl+O', may: true, run: actions.chooseFiles },
    { id: 'folder', group: 'Add', words: 'Add a folder…', icon: FolderPlus, may: true, run: actions.chooseFolder },
    { id: 'paste', group: 'Add', words: 'Paste pictures or files', icon: ClipboardPaste, keys: 'Ctrl+V', may: true, run: actions.paste },
    { id: 'sample', group: 'Add', words: 'Try it with the sample photo', icon: Sparkles, may: true, run: actions.addSample },

    { id: 'pause', group: 'Batch', words: 'Pause the batch', icon: Pause, may: batchDeeds.includes('pause') && !queue.busy, run: actions.pauseQueue },
    {
      id: 'resume',
      group: 'Batch',
      words: resume === null ? 'Go on with the batch' : resumeLabel(resume),
      also: 'continue resume',
      icon: Play,
      may: batchDeeds.includes('resume') && resume !== null && reached(resume) > 0 && !queue.busy,
      run: actions.resumeQueue,
    },

    { id: 'balance', group: 'Account', words: 'Look at the balance now', also: 'refresh credits', icon: RefreshCw, may: true, run: actions.refreshBalance },
    { id: 'improve_ask', group: 'Account', words: 'Ask again before a photo is sent for improvement', also: 'consent privacy', icon: GraduationCap, may: bench.settings.improve_agreed.includes(bench.active), run: actions.askBeforeImproving },
    { id: 'account', group: 'Account', words: 'Accounts and keys…', also: 'add account api key service', icon: Users, may: true, run: () => (bench.sheet = true) },
  ];
  list.push(
    ...TOOLS.map(({ tool, words, icon, also }): Deed => ({ id: `tool-${tool}`, group: 'Opened picture', words, also: `${also} edit`, icon, may: cut, run: () => (editor.tool = tool) })),
    { id: 'edit-undo', group: 'Opened picture', words: 'Undo the last edit', icon: Undo2, may: cut && editor.canUndo, run: () => editor.undo() },
    { id: 'edit-redo', group: 'Opened picture', words: 'Redo the edit', icon: Redo2, may: cut && editor.canRedo, run: () => editor.redo() },
    ...VIEWS.map(({ view, words, keys, icon, also }): Deed => ({ id: view, group: 'Go to', words, also, keys, icon, may: true, run: () => (bench.view = view) })),
    ...bench.accounts
      .filter(({ id }) => id !== bench.active)
      .map(({ id, label }): Deed => ({ id: `use-${id}`, group: 'Account', words: `Use the account “${label}”`, also: 'switch', icon: Users, may: true, run: () => actions.useAccount(id) })),
    { id: 'upgrade', group: 'Account', words: 'Upgrade the plan, on the service’s page', also: 'subscription buy', icon: TrendingUp, may: pages.includes('upgrade'), run: () => actions.openPage('upgrade') },
    { id: 'top_up', group: 'Account', words: 'Top up credits, on the service’s page', also: 'pay as you go buy', icon: Coins, may: pages.includes('top_up'), run: () => actions.openPage('top_up') },
    { id: 'help', group: 'Help', words: 'Help', icon: BookOpen, keys: 'F1', may: true, run: () => bench.help.show() },
    { id: 'costs', group: 'Help', words: 'What costs what', also: 'price credits', icon: Receipt, may: true, run: () => bench.help.show(COSTS) },
  );
  return list;
}

/** What can be done now and holds every word that was typed, anywhere in its name, its group or the words it goes by. */
export function found(table: readonly Deed[], query: string): Deed[] {
  return table.filter(({ may, words, group, also }) => may && holdsEvery(`${words} ${group} ${also ?? ''}`, query));
}

/** What a card's menu offers, in its order; a line is drawn where the group ends. */
export const CARD_MENU: readonly (readonly string[])[] = [
  ['press', 'export', 'copy'],
  ['preview', 'reveal', 'improve'],
  ['first', 'skip'],
  ['all', 'remove'],
];
