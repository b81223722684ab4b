/** Empty cells: columns that are mostly empty, and rows that are lost for the others. */
import {
  defineFinding,
  type FoundFinding,
  ignoring,
  isFeature,
  type LookedColumn,
  type LookedTable,
  ofRows,
  percent,
  stepFix,
} from '../look.ts';
import { explained, toldByCodes } from '../relation.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

const MOSTLY = 0.5;
/** Of the target, that knowing whether a cell is empty tells. */
const TELLING = 0.3;
const MOST_NAMED = 6;
/** Losing more rows changes what is learned. */
const MANY = 0.05;

export default defineFinding({
  name: 'missing',
  look(table) {
    const filled = table.columns.filter(({ kind, role }) => kind !== 'empty' && role !== 'target');
    return [
      ...filled
        .filter(
          ({ missing, role, isLeftOut }) =>
            missing > MOSTLY * table.rowCount && (role !== 'ignore' || isLeftOut),
        )
        .map((column) => mostly(table, column)),
      ...emptyColumns(table),
      ...lostRows(table),
    ];
  },
});

function mostly(table: LookedTable, column: LookedColumn): FoundFinding {
  const { name, index, missing } = column;
  const { target, rowCount } = table;
  const known = shares(table, column);
  const isEmpty = column.values.map((value) => Number(Number.isNaN(value)));
  const told = target?.labels && toldByCodes(isEmpty, target.labels, target.classes.length);
  const isTelling = told && explained(told) > TELLING;
  return {
    ...{ severity: isTelling ? 'warning' : 'info', columns: [index] },
    message: `${name} is empty in ${formatInteger(missing)} of ${formatInteger(rowCount)} rows${known === null ? '' : `; ${known}`}.`,
    consequence: isTelling
      ? `Whether ${name} is known tells the target in ${ofRows(told.right, told.rows, table)}: it may be known only afterwards.`
      : 'It is left out as it is; whether it is known may still tell something.',
    fixes: [
      ignoring(table, [column]),
      ...(isTelling
        ? []
        : [
            stepFix(table, `Fill ${name} and say where it was empty`, {
              ...{ step: 'impute', columns: [name], indicator: true },
              strategy: column.kind === 'words' ? 'mostFrequent' : 'median',
            }),
          ]),
    ],
  };
}

/** `Survived is 1 in 67 % of the rows where it is known, 30 % where it is empty`. */
function shares({ target }: LookedTable, { values }: LookedColumn): string | null {
  if (target?.labels?.length !== values.length || target.classes.length !== 2) return null;
  const [rows, ones] = [new Float64Array(2), new Float64Array(2)];
  for (const [row, label] of target.labels.entries()) {
    if (label < 0) continue;
    const at = Number(Number.isNaN(values[row]));
    rows[at] = (rows[at] ?? 0) + 1;
    ones[at] = (ones[at] ?? 0) + label;
  }
  const [known = 0, empty = 0] = [0, 1].map((at) => (ones[at] ?? 0) / (rows[at] ?? 0));
  return `${target.column.name} is ${target.classes[1] ?? ''} in ${percent(known)} of the rows where it is known, ${percent(empty)} where it is empty`;
}

function emptyColumns(table: LookedTable): readonly FoundFinding[] {
  const empty = table.columns.filter(
    ({ kind, role, isLeftOut }) => kind === 'empty' && (role !== 'ignore' || isLeftOut),
  );
  if (empty.length === 0) return [];
  return [
    {
      ...{ severity: 'info', columns: empty.map(({ index }) => index) },
      message: `${named(empty)} ${empty.length === 1 ? 'is' : 'are'} empty in all rows.`,
      fixes: [ignoring(table, empty)],
    },
  ];
}

function lostRows(table: LookedTable): readonly FoundFinding[] {
  const { options, target, looked } = table;
  const imputed = new Set(
    (options.recipe as unknown as readonly { step?: unknown; columns?: unknown }[]).flatMap(
      ({ step, columns }) =>
        step === 'impute' && Array.isArray(columns) ? columns.map(String) : [],
    ),
  );
  const gaps = table.columns.filter(
    (column) => isFeature(column) && column.missing > 0 && !imputed.has(column.name),
  );
  const unknown = target?.column.missing ?? 0;
  if (gaps.length === 0 && unknown === 0) return [];
  const rows = Array.from({ length: looked }, (_, row) => row);
  const lost = rows.filter((row) => gaps.some(({ values }) => Number.isNaN(values[row]))).length;
  const list = gaps.map(({ name, missing }) => `${name} in ${missing}`).slice(0, MOST_NAMED);
  const more = gaps.length > MOST_NAMED ? ` and ${gaps.length - MOST_NAMED} more columns` : '';
  const isDropped = options.missing === 'drop';
  return [
    ...(gaps.length > 0
      ? [
          {
            severity: isDropped && lost > MANY * looked ? ('warning' as const) : ('info' as const),
            columns: gaps.map(({ index }) => index),
            message: `Cells are empty: ${list.join(', ')}${more}, of ${formatInteger(table.rowCount)} rows.`,
            consequence: isDropped
              ? `${ofRows(lost, looked, table)} are left out for it, and rows to come with an empty cell get no answer.`
              : 'They take the mean of the training rows.',
            fixes: isDropped
              ? [
                  { label: 'Fill with the mean', options: { missing: 'mean' } },
                  stepFix(table, 'Fill with the most frequent, and say where', {
                    ...{ step: 'impute', columns: gaps.map(({ name }) => name) },
                    ...{ strategy: 'mostFrequent', indicator: true },
                  }),
                ]
              : [],
          },
        ]
      : []),
    ...(target && unknown > 0
      ? [
          {
            severity: 'info' as const,
            columns: [target.column.index],
            message: `The target ${target.column.name} is empty in ${formatInteger(unknown)} of ${formatInteger(table.rowCount)} rows.`,
            consequence: 'These rows are left out.',
            fixes: [],
          },
        ]
      : []),
  ];
}

const named = (columns: readonly LookedColumn[]): string =>
  columns.length > MOST_NAMED
    ? `${columns.length} columns`
    : columns.map(({ name }) => name).join(', ');
