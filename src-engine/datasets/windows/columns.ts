/** Which columns of a table windows are made of: named, or found. */
import { inputError } from '#engine/ir/problem.ts';
import { factsOfColumn, whyRowName } from '../table/choice.ts';
import { findColumn, findColumns } from '../table/columns.ts';
import type { FilledColumn, RawTable, TableColumn } from '../table/rawTable.ts';
import { MAX_CLASSES } from '../table/target.ts';
import type { WindowOptions } from './options.ts';
import type { WindowReading } from './reading.ts';

export interface WindowColumns {
  readonly predict: WindowReading['predict'];
  readonly inputs: readonly FilledColumn[];
  readonly targets: readonly FilledColumn[];
  readonly time: FilledColumn | null;
  readonly group: FilledColumn | null;
  readonly notes: readonly string[];
}

/** Throws InputError for columns that there are not, and what they cannot say. */
export async function windowColumns(raw: RawTable, options: WindowOptions): Promise<WindowColumns> {
  const notes: string[] = [];
  const all: TableColumn[] = [];
  for (const index of raw.names.keys()) all.push(await raw.column(index, MAX_CLASSES));
  const groupAt = findColumn(raw, options.group, 'group');
  const group = groupAt === null ? null : wordsOrNumbers(await raw.column(groupAt, raw.rowCount));
  const timeAt = findColumn(raw, options.time, 'time') ?? firstDates(all);
  const time = timeAt === null ? null : await timeColumn(raw, all[timeAt]);
  const isOther = (index: number): boolean => index === groupAt || index === timeAt;

  const numbers = all.filter(
    (column) =>
      column.kind === 'number' &&
      !column.isDate &&
      !isOther(column.index) &&
      whyRowName(factsOfColumn(column, raw.rowCount)) === null,
  );
  const asked = findColumns(raw, options.target, 'target');
  const [first] = asked.map((index) => all[index]);
  const predict =
    options.predict !== 'auto' ? options.predict : first?.kind === 'text' ? 'class' : 'next';
  const targets = targetsOf(raw, all, { predict, asked, numbers });
  const isNumberTarget = predict === 'next' || predict === 'horizon';
  const wanted = targets.map(({ index }) => index);
  const named = findColumns(raw, options.inputs, 'inputs');
  const found = named.length > 0 ? named.map((index) => all[index]) : numbers;
  const inputs: FilledColumn[] = [];
  for (const column of found) {
    // A class is not to be read from the column that says it.
    if (!column || (!isNumberTarget && named.length === 0 && wanted.includes(column.index)))
      continue;
    inputs.push(await numberColumn(raw, column, 'inputs'));
  }
  if (isNumberTarget) {
    for (const column of targets) await numberColumn(raw, column, 'target');
  }
  if (inputs.length === 0) {
    throw inputError('windows.no-inputs', 'No column of numbers can go into a window.', {
      path: `${raw.path}, option inputs`,
      explanation: `Columns: ${raw.names.join(', ')}.`,
    });
  }
  if (asked.length === 0 && isNumberTarget) {
    notes.push(
      `Forecast is ${targets[0]?.name ?? ''}, the last column of numbers; name another with the option "target".`,
    );
  }
  if (time && options.time.trim() === '') notes.push(`Rows are in the order of ${time.name}.`);
  if (!time) notes.push('Rows are in order as they stand in the file.');
  const idle = all.filter(
    ({ index }) =>
      !isOther(index) && !wanted.includes(index) && !inputs.some((each) => each.index === index),
  );
  if (idle.length > 0 && named.length === 0) {
    notes.push(`No inputs: ${idle.map(({ name }) => name).join(', ')}.`);
  }
  return { predict, inputs, targets, time, group, notes };
}

function targetsOf(
  raw: RawTable,
  all: readonly TableColumn[],
  {
    predict,
    asked,
    numbers,
  }: Pick<WindowColumns, 'predict'> & {
    readonly asked: readonly number[];
    readonly numbers: readonly TableColumn[];
  },
): readonly FilledColumn[] {
  if (predict === 'remaining') return [];
  const chosen = asked.length > 0 ? asked.map((index) => all[index]) : numbers.slice(-1);
  const targets = chosen.map((column) => {
    if (column && column.kind !== 'empty') return column;
    throw inputError('windows.target-empty', `The target column ${column?.name ?? ''} is empty.`, {
      path: raw.path,
    });
  });
  const isClass = predict === 'class';
  if (targets.length > 0 && (!isClass || (asked.length === 1 && targets.length === 1)))
    return targets;
  throw isClass
    ? inputError('windows.one-class', 'The class at the end of a window is one column.', {
        path: `${raw.path}, option target`,
        explanation: 'Name it with the option "target".',
      })
    : inputError('windows.no-target', 'No column of numbers can be forecast.', {
        path: raw.path,
        explanation: `Columns: ${raw.names.join(', ')}.`,
      });
}

const firstDates = (all: readonly TableColumn[]): number | null =>
  all.find((column) => column.kind === 'number' && column.isDate)?.index ?? null;

function wordsOrNumbers(column: TableColumn): FilledColumn | null {
  return column.kind === 'empty' ? null : column;
}

async function timeColumn(raw: RawTable, column: TableColumn | undefined): Promise<FilledColumn> {
  if (column?.kind === 'number') return column;
  throw inputError('csv.no-time', `Column ${column?.name ?? ''} holds neither times nor numbers.`, {
    path: await raw.place(0, column?.index),
    explanation: 'Times are numbers that grow, or dates such as 2024-05-31 or 2024-05-31 08:30.',
  });
}

async function numberColumn(
  raw: RawTable,
  column: TableColumn,
  option: string,
): Promise<FilledColumn> {
  if (column.kind === 'number') return column;
  throw inputError('windows.no-numbers', `Column ${column.name} holds no numbers.`, {
    path: `${await raw.place(0, column.index)}, option ${option}`,
    explanation: 'Windows are made of numbers; words can be the class at the end of one.',
  });
}
