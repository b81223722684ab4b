/** What a single cell means: missing, a number, a date, or a word. */

const MISSING = new Set(['', 'na', 'n/a', 'nan', 'null', '?']);

export function isMissing(cell: string): boolean {
  return MISSING.has(cell.trim().toLowerCase());
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const COMMA_NUMBER = /^[+-]?\d+,\d+(e[+-]?\d+)?$/i;

/** Null where it is not a number that fits a 32-bit float. */
export function parseNumber(cell: string, decimalComma: boolean): number | null {
  const text = cell.trim();
  const isComma = decimalComma && COMMA_NUMBER.test(text);
  if (!isComma && !NUMBER.test(text)) return null;
  const value = Number(isComma ? text.replace(',', '.') : text);
  return Number.isFinite(Math.fround(value)) ? value : null;
}

const DATE = /^(\d{4})-(\d{2})(?:-(\d{2}))?(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?)?/;
const DAYS_BEFORE = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

/** `1949-02`, `1949-02-14`, `1949-02-14 08:30` as a year with decimals, close enough to be a feature. */
export function parseDate(cell: string): number | null {
  const parts = datePartsOf(cell);
  if (!parts) return null;
  const [year, month, day, hour, minute, second] = parts;
  const before = DAYS_BEFORE[month - 1] ?? 0;
  const days = before + day - 1 + (hour + minute / 60 + second / 3600) / 24;
  return year + days / 365.25;
}

/** The same as seconds since 1970, as it is written: a zone is not looked at. Null for what is no date. */
export function parseMoment(cell: string): number | null {
  const parts = datePartsOf(cell);
  if (!parts) return null;
  const [year, month, day, hour, minute, second] = parts;
  const date = new Date(0);
  // Not Date.UTC, which takes years before 100 for those of the last century.
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  return date.getTime() / 1000;
}

type DateParts = readonly [
  ...[year: number, month: number, day: number],
  ...[hour: number, minute: number, second: number],
];

function datePartsOf(cell: string): DateParts | null {
  const match = DATE.exec(cell.trim());
  if (!match) return null;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((part) => (part === undefined ? undefined : Number(part)));
  const isDate = DAYS_BEFORE[month - 1] !== undefined && day >= 1 && day <= 31;
  return isDate && hour <= 24 && minute <= 59 ? [year, month, day, hour, minute, second] : null;
}
