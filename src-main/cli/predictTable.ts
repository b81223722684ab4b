/**
 * `predict` for tables of text: rows read as those that the network learned from, and its answers in the
 * words of the table, beside the rows.
 */
import {
  type CsvRows,
  decodeText,
  encodeRows,
  MAX_TEXT_BYTES,
  parseSource,
  readOptions,
  readRows,
  type RowOptions,
  type SourceOptions,
} from '#engine/datasets/index.ts';
import { csvText } from '#engine/ir/csv.ts';
import { inputError, type NetworkDocument } from '#engine/ir/index.ts';
import type { PredictInput, PredictOutput } from '#engine/protocol/index.ts';
import type { FittedData, FittedTable } from '#engine/training/fittedData.ts';

/** Samples that were read from text, and how answers stand beside them. */
export interface AnsweredInput {
  /** For each field that is filled. */
  readonly inputs: readonly PredictInput[];
  /** Places of what is predicted, among what there is. */
  readonly rows: readonly number[];
  readonly target: { readonly name: string; readonly classes?: readonly string[] } | null;
  readonly notes: readonly string[];
  /** As a table: what each answer is for, and the answer. */
  answered(answers: readonly Answer[]): AnsweredTable;
}
export interface AnsweredTable {
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

interface TableInput {
  readonly csv: CsvRows;
  readonly table: FittedTable;
  /** Places of the rows that are complete: those that are predicted. */
  readonly rows: readonly number[];
}
/** More classes would make rows that nobody reads. */
export const MOST_PROBABILITIES = 20;

export function readTableInput(
  bytes: Uint8Array,
  path: string,
  document: NetworkDocument,
  fitted: FittedData | null,
  fields: readonly string[],
): AnsweredInput {
  const table = fitted?.table;
  if (!table) {
    throw inputError('predict.not-a-table', 'This network did not learn from a table of text.', {
      path,
      explanation: 'Its input is a .npy file; or train it on csv:FILE first.',
    });
  }
  if (bytes.length > MAX_TEXT_BYTES) {
    throw inputError('file.too-large', 'The table is larger than 256 MiB.', { path });
  }
  const csv = readRows(decodeText(bytes, path).text, path, rowOptions(document));
  const known = new Map(fitted.fields.map(({ name, role }) => [name, role]));
  const isTarget = (name: string): boolean => known.get(name) !== 'input';
  const asked = fields.filter((name) => known.has(name));
  const encoded = encodeRows(csv, table, table.means, asked.some(isTarget));
  const { width, values, target, rows, notes } = encoded;
  if (rows.length === 0) {
    throw inputError('csv.no-rows', 'Every row has an empty cell.', {
      path,
      explanation: notes.join(' '),
    });
  }
  const inputs = asked.map((name): PredictInput => {
    if (!isTarget(name)) return { name, shape: [rows.length, width], data: values };
    return { name, shape: [rows.length, 1], data: target ?? new Float32Array(0) };
  });
  return {
    ...{ inputs, rows, notes, target: table.target },
    answered: (answers) => answerTable({ csv, table, rows }, answers),
  };
}

/** As the project reads its own table; automatic where it reads another kind of data. */
export function rowOptions({ nodes }: NetworkDocument): RowOptions {
  const { definition } = parseSource('csv:table');
  for (const { type, attrs } of nodes) {
    const { source, options } = attrs;
    if (type !== 'Data' || typeof source !== 'string' || !source.startsWith('csv:')) continue;
    return readOptions(definition, (options ?? {}) as SourceOptions) as unknown as RowOptions;
  }
  // The options of the source hold those of its rows.
  return readOptions(definition, {}) as unknown as RowOptions;
}

/** What one head answers. */
export interface Answer {
  readonly output: PredictOutput;
  /** Its target is the table's own, so that it answers in the words of that. */
  readonly isTarget: boolean;
}

/** The rows as they came, with what is predicted for each; empty where nothing is. */
function answerTable({ csv, table, rows }: TableInput, answers: readonly Answer[]): AnsweredTable {
  const columns = answers.map((answer) => answerColumns(answer, table, answers));
  const names = columns.flatMap((each) => each.names);
  const blank = names.map(() => '');
  const predicted = new Map(rows.map((row, i) => [row, i]));
  return {
    names: [...csv.names, ...names],
    rows: csv.rows.map((cells, row) => {
      const at = predicted.get(row);
      return [
        ...cells,
        ...(at === undefined ? blank : columns.flatMap(({ cellsOf }) => cellsOf(at))),
      ];
    }),
  };
}

/** `predicted NAME` of the table's target, else of the loss where there are several; classes after it. */
function answerColumns(
  { output, isTarget }: Answer,
  { target }: FittedTable,
  all: readonly Answer[],
) {
  const { loss, shape, data } = output;
  const width = data.length / (shape[0] ?? 1);
  const own = isTarget ? target : null;
  const isAlone = all.filter((other) => other.isTarget === isTarget).length === 1;
  const suffix = own && !isAlone ? ` (${loss})` : '';
  const base = own
    ? `predicted ${own.name}${suffix}`
    : all.length > 1
      ? `predicted ${loss}`
      : 'predicted';
  const classes = own?.classes;
  const shown = classes !== undefined && width === classes.length && width <= MOST_PROBABILITIES;
  const more = classes === undefined ? Array.from({ length: width - 1 }, (_, i) => i + 2) : [];
  return {
    names: [
      ...[base, ...more.map((number) => `${base} ${number}`)],
      ...(shown ? classes.map((each) => `p(${each})${suffix}`) : []),
    ],
    cellsOf: (row: number): readonly string[] => {
      const values = data.subarray(row * width, (row + 1) * width);
      return answerCells(values, classes, own?.scale ?? 1, shown);
    },
  };
}

export function answerCells(
  values: Float32Array,
  classes: readonly string[] | undefined,
  scale: number,
  shown: boolean,
): readonly string[] {
  if (classes === undefined) return Array.from(values, (value) => text(value * scale));
  // A single number answers for the second of two classes.
  const best =
    values.length === 1 ? Number((values[0] ?? 0) >= 0.5) : values.indexOf(Math.max(...values));
  return [classes[best] ?? String(best), ...(shown ? Array.from(values, text) : [])];
}

/** As many digits as a 32-bit float has to offer. */
export const text = (value: number): string => String(Number(value.toPrecision(6)));

export const tableText = ({ names, rows }: AnsweredTable): string =>
  csvText([names, ...rows], '\n');
