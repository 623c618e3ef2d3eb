/** How words that were typed find something: every one of them stands somewhere in its text, whatever its case. */

/** Whether `text` holds each of the typed words; no words are held by everything. */
export function holdsEvery(text: string, typed: string): boolean {
  const low = text.toLowerCase();
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((word) => low.includes(word));
}
