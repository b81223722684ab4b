/** Arrays of both splits become one table. */
import { inputError } from '#engine/ir/problem.ts';
import type { DataColumn, DataTable } from '../define.ts';
import { inputColumn, labelColumn } from '../shared/arrays.ts';
import type { NpyArray } from '../shared/npy.ts';
import { dataTable } from '../shared/table.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

export const arrayOptions = {
  layout: {
    kind: 'choice',
    default: 'auto',
    options: ['auto', 'channelsFirst', 'channelsLast'],
    optionLabels: {
      auto: 'Automatic',
      channelsFirst: 'Channels first (N×C×H×W)',
      channelsLast: 'Channels last (N×H×W×C)',
    },
    advanced: true,
    help: 'Where images of four dimensions have their channels. Automatic: where there are 1, 3 or 4.',
  },
  classNames: {
    kind: 'text',
    default: '',
    advanced: true,
    help: 'Names of the classes in order, separated by commas. Empty: numbers.',
  },
} as const;

interface SplitArrays {
  readonly inputs: NpyArray;
  readonly labels: NpyArray | undefined;
}

export function classNamesOf(text: string): readonly string[] {
  if (text.trim() === '') return [];
  const names = text.split(',').map((name) => name.trim());
  if (!names.includes('') && new Set(names).size === names.length) return names;
  throw inputError('arrays.class-names', 'Class names must differ and none may be empty.', {
    path: 'options.classNames',
  });
}

export function arraysTable(
  train: SplitArrays,
  test: SplitArrays | undefined,
  options: {
    readonly layout: 'auto' | 'channelsFirst' | 'channelsLast';
    readonly classNames: readonly string[];
  },
  notes: readonly string[],
): DataTable {
  const isTested =
    test !== undefined && (test.labels === undefined) === (train.labels === undefined);
  const inputs = joined(train.inputs, isTested ? test.inputs : undefined);
  const labels = train.labels && joined(train.labels, isTested ? test.labels : undefined);
  const [count = 0] = inputs.shape;
  const held = labelsOf(labels, count, options.classNames);
  const columns: [DataColumn, ...DataColumn[]] = [inputColumn(inputs, options), ...held];
  return dataTable(columns, {
    ...(isTested && { testStart: train.inputs.shape[0] ?? 0 }),
    ...(notes.length > 0 && { notes }),
  });
}

/** The column of labels, where there is one; it has one for each sample. */
export function labelsOf(
  labels: NpyArray | undefined,
  count: number,
  classNames: readonly string[],
): readonly DataColumn[] {
  if (!labels) return [];
  const [found = 0] = labels.shape;
  if (found === count) return [labelColumn(labels, classNames)];
  throw inputError(
    'arrays.count',
    `There are ${formatInteger(found)} labels for ${formatInteger(count)} samples.`,
    {
      path: labels.path,
    },
  );
}

function joined(first: NpyArray, second: NpyArray | undefined): NpyArray {
  if (!second) return first;
  const [rest, others] = [first, second].map(({ shape }) => shape.slice(1).join('×'));
  if (rest !== others) {
    throw inputError('arrays.shape', `Test samples are ${others ?? ''}, others ${rest ?? ''}.`, {
      path: second.path,
    });
  }
  const shape = [(first.shape[0] ?? 0) + (second.shape[0] ?? 0), ...first.shape.slice(1)];
  return { path: first.path, shape, data: concatenated(first.data, second.data) };
}

function concatenated(a: NpyArray['data'], b: NpyArray['data']): NpyArray['data'] {
  const both = [a, b];
  const length = a.length + b.length;
  const into = both.every((each) => each instanceof Uint8Array)
    ? new Uint8Array(length)
    : both.some((each) => each instanceof Float32Array)
      ? new Float32Array(length)
      : new Int32Array(length);
  into.set(a);
  into.set(b, a.length);
  return into;
}
