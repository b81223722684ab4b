/** What a row is to predict: a class or a number, several numbers, or several labels. */
import type { DataField, Interval } from '#engine/ir/attrs.ts';
import { inputError } from '#engine/ir/problem.ts';
import type { DataColumn } from '../define.ts';
import { pickRows } from '../shared/rowNumbers.ts';
import { labelField, labelsField, targetField } from '../shared/table.ts';
import { byNumberOrWord } from './columns.ts';
import type { FilledColumn, RawTable, TableColumn } from './rawTable.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

export type TargetKind = 'auto' | 'classification' | 'regression' | 'none';

export interface Target {
  readonly field: DataField;
  /** A number or class index per row, NaN where missing. */
  readonly values: Float64Array;
  /** Of several columns, what each has; `values` are then NaN where one of them is. */
  readonly several?: readonly Float64Array[];
  readonly notes: readonly string[];
}

/** Whole numbers with at most so many different values are classes, unless one says otherwise. */
const MAX_NUMBERED_CLASSES = 20;
export const MAX_CLASSES = 1000;
/** Of different numbers, far more than can be classes. */
const MOST_COUNTED = 1_000_000;
/** Losses of targets much larger than this need learning rates much smaller than usual. */
export const LARGE_TARGET = 100;

export async function encodeTarget(
  raw: RawTable,
  column: TableColumn,
  kind: Exclude<TargetKind, 'none'>,
  scale: number,
): Promise<Target> {
  if (column.kind === 'empty') {
    throw inputError('csv.target-empty', `The target column ${column.name} is empty.`, {
      path: await raw.place(0, column.index),
    });
  }
  if (kind === 'classification' || (kind === 'auto' && isClasses(column))) {
    return classes(raw, column, kind === 'classification');
  }
  if (column.kind === 'text') {
    const row = column.values.findIndex((value) => !Number.isNaN(value));
    const cell = await raw.cell(row, column.index);
    throw inputError('csv.target-not-numeric', `"${cell}" is not a number to predict.`, {
      path: await raw.place(row, column.index),
      explanation: 'Regression needs numbers in the target column; words are for classification.',
    });
  }
  const values = column.values.map((value) => value / scale);
  const { size, range } = extent(values);
  const notes =
    size > LARGE_TARGET
      ? [
          `The target ${column.name} is large (${size.toPrecision(3)} on average): divide it by about that with the option "targetScale", or training will be slow.`,
        ]
      : [];
  return { field: targetField(1, range), values, notes };
}

/** Of several columns: labels where all of them are 0 and 1, else numbers. */
export async function encodeTargets(
  raw: RawTable,
  columns: readonly TableColumn[],
  kind: Exclude<TargetKind, 'none'>,
  scale: number,
): Promise<Target> {
  const numbers: FilledColumn[] = [];
  for (const column of columns) {
    if (column.kind !== 'number') {
      throw inputError(
        'csv.targets-not-numeric',
        `The target column ${column.name} holds no numbers.`,
        {
          path: await raw.place(0, column.index),
          explanation:
            'Several target columns hold numbers each, or 0 and 1: whether a row has a label. Words can be the only target, or a step of the recipe makes numbers of them.',
        },
      );
    }
    numbers.push(column);
  }
  const isBinary = numbers.every(({ values }) =>
    values.every((value) => value === 0 || value === 1 || Number.isNaN(value)),
  );
  if (kind === 'classification' && !isBinary) {
    throw inputError(
      'csv.targets-not-labels',
      'Several target columns are labels only where each is 0 or 1.',
      {
        path: `${raw.path}, option target`,
        explanation: 'Name one column of classes, or predict numbers.',
      },
    );
  }
  const ofLabels = isBinary && kind !== 'regression';
  const several = numbers.map(({ values }) =>
    ofLabels ? values : values.map((value) => value / scale),
  );
  const [first = new Float64Array(raw.rowCount)] = several;
  const values = first.map((value, row) =>
    several.some((each) => Number.isNaN(each[row])) ? NaN : value,
  );
  const names = columns.map(({ name }) => name);
  const field = ofLabels ? labelsField(names) : targetField(names.length);
  return { field, values, several, notes: [] };
}

/** How large numbers are on average, and between what they lie; gaps aside. */
function extent(values: Float64Array): {
  readonly size: number;
  readonly range: Interval | undefined;
} {
  let [sum, count, low, high] = [0, 0, Infinity, -Infinity];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += Math.abs(value);
    count += 1;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  // To six digits: it is read by people, and advice follows from it, no more.
  const round = (value: number) => Number(value.toPrecision(6));
  const isKnown = Number.isFinite(low) && Number.isFinite(high);
  return { size: sum / count, range: isKnown ? [round(low), round(high)] : undefined };
}

async function textError(raw: RawTable, column: FilledColumn, different: number): Promise<Error> {
  return inputError(
    'csv.text-column',
    `The target column ${column.name} holds text: ${formatInteger(different)} different values in ${formatInteger(raw.rowCount)} rows.`,
    {
      path: await raw.place(0, column.index),
      explanation:
        'Text is neither a number nor a class. Choose another column as target, or "none" as what to predict.',
    },
  );
}

function isClasses(column: FilledColumn): boolean {
  if (column.kind === 'text') return true;
  let [filled, isWhole] = [0, true];
  const distinct = new Set<number>();
  for (const value of column.values) {
    if (Number.isNaN(value)) continue;
    filled += 1;
    isWhole &&= Number.isInteger(value);
    // More need not be told apart: a set of many millions is larger than the table, and has an end.
    if (distinct.size <= MAX_NUMBERED_CLASSES) distinct.add(value);
  }
  return areClasses({ isDate: column.isDate, isWhole, distinct: distinct.size, filled });
}

/** Whether numbers are classes unless one says otherwise. */
export const areClasses = (numbers: {
  readonly isDate: boolean;
  readonly isWhole: boolean;
  readonly distinct: number;
  readonly filled: number;
}): boolean =>
  !numbers.isDate &&
  numbers.isWhole &&
  numbers.distinct <= Math.min(MAX_NUMBERED_CLASSES, numbers.filled / 2);

async function classes(raw: RawTable, column: FilledColumn, wanted: boolean): Promise<Target> {
  let names: readonly string[];
  let { values } = column;
  if (column.kind === 'text') names = column.categories;
  else {
    const distinct = new Set<number>();
    for (const value of values) {
      if (distinct.size > MOST_COUNTED) break;
      if (!Number.isNaN(value)) distinct.add(value);
    }
    names = [...distinct].map(String).sort(byNumberOrWord);
    const indexOf = new Map(names.map((name, i) => [Number(name), i]));
    values = values.map((value) => indexOf.get(value) ?? NaN);
  }
  const count = column.kind === 'text' ? column.distinct : names.length;
  const rows = raw.rowCount - column.missing;
  const isMany = count > rows / 2 && rows > 2;
  if (isMany && !wanted && column.kind === 'text') throw await textError(raw, column, count);
  if (count > MAX_CLASSES || (isMany && !wanted)) {
    throw inputError(
      'csv.too-many-classes',
      `The target column ${column.name} has ${count > MOST_COUNTED ? 'more than a million' : formatInteger(count)} different values in ${formatInteger(rows)} rows: too many for classes.`,
      {
        path: await raw.place(0, column.index),
        explanation: `At most ${MAX_CLASSES} are taken, and by themselves at most half as many as rows. Choose another column as target, or regression as its kind.`,
      },
    );
  }
  const notes = isMany
    ? [
        `The target ${column.name} has ${formatInteger(count)} classes in ${formatInteger(rows)} rows: too few of each to learn much.`,
      ]
    : count === 1
      ? [`The target ${column.name} has one class only.`]
      : [];
  return { field: labelField(names), values, notes };
}

/** Of some rows, in their order. */
export function targetColumn(
  { field, values, several }: Target,
  rows: Int32Array,
  targetScale: number,
): DataColumn {
  const valueOf = (row: number): number => values[row] ?? 0;
  const { length } = rows;
  if (several) {
    const stored = new Float32Array(length * several.length);
    several.forEach((each, i) => {
      for (let row = 0; row < length; row++) {
        stored[row * several.length + i] = each[rows[row] ?? 0] ?? 0;
      }
    });
    return { field, stored, ...(field.labels === undefined && { dividedBy: targetScale }) };
  }
  return field.role === 'label'
    ? { field, stored: pickRows(new Int32Array(length), rows, valueOf) }
    : { field, stored: pickRows(new Float32Array(length), rows, valueOf), dividedBy: targetScale };
}
