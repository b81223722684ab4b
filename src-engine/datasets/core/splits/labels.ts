/** The class of each sample, where a sample has one. */
import type { DataColumn, DataTable } from '#engine/datasets/define.ts';

type LabelColumn = DataColumn & { readonly stored: Int32Array };

/** The first label that is one class for each sample; a class for each pixel is none. */
export const labelColumn = (columns: DataTable['columns'] | undefined): LabelColumn | undefined =>
  columns?.find(
    (column): column is LabelColumn =>
      column.field.role === 'label' &&
      column.field.shape.length === 0 &&
      column.stored instanceof Int32Array,
  );

export function labelsOf({ columns }: Partial<Pick<DataTable, 'columns'>>): Int32Array | null {
  return labelColumn(columns)?.stored ?? null;
}
