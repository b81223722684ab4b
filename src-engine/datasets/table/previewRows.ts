/** Of rows of a table that are shown: which part each is in, and its numbers as a run gets them before they are normalised. */
import type { PreviewRow } from '#engine/protocol/tablePreview.ts';
import { splitRows } from '../core/splits/splitRows.ts';
import type { DataTable, Fitting } from '../define.ts';
import { fillMissing } from '../shared/missing.ts';

type Part = NonNullable<PreviewRow['part']>;

/** A row that is used; `part` null: in none of them. */
export interface ShownRow {
  readonly part: Part | null;
  readonly values: readonly number[];
}

export interface ShownRows {
  readonly counts: Readonly<Record<Part, number>>;
  /** By the numbers of some rows in the file; those that are left out are not in it. */
  find(rows: readonly number[]): Promise<ReadonlyMap<number, ShownRow>>;
}

/** `used`: the number in the file of each row of the table. */
export function heldRows(table: DataTable, used: Int32Array, { split, seed }: Fitting): ShownRows {
  const { train, validation, test } = splitRows(table, split, seed);
  const [input] = fillMissing(table, train).columns;
  const stored = input?.stored ?? new Float32Array(0);
  const width = stored.length / table.count;
  const partsOf = new Map<number, Part>();
  for (const [part, places] of Object.entries({ train, validation, test }) as [Part, Int32Array][])
    for (const place of places) partsOf.set(place, part);
  return {
    counts: { train: train.length, validation: validation.length, test: test.length },
    find: (rows) => {
      const found = [...placesOf(rows, used)].map(([row, place]) => {
        const values = Array.from(stored.subarray(place * width, (place + 1) * width));
        return [row, { part: partsOf.get(place) ?? null, values }] as const;
      });
      return Promise.resolve(new Map(found));
    },
  };
}

/** `order`: the number in the file of each row of the table, which lies in the order of its split. */
export function streamedRows(
  { buckets, validation, test, columns, read }: NonNullable<DataTable['streamed']>,
  order: Int32Array,
): ShownRows {
  const train = buckets.reduce((sum, rows) => sum + rows, 0);
  const partOf = (place: number): Part =>
    place < train ? 'train' : place < train + validation ? 'validation' : 'test';
  const [column] = columns;
  return {
    counts: { train, validation, test },
    async find(rows) {
      const found = new Map<number, ShownRow>();
      for (const [row, place] of placesOf(rows, order)) {
        const values = column ? Array.from(await read(column.field.name, place, 1)) : [];
        found.set(row, { part: partOf(place), values });
      }
      return found;
    },
  };
}

/** Where some rows are. */
function placesOf(rows: readonly number[], used: Int32Array): ReadonlyMap<number, number> {
  const wanted = new Set(rows);
  const places = new Map<number, number>();
  for (let place = 0; place < used.length; place++) {
    const row = used[place] ?? -1;
    if (wanted.has(row)) places.set(row, place);
  }
  return places;
}
