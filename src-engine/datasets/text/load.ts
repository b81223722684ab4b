/** From texts to samples: bags or indices of tokens, with a class, a number or what comes next. */
import { inputError } from '#engine/ir/problem.ts';
import { splitRows } from '../core/splits/splitRows.ts';
import type { DataColumn, DataTable, Fitting, RowFacts } from '../define.ts';
import type { DataField } from '#engine/ir/attrs.ts';
import { dataTable } from '../shared/table.ts';
import { fitIdf, fitTokenizer, widthOf } from './fit.ts';
import type { TextOptions } from './options.ts';
import { indexReader, sampleSize, type TextReading, writeBag, writeIndices } from './reading.ts';
import { SPECIAL_TOKENS, UNKNOWN } from './tokens.ts';

/** Texts with what is known of them; `target` null: what comes next is wanted, or nothing. */
export interface Texts {
  readonly texts: readonly string[];
  readonly unit: TextReading['unit'];
  readonly column?: NonNullable<TextReading['column']>;
  readonly target: DataColumn | null;
  readonly about: TextReading['target'];
  readonly testStart?: number;
  readonly facts: RowFacts;
  readonly notes: readonly string[];
}

/** Of all samples. */
const MOST_BYTES = 2 ** 31;
/** Labels of more tokens are numbers alone. */
const MOST_NAMES = 1000;

export function loadTexts(
  found: Texts,
  options: TextOptions,
  path: string,
  fitting?: Fitting,
): DataTable {
  const predict = predictOf(found, options, path);
  const isLong = predict === 'next' || predict === 'sequence';
  const output = options.output === 'auto' ? (isLong ? 'indices' : 'bag') : options.output;
  if (predict === 'sequence' && output === 'bag') {
    throw inputError(
      'text.no-sequence',
      'A bag has no order to predict the next token of each in.',
      {
        path: `${path}, option output`,
        explanation: 'Take token indices, or predict the token after the window.',
      },
    );
  }
  const training = trainingTexts(found, isLong, fitting);
  const tokenizer = fitTokenizer(training, options);
  const width = widthOf(found.texts, tokenizer, options);
  const shared = {
    ...{ output, weighting: options.weighting, width, length: options.length },
    ...{ padding: options.padding, truncation: options.truncation },
  };
  const isWeighed = output === 'bag' && options.weighting === 'tfidf';
  const reading: TextReading = {
    ...{ kind: 'text', unit: found.unit, tokenizer, ...shared, predict },
    ...(found.column && { column: found.column }),
    ...(isWeighed && { idf: fitIdf(training, tokenizer) }),
    target: found.about,
  };
  const read = indexReader(tokenizer);
  const indices = found.texts.map(read);
  const notes = [...found.notes, ...notesOf(found, indices, reading)];
  return isLong
    ? windowsTable(indices, reading, { found, notes, path, stride: options.stride })
    : textsTable(indices, reading, { found, notes, path });
}

function predictOf(
  { target, about }: Texts,
  { predict }: TextOptions,
  path: string,
): TextReading['predict'] {
  if (predict === 'next' || predict === 'sequence' || predict === 'none') return predict;
  if (target) return about?.classes ? 'class' : 'number';
  if (predict === 'auto') return 'next';
  throw inputError('text.no-target', 'Nothing says the class of each text.', {
    path,
    explanation:
      'Put texts into folders named as their classes, or into a table with a column of classes.',
  });
}

/** Of windows over long texts the beginning of each, where the split is in time: what trains is not told otherwise. */
function trainingTexts(
  { texts, target, facts, testStart }: Texts,
  isLong: boolean,
  fitting?: Fitting,
) {
  if (!fitting) return testStart === undefined ? texts : texts.slice(0, testStart);
  const { split, seed } = fitting;
  if (isLong) {
    if (split.kind !== 'byTime') return texts;
    const share = (1 - split.validation) * (1 - split.test);
    return texts.map((text) => text.slice(0, Math.floor(text.length * share)));
  }
  const table = {
    ...{ count: texts.length, rowFacts: facts },
    ...(target && { columns: [target] }),
    ...(testStart !== undefined && { testStart }),
  };
  return [...splitRows(table, split, seed).train].map((row) => texts[row] ?? '');
}

interface Made {
  readonly found: Texts;
  readonly notes: readonly string[];
  readonly path: string;
}

function inputOf(reading: TextReading, count: number, path: string) {
  const size = sampleSize(reading);
  const sizeBytes = count * size * 4;
  if (sizeBytes > MOST_BYTES) {
    throw inputError(
      'text.too-large',
      `${count} samples of ${size} numbers are ${(sizeBytes / 2 ** 30).toFixed(1)} GiB.`,
      {
        path,
        explanation: 'At most 2 GiB are taken: take a smaller vocabulary, or a larger stride.',
      },
    );
  }
  const isBag = reading.output === 'bag';
  const field: DataField = isBag
    ? { name: 'features', role: 'input', dtype: 'f32', shape: [size] }
    : { name: 'tokens', role: 'input', dtype: 'i32', shape: [size], classes: reading.width };
  const stored = isBag ? new Float32Array(count * size) : new Int32Array(count * size);
  const write = (row: number, indices: Int32Array): void => {
    if (stored instanceof Float32Array) writeBag(stored, row * size, indices, reading);
    else writeIndices(stored, row * size, indices, reading);
  };
  return { column: { field, stored, ...(isBag && { isScaled: true }) }, write };
}

function textsTable(
  indices: readonly Int32Array[],
  reading: TextReading,
  { found, notes, path }: Made,
): DataTable {
  const { column, write } = inputOf(reading, indices.length, path);
  indices.forEach((each, row) => {
    write(row, each);
  });
  const { target, facts, testStart } = found;
  return dataTable(target ? [column, target] : [column], {
    ...{ notes, reading },
    ...(Object.keys(facts).length > 0 && { rowFacts: facts }),
    ...(testStart !== undefined && { testStart }),
  });
}

/** Each window with the token after it, or with the tokens that are each one further. */
function windowsTable(
  indices: readonly Int32Array[],
  reading: TextReading,
  { found, notes, path, stride }: Made & { readonly stride: number },
): DataTable {
  const { length, width, predict, tokenizer } = reading;
  const isEach = predict === 'sequence';
  const step = stride > 0 ? stride : isEach ? length : 1;
  const windows = indices.flatMap((all, text) =>
    all.length <= length
      ? []
      : Array.from({ length: Math.floor((all.length - length - 1) / step) + 1 }, (_, i) => ({
          text,
          start: i * step,
        })),
  );
  const short = indices.filter((all) => all.length <= length).length;
  if (windows.length === 0) {
    throw inputError('text.too-short', 'No text is longer than a window.', {
      path,
      explanation: `A window is ${length} tokens and one after it; the longest text has ${indices.reduce((most, each) => Math.max(most, each.length), 0)}.`,
    });
  }
  const { column, write } = inputOf(reading, windows.length, path);
  const labels = new Int32Array(windows.length * (isEach ? length : 1));
  const time = new Float64Array(windows.length);
  const from = new Float64Array(windows.length);
  windows.forEach(({ text, start }, row) => {
    const all = indices[text] ?? new Int32Array(0);
    write(row, all.subarray(start, start + length));
    const end = start + length;
    if (isEach) labels.set(all.subarray(start + 1, end + 1), row * length);
    else labels[row] = all[end] ?? UNKNOWN;
    // Where in its text it is told, so that the ends of all texts are held back together.
    time[row] = end / all.length;
    from[row] = (isEach ? start + 1 : end) / all.length;
  });
  const names = [...SPECIAL_TOKENS, ...tokenizer.vocabulary];
  const isNamed = width <= MOST_NAMES && names.length === width;
  const field: DataField = {
    ...{ name: 'label', role: 'label', dtype: 'i32', shape: isEach ? [length] : [] },
    ...{ classes: width, ...(isNamed && { classNames: names }) },
  };
  const rowFacts: RowFacts = {
    ...{ time, from },
    ...(found.texts.length > 1 && { group: Int32Array.from(windows, ({ text }) => text) }),
  };
  return dataTable([column, { field, stored: labels }], {
    notes: [
      ...notes,
      `${windows.length} windows of ${length} tokens.`,
      ...(short > 0 ? [`${short} texts are left out: no longer than a window.`] : []),
    ],
    ...{ rowFacts, reading },
  });
}

function notesOf(
  { texts }: Texts,
  indices: readonly Int32Array[],
  { tokenizer, output, length, predict }: TextReading,
): readonly string[] {
  const all = indices.reduce((sum, { length: count }) => sum + count, 0);
  const unknown = indices.reduce(
    (sum, each) => sum + each.reduce((count, index) => (index === UNKNOWN ? count + 1 : count), 0),
    0,
  );
  const cut = indices.filter((each) => each.length > length).length;
  const isCut = output === 'indices' && predict !== 'next' && predict !== 'sequence' && cut > 0;
  const share = ((100 * unknown) / Math.max(1, all)).toFixed(1);
  return [
    `${texts.length} ${texts.length === 1 ? 'text' : 'texts'}, ${all} tokens; ${tokenizer.vocabulary.length} are known, ${share} % of the text is not.`,
    ...(isCut ? [`${cut} texts are longer than ${length} tokens and cut.`] : []),
  ];
}
