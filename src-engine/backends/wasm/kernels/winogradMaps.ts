/**
 * Small constant matrices times vectors, as inline code. Points that differ in sign alone give rows (or,
 * transposed, columns) that are equal or opposite number by number: their sum and difference are made once.
 * Not the matrices themselves (winogradAlgorithm.ts).
 */
import { at } from '#engine/backends/strides.ts';
import { type V128, f32x4 } from '#engine/assembler/instructions.ts';
import type { VectorMath } from '../math.ts';
import { type Matrix, transposed } from './winogradAlgorithm.ts';

interface Term {
  readonly factor: number;
  readonly value: V128;
}

/** A sum of multiples, with no multiplication by 1 or -1; null where there is nothing to add. */
function combination(math: VectorMath, terms: readonly Term[]): V128 | null {
  const present = terms.filter(({ factor }) => factor !== 0);
  const first = present.find(({ factor }) => factor === 1) ?? present[0];
  if (!first) return null;
  const scaled = (): V128 =>
    first.factor === -1
      ? f32x4.neg(first.value)
      : f32x4.mul(first.value, f32x4.const(first.factor));
  return present
    .filter((term) => term !== first)
    .reduce<V128>(
      (sum, { factor, value }) => {
        if (factor === 1) return f32x4.add(sum, value);
        if (factor === -1) return f32x4.sub(sum, value);
        return math.madd(value, f32x4.const(factor), sum);
      },
      first.factor === 1 ? first.value : scaled(),
    );
}

/** Rows of a matrix that are computed together: one, or two that are equal or opposite number by number. */
export type RowUnit = readonly [number] | readonly [number, number];

const isTwin = (a: readonly number[], b: readonly number[]): boolean =>
  a.every((value, i) => Math.abs(value) === Math.abs(at(b, i))) &&
  a.some((value, i) => value !== 0 && value === b[i]) &&
  a.some((value, i) => value !== 0 && value !== b[i]);

export function rowUnits(matrix: Matrix): readonly RowUnit[] {
  const taken = new Set<number>();
  return matrix.flatMap((row, i): readonly RowUnit[] => {
    if (taken.has(i)) return [];
    const twin = matrix.findIndex((other, k) => k > i && !taken.has(k) && isTwin(row, other));
    if (twin < 0) return [[i]];
    taken.add(twin);
    return [[i, twin]];
  });
}

/** One unit of the rows of `matrix` times `values`. */
export function rowsTimes(
  math: VectorMath,
  matrix: Matrix,
  unit: RowUnit,
  values: readonly V128[],
): readonly V128[] {
  const [first, second] = unit;
  const row = at(matrix, first);
  const twin = second === undefined ? row : at(matrix, second);
  const terms = row.map((factor, i) => ({
    factor,
    value: at(values, i),
    same: factor === twin[i],
  }));
  const sumOf = (same: boolean) =>
    combination(
      math,
      terms.filter((term) => term.same === same),
    );
  const even = sumOf(true);
  if (!even) throw new Error('a row of a transform has numbers');
  if (second === undefined) return [math.keep(even)];
  const odd = sumOf(false);
  if (!odd) throw new Error('twin rows differ');
  const [keptEven, keptOdd] = [math.keep(even), math.keep(odd)];
  return [math.keep(f32x4.add(keptEven, keptOdd)), math.keep(f32x4.sub(keptEven, keptOdd))];
}

/** All rows of `matrix` times `values`, in order. */
export function times(math: VectorMath, matrix: Matrix, values: readonly V128[]): readonly V128[] {
  const results: V128[] = [];
  for (const unit of rowUnits(matrix)) {
    rowsTimes(math, matrix, unit, values).forEach((value, i) => {
      results[unit[i] ?? 0] = value;
    });
  }
  return results;
}

/** Rows `rows` of a matrix whose columns, not its rows, come in twins, times `values`. */
export function timesColumns(
  math: VectorMath,
  matrix: Matrix,
  rows: readonly number[],
  values: readonly V128[],
): readonly V128[] {
  const columns = transposed(matrix);
  const parts = rowUnits(columns).map(([first, second]) => {
    const column = at(columns, first);
    const twin = second === undefined ? column : at(columns, second);
    const made = new Map<boolean, V128>();
    return (row: number): Term => {
      const factor = at(column, row);
      const same = factor === twin[row];
      if (factor === 0 || second === undefined) return { factor, value: at(values, first) };
      const combine = same ? f32x4.add : f32x4.sub;
      const value = made.get(same) ?? math.keep(combine(at(values, first), at(values, second)));
      made.set(same, value);
      return { factor, value };
    };
  });
  return rows.map((row) => {
    const terms = parts.map((part) => part(row));
    const total = combination(math, terms);
    if (!total) throw new Error('a row of a transform has numbers');
    return math.keep(total);
  });
}
