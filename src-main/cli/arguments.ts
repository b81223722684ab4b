/** Argument parsers for commander: each says what it wanted. */
import { InvalidArgumentError } from 'commander';

export function wholeNumber(min: number) {
  return (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && Number.isSafeInteger(value)) return value;
    throw new InvalidArgumentError(`A whole number from ${min} is needed.`);
  };
}

export function positive(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('A number above zero is needed.');
}

export function notNegative(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError('A number from zero is needed.');
}
