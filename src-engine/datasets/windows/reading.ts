/** How windows were made of a table, as it goes along with a run: enough to make the last one of another table. */
import { z } from 'zod';
import type { WindowLayout } from './fields.ts';
import type { SeriesScale } from './scaling.ts';

export interface WindowReading {
  readonly kind: 'windows';
  /** All columns of the table. */
  readonly columns: readonly string[];
  /** By name, in their order in the window. */
  readonly inputs: readonly string[];
  /** By name; none where rows are counted. */
  readonly targets: readonly string[];
  readonly time: string | null;
  readonly group: string | null;
  readonly window: number;
  readonly horizon: number;
  readonly predict: 'next' | 'horizon' | 'remaining' | 'class';
  readonly layout: WindowLayout;
  readonly missing: 'drop' | 'previous';
  /** Of a class. */
  readonly classes?: readonly string[];
  /** What targets were divided by, one for each; of rows that are counted one. */
  readonly divisors: readonly number[];
  /** Of each series by its group: inputs, then targets that are not among them. */
  readonly scales?: Readonly<Record<string, SeriesScale>>;
}

/** Columns of a series: inputs, then targets that are none. `class` is read as words, beside them. */
export function seriesColumns({
  inputs,
  targets,
  predict,
}: Pick<WindowReading, 'inputs' | 'targets' | 'predict'>) {
  const wanted = predict === 'class' || predict === 'remaining' ? [] : targets;
  return [...new Set([...inputs, ...wanted])];
}

/** `Passengers +1`, `Passengers +2`: of so many numbers that are predicted; null where these are others. */
export function forecastNames(
  { predict, targets, horizon }: Pick<WindowReading, 'predict' | 'targets' | 'horizon'>,
  width: number,
): readonly string[] | null {
  if (predict === 'class') return null;
  if (predict === 'remaining') return width === 1 ? ['rows left'] : null;
  const steps =
    predict === 'horizon' ? [horizon] : Array.from({ length: horizon }, (_, i) => i + 1);
  const names = targets.flatMap((target) => steps.map((step) => `${target} +${step}`));
  return names.length === width ? names : null;
}

/** One window in the order of its field. `valueAt`: of a column and a row of the window. */
export function writeWindow(
  out: Float32Array,
  at: number,
  {
    window,
    layout,
    columns,
  }: { readonly window: number; readonly layout: WindowLayout; readonly columns: number },
  valueAt: (column: number, row: number) => number,
): void {
  for (let column = 0; column < columns; column++) {
    for (let row = 0; row < window; row++) {
      const place = layout === 'steps' ? row * columns + column : column * window + row;
      out[at + place] = valueAt(column, row);
    }
  }
}

const texts = z.array(z.string());
const numbers = z.array(z.number());
const count = z.int().positive();

/** Of what stands beside weights. */
export const windowReading = z
  .looseObject({
    ...{ kind: z.literal('windows'), columns: texts, inputs: texts.min(1), targets: texts },
    ...{ time: z.string().nullable(), group: z.string().nullable(), window: count, horizon: count },
    predict: z.enum(['next', 'horizon', 'remaining', 'class']),
    layout: z.enum(['flat', 'columns', 'steps']),
    missing: z.enum(['drop', 'previous']),
    ...{ classes: texts.exactOptional(), divisors: numbers.min(1) },
    scales: z.record(z.string(), z.object({ shift: numbers, scale: numbers })).exactOptional(),
  })
  .refine(({ inputs, targets, predict, divisors, scales = {} }) => {
    const columns = seriesColumns({ inputs, targets, predict }).length;
    return (
      divisors.length === (predict === 'remaining' || predict === 'class' ? 1 : targets.length) &&
      Object.values(scales).every(
        ({ shift, scale }) => shift.length >= columns && scale.length >= columns,
      )
    );
  });
