/**
 * Amounts as the window handles them: decimal strings, counted in millionths of a credit as `bigint` where two of them meet.
 * A `number` is made of one only to draw with. What is not known stays `null`; it never becomes zero.
 */

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?$/;
const MICROS = 1_000_000n;

/** An amount in millionths of a credit; `null` for what is no decimal. Digits past the sixth are dropped. */
export function micros(amount: string | null): bigint | null {
  const parts = amount === null ? null : DECIMAL.exec(amount);
  if (parts === null) return null;
  const [, sign, whole = '0', fraction = ''] = parts;
  const value = BigInt(whole) * MICROS + BigInt(fraction.padEnd(6, '0').slice(0, 6));
  return sign === '-' ? -value : value;
}

/** The shortest decimal for millionths of a credit. */
export function fromMicros(value: bigint): string {
  const size = value < 0n ? -value : value;
  const fraction = (size % MICROS).toString().padStart(6, '0').replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${size / MICROS}${fraction === '' ? '' : `.${fraction}`}`;
}

/** The digits for people: thousands set apart, no needless zeros. `?` where the amount is unknown. */
export function figure(amount: string | null): string {
  const value = micros(amount);
  if (value === null) return '?';
  const [whole = '0', fraction] = fromMicros(value).replace('-', '\u2212').split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** "1 credit", "0.25 credits", "3 credits". */
export function credits(amount: string): string {
  return `${figure(amount)} ${micros(amount) === MICROS ? 'credit' : 'credits'}`;
}

/** Whether the amount is known to be nothing. */
export function isZero(amount: string | null): boolean {
  return micros(amount) === 0n;
}

/** `from − what`; `null` where one of them is unknown. */
export function minus(from: string | null, what: string | null): string | null {
  const [a, b] = [micros(from), micros(what)];
  return a === null || b === null ? null : fromMicros(a - b);
}

/** For drawing only: an amount as a number, negative and unknown ones as nothing to draw. */
export function drawn(amount: string | null): number {
  const value = micros(amount) ?? 0n;
  return value > 0n ? Number(value) / Number(MICROS) : 0;
}
