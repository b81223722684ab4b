/** Argument parsers for commander: each says what it wanted. */
import { InvalidArgumentError } from 'commander';
import { ambiguousText, readTypedNumber, settledNumber } from '#engine/ir/typedNumber.ts';

/** A number that fits, or a refusal that says what is `wanted`. */
export function typedNumber(
  text: string,
  wanted: string,
  fits: (value: number) => boolean,
): number {
  const read = settledNumber(readTypedNumber(text), fits);
  if (read.kind === 'number' && fits(read.value)) return read.value;
  const asked = read.kind === 'ambiguous' ? ` Write ${ambiguousText(read)}.` : '';
  throw new InvalidArgumentError(`${wanted}${asked}`);
}

export function wholeNumber(min: number) {
  return (text: string): number => {
    // Neither `5.` nor `1e3`: a count is written in digits.
    const fits = (value: number): boolean => value >= min && Number.isSafeInteger(value);
    const plain = /^\d[\d,. '\u00a0\u2009\u202f\u2019]*$/.test(text) ? text : '';
    return typedNumber(plain, `A whole number from ${min} is needed.`, fits);
  };
}

export function positive(text: string): number {
  return typedNumber(text, 'A number above zero is needed.', (value) => value > 0);
}

export function notNegative(text: string): number {
  return typedNumber(text, 'A number from zero is needed.', (value) => value >= 0);
}
