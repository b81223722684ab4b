/** How texts were read, as it goes along with a run: enough to read others the same way. */
import { z } from 'zod';
import {
  PAD,
  SPECIAL_TOKENS,
  tokenCutter,
  tokenIndices,
  type Tokenizer,
  UNKNOWN,
} from './tokens.ts';

export interface TextReading {
  readonly kind: 'text';
  /** What one text is: a file, or a row of a table. */
  readonly unit: 'file' | 'row';
  /** Of a table: the column of the texts, by name and place. */
  readonly column?: { readonly name: string; readonly index: number };
  readonly tokenizer: Tokenizer;
  readonly output: 'bag' | 'indices';
  readonly weighting: 'counts' | 'binary' | 'tfidf';
  /** Of TF-IDF, one for each token of the vocabulary. */
  readonly idf?: readonly number[];
  /** Tokens that there is place for, those before the vocabulary included; no less than there are. */
  readonly width: number;
  readonly length: number;
  readonly padding: 'after' | 'before';
  readonly truncation: 'end' | 'start';
  readonly predict: 'class' | 'number' | 'next' | 'sequence' | 'none';
  readonly target: {
    readonly name: string;
    readonly classes?: readonly string[];
    readonly scale?: number;
  } | null;
}

/** Numbers of one sample. */
export const sampleSize = ({
  output,
  width,
  length,
}: Pick<TextReading, 'output' | 'width' | 'length'>): number =>
  output === 'bag' ? width - SPECIAL_TOKENS.length : length;

export type IndexReader = (text: string) => Int32Array;

/** The tokens of a text as indices; unknown ones are 1. */
export function indexReader(tokenizer: Tokenizer): IndexReader {
  const cut = tokenCutter(tokenizer);
  const places = tokenIndices(tokenizer);
  return (text) => Int32Array.from(cut(text), (token) => places.get(token) ?? UNKNOWN);
}

/** A bag, written into zeros. Sums are in float64, as everywhere. */
export function writeBag(
  out: Float32Array,
  at: number,
  indices: Int32Array,
  { width, weighting, idf }: Pick<TextReading, 'width' | 'weighting' | 'idf'>,
): void {
  const counts = new Map<number, number>();
  for (const index of indices) {
    const place = index - SPECIAL_TOKENS.length;
    if (place < 0 || index >= width) continue;
    counts.set(place, weighting === 'binary' ? 1 : (counts.get(place) ?? 0) + 1);
  }
  let scale = 1;
  if (weighting === 'tfidf') {
    let squares = 0;
    for (const [place, count] of counts) {
      const value = count * (idf?.[place] ?? 1);
      counts.set(place, value);
      squares += value ** 2;
    }
    if (squares > 0) scale = 1 / Math.sqrt(squares);
  }
  for (const [place, value] of counts) out[at + place] = value * scale;
}

/** So many indices: what is too long is cut, what is too short padded. */
export function writeIndices(
  out: Int32Array | Float32Array,
  at: number,
  indices: Int32Array,
  { length, padding, truncation }: Pick<TextReading, 'length' | 'padding' | 'truncation'>,
): void {
  const kept =
    indices.length <= length
      ? indices
      : truncation === 'end'
        ? indices.subarray(0, length)
        : indices.subarray(indices.length - length);
  out.fill(PAD, at, at + length);
  out.set(kept, padding === 'after' ? at : at + length - kept.length);
}

/** One sample after another, as the network takes them. */
export function encodeTexts(texts: readonly string[], reading: TextReading): Float32Array {
  const size = sampleSize(reading);
  const out = new Float32Array(texts.length * size);
  const read = indexReader(reading.tokenizer);
  const isWindow = reading.predict === 'next' || reading.predict === 'sequence';
  texts.forEach((text, i) => {
    const all = read(text);
    // Of a long text what comes next is told by its end.
    const indices = isWindow ? all.slice(-reading.length) : all;
    if (reading.output === 'bag') writeBag(out, i * size, indices, reading);
    else writeIndices(out, i * size, indices, reading);
  });
  return out;
}

const texts = z.array(z.string());

/** Of what stands beside weights. */
export const textReading = z
  .looseObject({
    ...{ kind: z.literal('text'), unit: z.enum(['file', 'row']) },
    column: z.looseObject({ name: z.string(), index: z.int().nonnegative() }).exactOptional(),
    tokenizer: z.looseObject({
      tokens: z.enum(['words', 'characters', 'bytePair']),
      ...{ lowerCase: z.boolean(), punctuation: z.boolean(), vocabulary: texts },
      merges: z.array(z.tuple([z.string(), z.string()])).exactOptional(),
    }),
    output: z.enum(['bag', 'indices']),
    weighting: z.enum(['counts', 'binary', 'tfidf']),
    idf: z.array(z.number()).exactOptional(),
    ...{
      width: z
        .int()
        .min(3)
        .max(2 ** 22),
      length: z.int().min(1).max(4096),
    },
    ...{ padding: z.enum(['after', 'before']), truncation: z.enum(['end', 'start']) },
    predict: z.enum(['class', 'number', 'next', 'sequence', 'none']),
    target: z
      .looseObject({
        ...{ name: z.string(), classes: texts.exactOptional() },
        scale: z.number().positive().exactOptional(),
      })
      .nullable(),
  })
  .refine(
    ({ tokenizer, width, idf }) =>
      tokenizer.vocabulary.length + SPECIAL_TOKENS.length <= width &&
      (idf === undefined || idf.length === tokenizer.vocabulary.length),
  );
