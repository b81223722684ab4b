/** How whole numbers are written in messages, here as everywhere: `421,706`. More of it is in runs/numberText.ts. Pure. */

const MINUS = '\u2212';
const grouping = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `-3.5` -> `−3.5`; also the sign of an exponent. */
export function trueMinus(text: string): string {
  return text.replaceAll('-', MINUS);
}

/** What numbers that are none read; null of any other. */
export function notFinite(value: number): string | null {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Infinity) return '∞';
  if (value === -Infinity) return `${MINUS}∞`;
  return null;
}

/** `421,706` */
export function formatInteger(value: number): string {
  return notFinite(value) ?? trueMinus(grouping.format(Math.round(value)));
}

/** A learning rate as people write it: `1e-3` stays short, `0.05` stays plain. ASCII, for fields. */
export function writeRate(value: number): string {
  if (value !== 0 && (Math.abs(value) < 0.01 || Math.abs(value) >= 1e5)) {
    const [mantissa = '', exponent = ''] = value.toExponential().split('e');
    return `${mantissa}e${exponent.replace('+', '')}`;
  }
  return String(value);
}
