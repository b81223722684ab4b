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
import type { FittedData, FittedTable } from '#engine/training/fittedData.ts';

export interface TableInput {
  readonly csv: CsvRows;
  readonly table: FittedTable;
  /** Places of the rows that are complete: those that are predicted. */
  readonly rows: readonly number[];
  readonly input: { readonly shape: readonly number[]; readonly data: Float32Array };
  readonly notes: readonly string[];
}
/** What the network answers, a row for each sample. */
export interface Answers {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** More classes would make rows that nobody reads. */
const MOST_PROBABILITIES = 20;

export function readTableInput(
  bytes: Uint8Array,
  path: string,
  document: NetworkDocument,
  fitted: FittedData | null,
): TableInput {
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
  const { width, values, rows, notes } = encodeRows(csv, table, table.means);
  if (rows.length === 0) {
    throw inputError('csv.no-rows', 'Every row has an empty cell.', {
      path,
      explanation: notes.join(' '),
    });
  }
  return { csv, table, rows, input: { shape: [rows.length, width], data: values }, notes };
}

/** As the project reads its own table; automatic where it reads another kind of data. */
function rowOptions({ nodes }: NetworkDocument): RowOptions {
  const { definition } = parseSource('csv:table');
  for (const { type, attrs } of nodes) {
    const { source, options } = attrs;
    if (type !== 'Data' || typeof source !== 'string' || !source.startsWith('csv:')) continue;
    return readOptions(definition, (options ?? {}) as SourceOptions) as unknown as RowOptions;
  }
  // The options of the source hold those of its rows.
  return readOptions(definition, {}) as unknown as RowOptions;
}

/** The rows as they came, with what is predicted for each; empty where nothing is. */
export function answerTable(
  { csv, table, rows }: TableInput,
  answers: Answers,
): { readonly names: readonly string[]; readonly rows: readonly (readonly string[])[] } {
  const { target } = table;
  const classes = target?.classes;
  const width = answers.data.length / rows.length;
  const shown = classes !== undefined && width === classes.length && width <= MOST_PROBABILITIES;
  const names = [
    ...csv.names,
    target ? `predicted ${target.name}` : 'predicted',
    ...(shown ? classes.map((each) => `p(${each})`) : []),
    ...(classes === undefined && width > 1
      ? Array.from({ length: width - 1 }, (_, i) => `predicted ${i + 2}`)
      : []),
  ];
  const extra = names.length - csv.names.length;
  const predicted = new Map(rows.map((row, i) => [row, i]));
  return {
    names,
    rows: csv.rows.map((cells, row) => {
      const at = predicted.get(row);
      if (at === undefined) return [...cells, ...Array.from({ length: extra }, () => '')];
      const values = answers.data.subarray(at * width, (at + 1) * width);
      return [...cells, ...answerCells(values, classes, target?.scale ?? 1, shown)];
    }),
  };
}

function answerCells(
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
const text = (value: number): string => String(Number(value.toPrecision(6)));

export const tableText = ({ names, rows }: ReturnType<typeof answerTable>): string =>
  csvText([names, ...rows], '\n');
