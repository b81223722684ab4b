/** What is shown of texts: how long they are, which tokens there are, a few of them cut as the network gets them. */
import { tokenCutter, SPECIAL_TOKENS, UNKNOWN } from './tokens.ts';
import type { TextReading } from './reading.ts';

export interface TextOutline {
  readonly kind: 'text';
  readonly texts: number;
  readonly isWindows: boolean;
  readonly tokenCount: number;
  readonly unknown: number;
  readonly cut: {
    readonly texts: number;
    readonly tokens: number;
    readonly padding: number;
  } | null;
  readonly frequent: readonly { readonly token: string; readonly count: number }[];
  readonly lengths: {
    readonly median: number;
    readonly longest: number;
    readonly most: number;
    readonly step: number;
    readonly counts: readonly number[];
  };
  readonly samples: readonly OutlinedText[];
}

export interface OutlinedText {
  /** Of the table. */
  readonly row: number;
  readonly tokens: readonly { readonly text: string; readonly isKnown: boolean }[];
  readonly more: number;
}

const MOST_FREQUENT = 40;
const MOST_SAMPLES = 12;
const MOST_TOKENS = 80;
const BINS = 24;

/** `samples`: as `sampledTexts` or `sampledWindows` give them. */
export function textOutline(
  indices: readonly Int32Array[],
  reading: TextReading,
  samples: readonly OutlinedText[],
): TextOutline {
  const { tokenizer, output, predict, length } = reading;
  const isWindows = predict === 'next' || predict === 'sequence';
  const counts = new Float64Array(tokenizer.vocabulary.length + SPECIAL_TOKENS.length);
  let tokenCount = 0;
  for (const each of indices) {
    tokenCount += each.length;
    for (const index of each) counts[index] = (counts[index] ?? 0) + 1;
  }
  const lost = indices.map((each) => Math.max(0, each.length - length));
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  return {
    ...{ kind: 'text', texts: indices.length, isWindows, tokenCount },
    unknown: counts[UNKNOWN] ?? 0,
    cut:
      output === 'bag' || isWindows
        ? null
        : {
            texts: lost.filter((tokens) => tokens > 0).length,
            tokens: sum(lost),
            padding: sum(indices.map((each) => Math.max(0, length - each.length))),
          },
    frequent: tokenizer.vocabulary
      .map((token, i) => ({ token, count: counts[i + SPECIAL_TOKENS.length] ?? 0 }))
      .filter(({ count }) => count > 0)
      .toSorted((a, b) => b.count - a.count)
      .slice(0, MOST_FREQUENT),
    lengths: lengthsOf(indices),
    samples,
  };
}

function lengthsOf(indices: readonly Int32Array[]): TextOutline['lengths'] {
  const sorted = Float64Array.from(indices, ({ length }) => length).sort();
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  const longest = sorted.at(-1) ?? 0;
  const step = Math.max(1, Math.ceil((longest + 1) / BINS));
  const counts = Array<number>(Math.min(BINS, Math.ceil((longest + 1) / step))).fill(0);
  for (const length of sorted) {
    const bin = Math.min(counts.length - 1, Math.floor(length / step));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { median: at(0.5), longest, most: at(0.95), step, counts };
}

/** Some texts, spread over all, as they are cut. `order`: which text each sample is. */
export function sampledTexts(
  texts: readonly string[],
  { tokenizer }: TextReading,
  order: Int32Array,
): readonly OutlinedText[] {
  const cut = tokenCutter(tokenizer);
  const known = new Set(tokenizer.vocabulary);
  return spread(order.length).map((row) => {
    const tokens = cut(texts[order[row] ?? 0] ?? '');
    return {
      row,
      tokens: tokens.slice(0, MOST_TOKENS).map((text) => ({ text, isKnown: known.has(text) })),
      more: Math.max(0, tokens.length - MOST_TOKENS),
    };
  });
}

/** Some windows, spread over all: what is known, without what is wanted. `order`: which window each sample is. */
export function sampledWindows(
  order: Int32Array,
  indicesOf: (window: number) => Int32Array,
  { tokenizer, length }: TextReading,
): readonly OutlinedText[] {
  return spread(order.length).map((row) => ({
    row,
    tokens: Array.from(indicesOf(order[row] ?? 0).subarray(0, MOST_TOKENS), (index) => {
      const token = tokenizer.vocabulary[index - SPECIAL_TOKENS.length];
      return { text: token ?? SPECIAL_TOKENS[UNKNOWN], isKnown: token !== undefined };
    }),
    more: Math.max(0, length - MOST_TOKENS),
  }));
}

function spread(count: number): readonly number[] {
  const shown = Math.min(count, MOST_SAMPLES);
  return Array.from({ length: shown }, (_, i) => Math.floor((i * count) / shown));
}
