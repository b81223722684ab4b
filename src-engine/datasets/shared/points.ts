/** Labelled points in the plane: what the two-dimensional generators share. */
import type { RandomStream } from '#engine/ops/philox.ts';
import type { DataTable } from '../define.ts';
import { dataRandom } from './random.ts';
import { dataTable, featuresField, labelField } from './table.ts';

export type Point = readonly [x: number, y: number];

export interface PointCloud {
  readonly count: number;
  readonly classes: number;
  readonly noise: number;
  readonly seed: number;
}

export const pointFields = (classes: number) => [featuresField(2), labelField(classes)] as const;

/**
 * Rows take the classes in turn, so that every prefix is balanced. `draw` places the `turn`-th point of a
 * class, counted from 0, before the noise.
 */
export function pointTable(
  { count, classes, noise, seed }: PointCloud,
  draw: (label: number, random: RandomStream, turn: number) => Point,
): DataTable {
  const random = dataRandom(seed, 'points');
  const points = new Float32Array(2 * count);
  const labels = new Int32Array(count);
  for (let row = 0; row < count; row++) {
    const label = row % classes;
    const [x, y] = draw(label, random, Math.floor(row / classes));
    points[2 * row] = x + noise * random.normal();
    points[2 * row + 1] = y + noise * random.normal();
    labels[row] = label;
  }
  const [features, label] = pointFields(classes);
  return dataTable([
    { field: features, stored: points },
    { field: label, stored: labels },
  ]);
}
