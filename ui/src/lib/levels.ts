/** The levels that the user wants to hear of, as a list that is typed into: per cent, ascending, none twice. */

/** The list with one more; or why not. */
export function withLevel(levels: readonly number[], typed: string): { levels: number[] } | { fault: string } {
  const text = typed.replace('%', '').trim();
  const level = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  if (!(level >= 1 && level <= 99)) return { fault: 'A whole number, 1 to 99.' };
  if (levels.includes(level)) return { fault: `${level} % is there already.` };
  return { levels: [...levels, level].sort((a, b) => a - b) };
}

/** "22:00". */
export function hour(of: number): string {
  return `${String(of).padStart(2, '0')}:00`;
}
