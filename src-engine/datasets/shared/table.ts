/** Building tables: the field names every source agrees on, and what is the same for all tables. */
import type { DataField, Interval } from '#engine/ir/attrs.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import type { DataColumn, DataTable } from '../define.ts';
import { fingerprint } from './fingerprint.ts';

export function imageField(channels: number, height: number, width: number): DataField {
  return { name: 'image', role: 'input', dtype: 'f32', shape: [channels, height, width] };
}

export function featuresField(count: number): DataField {
  return { name: 'features', role: 'input', dtype: 'f32', shape: [count] };
}

/** Classes by name, or just so many. */
export function labelField(classes: number | readonly string[]): DataField {
  const label = { name: 'label', role: 'label', dtype: 'i32', shape: [] } as const;
  return typeof classes === 'number'
    ? { ...label, classes }
    : { ...label, classes: classes.length, classNames: classes };
}

/** `range`: about what the numbers lie in, where it is known. */
export function targetField(count = 1, range?: Interval): DataField {
  const field = { name: 'target', role: 'target', dtype: 'f32', shape: [count] } as const;
  return range === undefined ? field : { ...field, range };
}

/** Labels of which a row may have several, 0 or 1 for each. */
export const labelsField = (labels: readonly string[]): DataField => ({
  ...targetField(labels.length),
  labels,
});

/** Elements of one row. */
export function rowSize(field: DataField): number {
  return elementCount(field.shape);
}

/** Every column must hold the same number of rows; a table without rows is the caller's error. */
export function dataTable(
  columns: readonly [DataColumn, ...DataColumn[]],
  extra: Pick<
    DataTable,
    'testStart' | 'notes' | 'report' | 'rowFacts' | 'reading' | 'outline'
  > = {},
): DataTable {
  const [first] = columns;
  const count = first.stored.length / rowSize(first.field);
  for (const { field, stored } of columns) {
    if (stored.length !== count * rowSize(field)) {
      throw new Error(`column ${field.name} has ${stored.length} elements for ${count} rows`);
    }
  }
  return { count, columns, ...extra, fingerprint: fingerprint(columns, extra.testStart) };
}
