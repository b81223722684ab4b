/**
 * Numbers as people type them, in a field or on the command line: decimal point or comma, exponents, spaces, a true
 * minus, digits in groups. Cells of data files are no business of this: a column has one way for all its cells. Pure.
 */

export type TypedNumber =
  | { readonly kind: 'number'; readonly value: number }
  /** `1,234` is two numbers a thousand times apart. */
  | { readonly kind: 'ambiguous'; readonly decimal: number; readonly grouped: number }
  | { readonly kind: 'none' };

const NONE: TypedNumber = { kind: 'none' };
/** Spaces of every width, and apostrophes, between groups of three digits. */
const GROUP_MARKS = /(?<=\d)[ '\u00a0\u2009\u202f\u2019](?=\d{3}(?!\d))/g;
const PARTS = /^([+-]?)([\d.,]*)(?:e([+-]?\d+))?$/i;

function made(sign: string, digits: string, exponent: string): TypedNumber {
  const value = Number(`${sign}${digits}${exponent === '' ? '' : `e${exponent}`}`);
  return Number.isFinite(value) ? { kind: 'number', value } : NONE;
}

const isGrouped = (digits: string, mark: ',' | '.'): boolean => {
  const [first = '', ...others] = digits.split(mark);
  return (
    /^[1-9]\d{0,2}$/.test(first) &&
    others.length > 0 &&
    others.every((each) => /^\d{3}$/.test(each))
  );
};

/**
 * What a text says. A point is a decimal point unless there are several; a comma alone is a decimal comma where it
 * cannot stand between groups (`0,005`, `1,5`), and ambiguous where it can (`1,234`).
 */
export function readTypedNumber(text: string): TypedNumber {
  const plain = text.trim().replaceAll('\u2212', '-').replace(GROUP_MARKS, '');
  const [, sign = '', digits = '', exponent = ''] = PARTS.exec(plain) ?? [];
  if (!/\d/.test(digits)) return NONE;
  const lastComma = digits.lastIndexOf(',');
  const lastPoint = digits.lastIndexOf('.');
  if (lastComma === -1 && lastPoint === -1) return made(sign, digits, exponent);
  if (lastComma >= 0 && lastPoint >= 0) {
    // The last mark is the decimal one: `1,234.5` and `1.234,5`.
    const [mark, grouping] = lastComma > lastPoint ? ([',', '.'] as const) : (['.', ','] as const);
    const [whole = '', fraction = '', ...more] = digits.split(mark);
    if (more.length > 0 || !isGrouped(whole, grouping)) return NONE;
    return made(sign, `${whole.replaceAll(grouping, '')}.${fraction}`, exponent);
  }
  const mark = lastComma >= 0 ? ',' : '.';
  const isOne = digits.indexOf(mark) === digits.lastIndexOf(mark);
  if (!isOne) {
    return isGrouped(digits, mark) ? made(sign, digits.replaceAll(mark, ''), exponent) : NONE;
  }
  const decimal = made(sign, digits.replace(mark, '.'), exponent);
  if (mark === '.' || !isGrouped(digits, ',') || exponent !== '') return decimal;
  const grouped = made(sign, digits.replace(',', ''), '');
  if (decimal.kind !== 'number' || grouped.kind !== 'number') return NONE;
  return { kind: 'ambiguous', decimal: decimal.value, grouped: grouped.value };
}

/** What is asked of somebody whose text is ambiguous: both ways to write it that are not. */
export const ambiguousText = ({
  decimal,
  grouped,
}: Extract<TypedNumber, { readonly kind: 'ambiguous' }>): string => `${decimal} or ${grouped}`;

/** The reading that `fits` where only one does: a whole number cannot be `1.234`. */
export function settledNumber(read: TypedNumber, fits: (value: number) => boolean): TypedNumber {
  if (read.kind !== 'ambiguous') return read;
  const fitting = [read.decimal, read.grouped].filter(fits);
  const [value] = fitting;
  return fitting.length === 1 && value !== undefined ? { kind: 'number', value } : read;
}
