/**
 * Byte pairs as other programs read them. Words and characters have no such file: how they are cut has no rule there.
 * Reference: https://github.com/huggingface/tokenizers (the file that `Tokenizer.from_file` reads)
 */
import type { JsonValue } from '#engine/ir/attrs.ts';
import { BLANK, PAD, SPECIAL_TOKENS, type Tokenizer, UNKNOWN } from './tokens.ts';

/** Null for what is no byte pairs. */
export function tokenizerJson(tokenizer: Tokenizer): JsonValue {
  if (tokenizer.tokens !== 'bytePair') return null;
  const blanks = { type: 'Metaspace', replacement: BLANK, prepend_scheme: 'always', split: true };
  const vocabulary = [...SPECIAL_TOKENS, ...tokenizer.vocabulary];
  return {
    version: '1.0',
    ...{ truncation: null, padding: null },
    added_tokens: [PAD, UNKNOWN].map((id) => ({
      ...{ id, content: SPECIAL_TOKENS[id] ?? '', single_word: false, lstrip: false },
      ...{ rstrip: false, normalized: false, special: true },
    })),
    normalizer: tokenizer.lowerCase ? { type: 'Lowercase' } : null,
    pre_tokenizer: blanks,
    post_processor: null,
    decoder: blanks,
    model: {
      type: 'BPE',
      ...{ dropout: null, unk_token: SPECIAL_TOKENS[UNKNOWN], continuing_subword_prefix: null },
      ...{ end_of_word_suffix: null, fuse_unk: false, byte_fallback: false, ignore_merges: false },
      vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
      merges: (tokenizer.merges ?? []).map((pair) => [...pair]),
    },
  };
}
