/**
 * Rows of tables of text: read as those that the network learned from, and its answers in the
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
import { inputError, type NetworkDocument } from '#engine/ir/index.ts';
import type { PredictInput } from '#engine/protocol/engineContract.ts';
import type { FittedData, FittedTable } from '../fittedData.ts';
import {
  type Answer,
  answerCells,
  type AnsweredTable,
  MOST_PROBABILITIES,
  type OwnSamples,
  toldAnswer,
} from './answers.ts';

interface TableInput {
  readonly csv: CsvRows;
  readonly table: FittedTable;
  /** Places of the rows that are complete: those that are predicted. */
  readonly rows: readonly number[];
}
/** Rows of a file. Throws InputError with the line and column of what cannot be read. */
export function readTableInput(
  bytes: Uint8Array,
  path: string,
  document: NetworkDocument,
  fitted: FittedData | null,
  fields: readonly string[],
): OwnSamples {
  if (bytes.length > MAX_TEXT_BYTES) {
    throw inputError('file.too-large', 'The table is larger than 256 MiB.', { path });
  }
  tableOf(fitted, path);
  const csv = readRows(decodeText(bytes, path).text, path, rowOptions(document));
  return rowSamples(csv, fitted, fields);
}

/** One row, typed cell by cell; its place in errors is the name of the column. */
export function typedRow(cells: Readonly<Record<string, string>>): CsvRows {
  const names = Object.keys(cells);
  return {
    ...{ path: 'row', names, rows: [Object.values(cells)], hasHeader: true },
    place: (_, column) => (column === undefined ? 'row' : (names[column] ?? 'row')),
    // Nothing separates cells here, so that both ways to write numbers can be told.
    decimalComma: true,
  };
}

function tableOf(fitted: FittedData | null, path: string): FittedTable {
  const table = fitted?.table;
  if (!table) {
    throw inputError('predict.not-a-table', 'This network did not learn from a table of text.', {
      path,
      explanation: 'Its input is a .npy file; or train it on csv:FILE first.',
    });
  }
  return table;
}

export function rowSamples(
  csv: CsvRows,
  fitted: FittedData | null,
  fields: readonly string[],
): OwnSamples {
  const { path } = csv;
  const table = tableOf(fitted, path);
  const known = new Map(fitted?.fields.map(({ name, role }) => [name, role]));
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
    told: (answers, sample) =>
      answers.map((answer) => {
        const {
          name,
          classes,
          columns,
          scale = 1,
        } = (answer.isTarget ? table.target : null) ?? {
          name: answer.output.loss,
        };
        return toldAnswer(answer, sample, {
          ...{ name, ...(classes && { classes }) },
          ...(columns && { names: columns.map((each) => each.name) }),
          inOwnNumbers: (values) => Array.from(values, (value) => value * scale),
        });
      }),
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
  const more =
    classes === undefined && own?.columns === undefined
      ? Array.from({ length: width - 1 }, (_, i) => i + 2)
      : [];
  return {
    names: [
      ...(own?.columns
        ? own.columns.map((each) => `predicted ${each.name}${suffix}`)
        : [base, ...more.map((number) => `${base} ${number}`)]),
      ...(shown ? classes.map((each) => `p(${each})${suffix}`) : []),
    ],
    cellsOf: (row: number): readonly string[] => {
      const values = data.subarray(row * width, (row + 1) * width);
      return answerCells(values, classes, own?.scale ?? 1, shown);
    },
  };
}
