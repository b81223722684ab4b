/** From texts to samples: bags or indices of tokens, with a class, a number or what comes next. */
import { inputError } from '#engine/ir/problem.ts';
import { splitRows } from '../core/splits/splitRows.ts';
import type { DataColumn, DataTable, Fitting, RowFacts } from '../define.ts';
import { type LoadingHost, tableOfRows } from '../shared/streamRows.ts';
import { fitIdf, fitTokenizer, widthOf } from './fit.ts';
import type { TextOptions } from './options.ts';
import { inputRows, NO_TOKENS, tooLarge } from './input.ts';
import { sampledTexts, textOutline } from './outline.ts';
import { indexReader, type TextReading } from './reading.ts';
import { UNKNOWN } from './tokens.ts';
import { windowsTable } from './windows.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

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

export async function loadTexts(
  found: Texts,
  options: TextOptions,
  path: string,
  host: LoadingHost = {},
): Promise<DataTable> {
  const { fitting } = host;
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
    ? windowsTable(indices, reading, { notes, path, stride: options.stride }, host)
    : textsTable(indices, reading, { found, notes, path }, host);
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

async function textsTable(
  indices: readonly Int32Array[],
  reading: TextReading,
  {
    found,
    notes,
    path,
  }: { readonly found: Texts; readonly notes: readonly string[]; readonly path: string },
  host: LoadingHost,
): Promise<DataTable> {
  const { target, facts, testStart } = found;
  const samples = {
    source: inputRows(reading, indices.length, (row) => indices[row] ?? NO_TOKENS),
    ...{ held: target ? [target] : [], notes },
    ...(Object.keys(facts).length > 0 && { rowFacts: facts }),
    ...(testStart !== undefined && { testStart }),
  };
  const { table, order } = await tableOfRows(samples, host, tooLarge(samples.source, path));
  const shown = sampledTexts(found.texts, reading, order);
  return { ...table, reading, outline: textOutline(indices, reading, shown) };
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
    `${formatInteger(texts.length)} ${texts.length === 1 ? 'text' : 'texts'}, ${formatInteger(all)} tokens; ${formatInteger(tokenizer.vocabulary.length)} are known, ${share} % of the text is not.`,
    ...(isCut ? [`${formatInteger(cut)} texts are longer than ${length} tokens and cut.`] : []),
  ];
}
