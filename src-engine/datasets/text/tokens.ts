/** From a text to tokens. What they are is said once more in Python (export/pytorch/files/text.py); tests hold both together. */
import { mergedPieces } from './bytePair.ts';
import { byCodePoint } from './codePoints.ts';

export type TokenKind = 'words' | 'characters' | 'bytePair';

/** How texts are cut, and what of them is known. Plain JSON. */
export interface Tokenizer {
  readonly tokens: TokenKind;
  readonly lowerCase: boolean;
  readonly punctuation: boolean;
  /** In the order of their indices, which begin after padding and the unknown token. */
  readonly vocabulary: readonly string[];
  /** Of byte pairs, in the order in which they are applied. */
  readonly merges?: readonly (readonly [string, string])[];
}

export const PAD = 0;
export const UNKNOWN = 1;
/** Indices before those of the vocabulary. */
export const SPECIAL_TOKENS = ['<pad>', '<unk>'] as const;

/** Letters, their marks, digits and `_`, and an apostrophe within. */
const WORDS = /[\p{L}\p{M}\p{N}_]+(?:['’][\p{L}\p{M}\p{N}_]+)*/gu;
/** And each other character that is seen. */
const WORDS_AND_MARKS =
  /[\p{L}\p{M}\p{N}_]+(?:['’][\p{L}\p{M}\p{N}_]+)*|[^\p{L}\p{M}\p{N}\p{Z}\p{C}_]/gu;
/** What stands for a blank in pieces of words, so that they can be put together again. */
export const BLANK = '▁';

type Cutting = Pick<Tokenizer, 'tokens' | 'lowerCase' | 'punctuation'>;

/** Words and characters as they are; of byte pairs the words, before they are cut into pieces. */
export function cutText(
  text: string,
  { tokens, lowerCase, punctuation }: Cutting,
): readonly string[] {
  const cased = lowerCase ? text.toLowerCase() : text;
  if (tokens === 'characters') return Array.from(cased);
  if (tokens === 'words') return cased.match(punctuation ? WORDS_AND_MARKS : WORDS) ?? [];
  const blanks = cased.replaceAll(' ', BLANK);
  if (blanks === '') return [];
  const begun = blanks.startsWith(BLANK) ? blanks : BLANK + blanks;
  // Each begins with its blank.
  return begun.split(/(?=▁)/u);
}

export type TokenCutter = (text: string) => readonly string[];

/** Remembers words that it has cut into pieces. */
export function tokenCutter(tokenizer: Tokenizer): TokenCutter {
  if (tokenizer.tokens !== 'bytePair') return (text) => cutText(text, tokenizer);
  const ranks = new Map((tokenizer.merges ?? []).map(([a, b], rank) => [`${a} ${b}`, rank]));
  const known = new Map<string, readonly string[]>();
  return (text) =>
    cutText(text, tokenizer).flatMap((word) => {
      const found = known.get(word) ?? mergedPieces(word, ranks);
      if (known.size < MOST_REMEMBERED) known.set(word, found);
      return found;
    });
}
const MOST_REMEMBERED = 100_000;

/** Tokens as a text again: words stand apart, characters and pieces of words as they are. */
export function joinTokens(
  tokens: readonly string[],
  { tokens: kind }: Pick<Tokenizer, 'tokens'>,
): string {
  if (kind === 'characters') return tokens.join('');
  if (kind === 'bytePair') return tokens.join('').replaceAll(BLANK, ' ');
  return tokens.join(' ').replace(/ (?=[.,;:!?)\]])/g, '');
}

/** Places in the vocabulary, after padding and the unknown token. */
export function tokenIndices({
  vocabulary,
}: Pick<Tokenizer, 'vocabulary'>): ReadonlyMap<string, number> {
  return new Map(vocabulary.map((token, i) => [token, i + SPECIAL_TOKENS.length]));
}

/** Known tokens, the most frequent first; of the same count by their code points. */
export function commonTokens(
  counts: ReadonlyMap<string, number>,
  { vocabulary, minCount }: { readonly vocabulary: number; readonly minCount: number },
): readonly string[] {
  return [...counts]
    .filter(([, count]) => count >= minCount)
    .sort(([a, first], [b, second]) => second - first || byCodePoint(a, b))
    .slice(0, vocabulary)
    .map(([token]) => token);
}
