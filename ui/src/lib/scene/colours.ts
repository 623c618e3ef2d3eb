/** Colours as the user writes and picks them. */

/** `#rrggbb` of what was typed, with or without its #, of three digits or six; `null` where it is no colour. */
export function asHex(text: string): string | null {
  const digits = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text.trim())?.[1]?.toLowerCase();
  if (digits === undefined) return null;
  return `#${digits.length === 3 ? [...digits].map((digit) => digit + digit).join('') : digits}`;
}

export function hexOf([r, g, b]: readonly [number, number, number]): string {
  return `#${[r, g, b].map((value) => Math.round(value).toString(16).padStart(2, '0')).join('')}`;
}

/** So many colours are remembered. */
const REMEMBERED = 8;

/** The last used colour first, each once. */
export function remembered(recent: readonly string[], colour: string): string[] {
  return [colour, ...recent.filter((other) => other !== colour)].slice(0, REMEMBERED);
}
