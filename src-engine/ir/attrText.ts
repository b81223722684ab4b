/**
 * Values of attributes as people type them: on a command line, in a field. What does not read as its kind stays
 * text, and the schema's reader says what is wrong with it.
 */
import type { Attr, JsonValue } from './attrs.ts';
import { readTypedNumber } from './typedNumber.ts';

export function valueFromText({ kind }: Attr, text: string): JsonValue {
  switch (kind) {
    case 'int':
    case 'number': {
      const read = readTypedNumber(text);
      return read.kind === 'number' ? read.value : text;
    }
    case 'bool':
      return text === 'true' || (text === 'false' ? false : text);
    case 'names':
      return namesFromText(text);
    case 'numbers':
      return numbersFromText(text) ?? text;
    case 'pair':
    case 'shape':
    case 'options':
    case 'fields':
    case 'steps':
      return jsonOr(text);
    case 'choice':
    case 'text':
    case 'source':
      return text;
    default:
      return kind satisfies never;
  }
}

function jsonOr(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

/** `Age, "Fare, paid"`: names with commas or quotes in them stand in quotes, as in CSV. */
export function namesFromText(text: string): readonly string[] {
  const cells = text.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^,]*))\s*(?:,|$)/g);
  return [...cells]
    .map(([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain.trim())
    .filter((name) => name !== '');
}

/** `1, 0.5, 4`, in brackets or without; null where it is no such list. */
export function numbersFromText(text: string): readonly number[] | null {
  const cells = text.replace(/^\s*\[|\]\s*$/g, '').split(/[\s,]+/);
  const numbers = cells.filter((cell) => cell !== '').map(Number);
  return numbers.every(Number.isFinite) ? numbers : null;
}

export const namesText = (names: readonly string[]): string =>
  names
    .map((name) => (/[",]|^\s|\s$/.test(name) ? `"${name.replaceAll('"', '""')}"` : name))
    .join(', ');
