/**
 * How numbers are written wherever people read them, in the window, on the command line and in reports: true
 * minus, thin grouping, a unit after a space. What the window alone writes is in its `ui/format.ts`. Pure.
 */
import { formatInteger, notFinite, trueMinus, writeRate } from '../ir/numberText.ts';
import type { Shape } from '../ir/tensor.ts';

export { formatInteger, notFinite, trueMinus, writeRate };

/** Fixed decimals: `formatFixed(-3.456, 1)` -> `−3.5`. No negative zero. */
export function formatFixed(value: number, decimals: number): string {
  const special = notFinite(value);
  if (special !== null) return special;
  const text = value.toFixed(decimals);
  return trueMinus(/^-0(\.0*)?$/.test(text) ? text.slice(1) : text);
}

/**
 * Significant digits without a needless exponent: `0.0278`, `2.314`, `1,204`; powers of ten outside
 * 1e-4..1e6 are written `3.2e−7`.
 */
export function formatNumber(value: number, digits = 4): string {
  const special = notFinite(value);
  if (special !== null) return special;
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e6) return formatExponent(value, Math.min(digits, 3));
  if (size >= 10 ** digits) return formatInteger(value);
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  return formatFixed(value, Math.min(decimals, 8));
}

/** `1e−3`, `3.2e−4`: at most `digits` significant, trailing zeros left out. */
export function formatExponent(value: number, digits = 2): string {
  const special = notFinite(value);
  if (special !== null) return special;
  if (value === 0) return '0';
  const [mantissa = '', exponent = ''] = value.toExponential(digits - 1).split('e');
  const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
  return trueMinus(`${short}e${exponent.replace('+', '')}`);
}

/** A learning rate to be read, as the fields write it: `1e−3`, `0.01`. */
export function formatRate(value: number, digits = 3): string {
  return notFinite(value) ?? trueMinus(writeRate(Number(value.toPrecision(digits))));
}

/** `99.3%`, `100%`; never rounds up to 100 what is less. */
export function formatPercent(share: number, decimals = 1): string {
  const special = notFinite(share);
  if (special !== null) return special;
  const text = formatFixed(share * 100, decimals);
  if (Number(text) >= 100 && share < 1) {
    return `${formatFixed(100 - 10 ** -decimals, decimals)}%`;
  }
  return `${text.replace(/^100\.0+$/, '100')}%`;
}

/** `26.6 ms`, `20 s`, `3 min 05 s`, `2 h 14 min`, `1 d 3 h`. */
export function formatDuration(ms: number): string {
  const special = notFinite(ms);
  if (special !== null) return special;
  if (ms < 1) return `${formatNumber(ms, 2)} ms`;
  if (ms < 100) return `${formatFixed(ms, 1)} ms`;
  if (ms < 999.5) return `${formatFixed(ms, 0)} ms`;
  if (ms < 9_950) return `${formatFixed(ms / 1000, 1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const pair = (large: number, unit: string, small: number, smallUnit: string): string =>
    `${large} ${unit} ${String(small).padStart(2, '0')} ${smallUnit}`;
  if (seconds < 3600) return pair(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(minutes / 60);
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** `1 problem`, `14 nodes`. */
export function formatCount(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatInteger(count)} ${count === 1 ? noun : plural}`;
}

const SCALES = [
  { from: 1e12, symbol: 'T' },
  { from: 1e9, symbol: 'G' },
  { from: 1e6, symbol: 'M' },
  { from: 1e3, symbol: 'k' },
] as const;

/** With a prefix, in as few digits as tell; whole below `exactBelow`. */
export function scaled(value: number, exactBelow: number): { text: string; symbol: string } {
  if (Math.abs(value) < exactBelow) return { text: formatInteger(value), symbol: '' };
  for (const { from, symbol } of SCALES) {
    // 999.6 k reads 1 M.
    if (Math.abs(value) >= from * 0.9995) {
      const part = value / from;
      const decimals = Math.abs(part) >= 99.95 ? 0 : Math.abs(part) >= 9.995 ? 1 : 2;
      const text = formatFixed(part, decimals);
      return { text: text.includes('.') ? text.replace(/\.?0+$/, '') : text, symbol };
    }
  }
  return { text: formatInteger(value), symbol: '' };
}

/** `63 MB`, `1.2 GB`, `512 B`; powers of 1000. */
export function formatBytes(bytes: number): string {
  const special = notFinite(bytes);
  if (special !== null) return special;
  const { text, symbol } = scaled(bytes, 1_000);
  return `${text} ${symbol}B`;
}

/** Rounded size: `402 k`, `18.5 k`, `1,290`, `8.61 M`. */
export function formatCompact(value: number): string {
  const special = notFinite(value);
  if (special !== null) return special;
  const { text, symbol } = scaled(value, 10_000);
  return symbol === '' ? text : `${text} ${symbol}`;
}

/** `402 k params`, `1 param`. */
export function formatParameters(count: number): string {
  return `${formatCompact(count)} ${count === 1 ? 'param' : 'params'}`;
}

/** `452 kFLOP`, `128 FLOP`. */
export function formatFlops(count: number): string {
  const special = notFinite(count);
  if (special !== null) return special;
  const { text, symbol } = scaled(count, 1_000);
  return `${text} ${symbol}FLOP`;
}

/** As wires show it: `N×64×14×14`; a scalar reads `scalar`. */
export function formatWireShape(shape: Shape): string {
  return shape.length === 0 ? 'scalar' : shape.join('×');
}

/** Beside a range so much larger, an end is zero: the least of a sigmoid's answers need not be told as `2e−23`. */
const NEXT_TO_NOTHING = 1e-4;

/** Ends of a histogram, in as few characters as tell: `−2.4`, `17`, `0.05`, `0.0`; `range` is from end to end. */
export function formatEnd(value: number, range = 0): string {
  const size = Math.abs(value);
  if (size < range * NEXT_TO_NOTHING) return formatEnd(0);
  if (size >= 1e4 || (size > 0 && size < 1e-3)) return formatExponent(value, 2);
  if (size >= 10) return formatFixed(value, 0);
  return formatFixed(value, size >= 1 || size === 0 ? 1 : size >= 0.01 ? 2 : 3);
}

/** As formatNumber, without zeros at the end: `0.47`, `1`. For captions, not for columns. */
export function formatShort(value: number, digits = 3): string {
  const text = formatNumber(value, digits);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** A year with decimals, as dates of tables are kept, as the date it was: `1960.92` -> `1960-12-01`. */
export function formatYears(years: number): string {
  const special = notFinite(years);
  if (special !== null) return special;
  const year = Math.floor(years);
  // In a year without a leap day, as they are counted there.
  const day = Math.min(364, Math.round((years - year) * 365.25));
  const rest = new Date(Date.UTC(2001, 0, 1 + day)).toISOString().slice(5, 10);
  return `${String(year).padStart(4, '0')}-${rest}`;
}
