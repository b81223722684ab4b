/** The class of each sample, where a sample has one. */
import type { DataColumn, DataTable } from '#engine/datasets/define.ts';

/** The first label that is one class for each sample; a class for each pixel is none. */
export const labelColumn = (columns: DataTable['columns'] | undefined): DataColumn | undefined =>
  columns?.find(
    ({ field, stored }) =>
      field.role === 'label' && field.shape.length === 0 && stored instanceof Int32Array,
  );

export function labelsOf({ columns }: Partial<Pick<DataTable, 'columns'>>): Int32Array | null {
  const stored = labelColumn(columns)?.stored;
  return stored instanceof Int32Array ? stored : null;
}
