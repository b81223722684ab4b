/** A vocabulary for texts, learned from those that train. */
import { trainBytePairs } from './bytePair.ts';
import type { TextOptions } from './options.ts';
import {
  commonTokens,
  cutText,
  SPECIAL_TOKENS,
  tokenCutter,
  tokenIndices,
  type Tokenizer,
} from './tokens.ts';

type Asked = Pick<TextOptions, 'tokens' | 'lowerCase' | 'punctuation' | 'vocabulary' | 'minCount'>;

export function fitTokenizer(texts: Iterable<string>, options: Asked): Tokenizer {
  const { tokens, lowerCase, punctuation } = options;
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const token of cutText(text, options)) counts.set(token, (counts.get(token) ?? 0) + 1);
  }
  const cut = { tokens, lowerCase, punctuation };
  return tokens === 'bytePair'
    ? { ...cut, ...trainBytePairs(counts, options) }
    : { ...cut, vocabulary: commonTokens(counts, options) };
}

/**
 * Indices that a network has place for: as all texts together would need, so that its size does not depend on which
 * of them train. Places that no training text needs stay empty.
 */
export function widthOf(texts: Iterable<string>, tokenizer: Tokenizer, options: Asked): number {
  const all = fitTokenizer(texts, options).vocabulary.length;
  return Math.max(all, tokenizer.vocabulary.length, 1) + SPECIAL_TOKENS.length;
}

/** As scikit-learn's TfidfTransformer has it, smoothed: `ln((1 + n) / (1 + texts with it)) + 1`. */
export function fitIdf(texts: readonly string[], tokenizer: Tokenizer): readonly number[] {
  const cut = tokenCutter(tokenizer);
  const places = tokenIndices(tokenizer);
  const having = new Float64Array(tokenizer.vocabulary.length);
  for (const text of texts) {
    for (const token of new Set(cut(text))) {
      const place = places.get(token);
      if (place === undefined) continue;
      const at = place - SPECIAL_TOKENS.length;
      having[at] = (having[at] ?? 0) + 1;
    }
  }
  return Array.from(having, (count) => Math.log((1 + texts.length) / (1 + count)) + 1);
}
