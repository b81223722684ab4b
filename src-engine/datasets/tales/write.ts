/** Tales from the grammar: so many characters, the same ones for the same seed. */
import type { RandomStream } from '#engine/ops/philox.ts';
import { own } from '#engine/ir/record.ts';
import { GRAMMAR, NAMES } from './grammar.ts';

/** Phrases hold phrases at most so deep. */
const DEEPEST = 12;

/** Whole pieces with a blank line between them, cut where it is long enough. */
export function writeTales(characters: number, random: RandomStream): string {
  const pieces: string[] = [];
  for (let length = 0; length < characters;) {
    const piece = writePiece(random);
    pieces.push(piece);
    length += piece.length + 2;
  }
  return pieces.join('\n\n').slice(0, characters);
}

function writePiece(random: RandomStream): string {
  const who = random.integer(NAMES.length);
  const other = (who + 1 + random.integer(NAMES.length - 1)) % NAMES.length;
  const known: Readonly<Record<string, string>> = {
    who: NAMES[who] ?? '',
    other: NAMES[other] ?? '',
  };
  const fill = (name: string, depth: number): string => {
    const phrases = own(GRAMMAR, name);
    if (!phrases || depth > DEEPEST) throw new Error(`the grammar has no end at ${name}`);
    const phrase = phrases[random.integer(phrases.length)] ?? '';
    return phrase.replace(/\{([@^]?)(\w+)\}/g, (_, how: string, inner: string) => {
      if (how === '@') return own(known, inner) ?? '';
      const text = fill(inner, depth + 1);
      return how === '^' ? text.charAt(0).toUpperCase() + text.slice(1) : text;
    });
  };
  // A sentence within a sentence ends with a comma.
  return fill('piece', 0).replace(/\."(?= (?:said|asked))/g, ',"');
}
