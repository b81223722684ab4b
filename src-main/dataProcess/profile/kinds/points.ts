/** Numbers without a form of their own: points in a plane, curves, arrays. Anything that is loaded has this profile. */
import type { DataColumn, DataTable } from '#engine/datasets/index.ts';
import type { NamedNumbers, PointsProfile } from '#engine/protocol/index.ts';
import {
  classCounts,
  defineLoadedKind,
  imbalanceOf,
  labelOf,
  noteFacts,
  partsOf,
} from '../loaded.ts';

const MOST_POINTS = 1500;
const MOST_NUMBERS = 50;
/** Of them numbers are measured: what is known of the mean then is known to a thousandth. */
const MOST_MEASURED = 100_000;

interface Numbers {
  readonly name: string;
  readonly isWanted: boolean;
  readonly at: (row: number) => number;
}

export default defineLoadedKind({
  name: 'points',
  rank: 9,
  make(table, asked): PointsProfile | null {
    const all = numbersOf(table);
    const [first, second = first] = drawn(all);
    if (!first || !second) return null;
    const parts = partsOf(table, asked);
    const classes = classCounts(table, parts);
    const label = labelOf(table);
    const shown = Math.min(table.count, MOST_POINTS);
    return {
      kind: 'points',
      file: [
        { label: 'Samples', text: String(table.count) },
        ...table.columns.map(({ field }) => ({
          label: field.role === 'input' ? 'Goes in' : 'Wanted',
          text: `${field.name} ${field.shape.length === 0 ? '' : `[${field.shape.join(', ')}]`}`.trim(),
        })),
        ...noteFacts(table),
      ],
      ...{ count: table.count, parts: parts.counts, classes },
      axes: [first.name, second.name],
      points: Array.from({ length: shown }, (_, i) => {
        const row = Math.floor((i * table.count) / shown);
        return {
          ...{ x: first.at(row), y: second.at(row), part: parts.of(row) },
          label: label ? (label.stored[row] ?? -1) : -1,
        };
      }),
      numbers: all.slice(0, MOST_NUMBERS).map((one) => measured(one, parts.train)),
      width: all.length,
      findings: imbalanceOf(classes, 'samples', asked),
    };
  },
});

/** Of one number the answer stands above it. */
function drawn(all: readonly Numbers[]): readonly Numbers[] {
  const inputs = all.filter(({ isWanted }) => !isWanted);
  return inputs.length === 1 ? [...inputs, ...all.filter(({ isWanted }) => isWanted)] : inputs;
}

function numbersOf({ columns }: DataTable): readonly Numbers[] {
  const isShown = ({ field }: DataColumn): boolean =>
    field.role === 'input' || field.role === 'target';
  return columns.filter(isShown).flatMap((column): readonly Numbers[] => {
    const { field, stored, dividedBy = 1 } = column;
    const size = field.shape.reduce((product, each) => product * each, 1);
    return Array.from({ length: size }, (_, i) => ({
      name: nameOf(column, i, size),
      isWanted: field.role === 'target',
      at: (row) => (stored[row * size + i] ?? NaN) * dividedBy,
    }));
  });
}

function nameOf({ field }: DataColumn, at: number, size: number): string {
  if (field.role === 'target') return size === 1 ? 'y' : `${field.name} ${at + 1}`;
  if (size <= 2) return ['x', 'y'][at] ?? '';
  return `${field.name} ${at + 1}`;
}

function measured({ name, isWanted, at }: Numbers, train: Int32Array): NamedNumbers {
  const count = Math.min(MOST_MEASURED, train.length);
  let [sum, squares, min, max, finite] = [0, 0, Infinity, -Infinity, 0];
  const value = (i: number): number => at(train[Math.floor((i * train.length) / count)] ?? 0);
  for (let i = 0; i < count; i++) {
    const each = value(i);
    if (!Number.isFinite(each)) continue;
    finite += 1;
    sum += each;
    min = Math.min(min, each);
    max = Math.max(max, each);
  }
  if (finite === 0) return { name, isWanted, mean: 0, standardDeviation: 0, min: 0, max: 0 };
  const mean = sum / finite;
  for (let i = 0; i < count; i++) {
    const each = value(i);
    if (Number.isFinite(each)) squares += (each - mean) ** 2;
  }
  return { name, isWanted, mean, standardDeviation: Math.sqrt(squares / finite), min, max };
}
