/** How cards lie in rows where they are drawn row by row: the same columns that the style sheet's own grid would make. */

/** Between two cards, and below a row. */
const GAP = 8;
/** Beside the cards, both sides together. */
const PADDING = 24;
/** The least width of a card: with the bench alone in the window, and beside an opened picture. */
const LEAST = { wide: 168, narrow: 116 } as const;
/** Of a card, everything but its picture: paddings, name and state. */
const WORDS = 56;
/** Left and right of the picture in its card. */
const MARGIN = 8;

/** How many cards lie side by side in a list of this width, padding included. At least one. */
export function columnsFor(width: number, wide: boolean): number {
  const room = width - PADDING;
  const least = wide ? LEAST.wide : LEAST.narrow;
  return Math.max(1, Math.floor((room + GAP) / (least + GAP)));
}

/** About how high a row is, gap included, before one has been measured. */
export function cardHeight(width: number, columns: number): number {
  const card = (Math.max(0, width - PADDING) - GAP * (columns - 1)) / columns;
  return Math.round(Math.max(0, card - MARGIN) * 0.75 + WORDS + GAP);
}

/** Ids in rows of so many. */
export function inRows(ids: readonly string[], columns: number): readonly string[][] {
  const rows: string[][] = [];
  for (let at = 0; at < ids.length; at += columns) rows.push(ids.slice(at, at + columns));
  return rows;
}
