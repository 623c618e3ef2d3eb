/** How old a figure is and when something ends, in words. Takes every moment as an argument. */

/** Seconds since an RFC 3339 moment; `null` for no moment. Never negative: clocks may disagree by a little. */
export function secondsSince(moment: string | null, now: number): number | null {
  if (moment === null) return null;
  const at = Date.parse(moment);
  return Number.isNaN(at) ? null : Math.max(0, Math.floor((now - at) / 1000));
}

/** "just now", "40 s ago", "5 min ago", "2 h ago", "3 days ago". */
export function ago(seconds: number): string {
  if (seconds < 10) return 'just now';
  if (seconds < 60) return `${Math.floor(seconds / 10) * 10} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} days ago`;
}

/** "1 December 2026"; the moment's own text where it is no date. */
export function day(moment: string): string {
  const at = new Date(moment);
  if (Number.isNaN(at.getTime())) return moment;
  return at.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });
}

/** "18 November" or "18 Nov" for `YYYY-MM-DD`, in no time zone; the text itself where it is no day. */
export function dayOfYear(written: string, month: 'long' | 'short' = 'long'): string {
  const at = /^\d{4}-\d{2}-\d{2}/.test(written) ? new Date(`${written.slice(0, 10)}T00:00:00Z`) : null;
  if (at === null || Number.isNaN(at.getTime())) return written;
  return at.toLocaleDateString('en-GB', { day: 'numeric', month, timeZone: 'UTC' });
}

/** Days since 1970 for `YYYY-MM-DD`, or for the day that a moment's own text begins with. */
export function dayNumber(written: string): number {
  return Math.floor(Date.parse(`${written.slice(0, 10)}T00:00:00Z`) / 86_400_000);
}

/** "14:05" on this computer's clock. */
export function timeOfDay(moment: string): string {
  const at = new Date(moment);
  return Number.isNaN(at.getTime()) ? moment : at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
}
