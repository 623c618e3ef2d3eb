/** Which deed a key press asks for, and when it belongs to a control instead. */

export type Shortcut = 'studio' | 'credits' | 'history' | 'watch' | 'settings' | 'help' | 'palette' | 'open' | 'paste' | 'copy' | 'export' | 'all' | 'remove' | 'escape' | 'press' | 'left' | 'right' | 'up' | 'down' | 'first' | 'last';

const ALONE: Readonly<Record<string, Shortcut>> = {
  Delete: 'remove',
  Backspace: 'remove',
  Escape: 'escape',
  Enter: 'press',
  F1: 'help',
  '?': 'help',
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'first',
  End: 'last',
};

const WITH_COMMAND: Readonly<Record<string, Shortcut>> = {
  k: 'palette',
  o: 'open',
  v: 'paste',
  c: 'copy',
  e: 'export',
  a: 'all',
  '1': 'studio',
  '2': 'credits',
  '3': 'history',
  ',': 'settings',
  '4': 'watch',
};

/** Things that open above the window or are typed into keep every key. */
const TAKES_ALL = 'input, textarea, select, [role="dialog"], [role="menu"], [role="listbox"]:not([data-bench])';
/** Pressing and stepping belong to the control that has the focus. */
const TAKES_ENTER = 'button, a, [role="application"]';
const TAKES_ARROWS = '[role="slider"], [role="application"]';

/** The deed, or `null` where the key is nobody's or the focused control's own. */
export function shortcut(event: KeyboardEvent): Shortcut | null {
  if (event.defaultPrevented || event.isComposing || event.altKey) return null;
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest(TAKES_ALL)) return null;
  // Words that are selected are what is copied.
  if (event.key.toLowerCase() === 'c' && document.getSelection()?.isCollapsed === false) return null;
  if (event.ctrlKey || event.metaKey) return event.repeat ? null : (WITH_COMMAND[event.key.toLowerCase()] ?? null);
  const deed = ALONE[event.key] ?? null;
  if (deed === 'press' && (event.repeat || target?.closest(TAKES_ENTER))) return null;
  if (deed !== null && /^(left|right|up|down|first|last)$/.test(deed) && target?.closest(TAKES_ARROWS)) return null;
  return deed;
}
