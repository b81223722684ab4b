/** The field of what is known of a series: generated ones and windows of a table have it alike. */
import type { DataField } from '#engine/ir/attrs.ts';

/** How a window of several columns lies in its field. */
export type WindowLayout = 'flat' | 'columns' | 'steps';

/** `[length]` of one column, `[columns * length]` of several: all values of a column, then those of the next. */
export function historyField(
  length: number,
  columns = 1,
  layout: WindowLayout = 'flat',
): DataField {
  const shapes: Readonly<Record<WindowLayout, readonly number[]>> = {
    flat: [columns * length],
    columns: [columns, length],
    steps: [length, columns],
  };
  return { name: 'history', role: 'input', dtype: 'f32', shape: shapes[layout] };
}
