/** The ways in which the rows of one table can become samples: by other sources over the same file. Pure. */
import { own } from '#engine/ir/record.ts';
import type { DatasetInfo } from '#engine/protocol/appContract.ts';
import type { ChosenData } from './chosenData.ts';

export interface Way {
  /** With the file. */
  readonly source: string;
  /** What a row is. */
  readonly label: string;
}

/** The file's own source first; none where the file is no table, or its source no way to read one. */
export function waysToRead(source: string, datasets: readonly DatasetInfo[]): readonly Way[] {
  const colon = source.indexOf(':');
  const [id, path] = [source.slice(0, colon), source.slice(colon + 1)];
  const tables = datasets.filter(({ rowsAs }) => rowsAs !== undefined);
  const plain = path.toLowerCase().replace(/\.gz$/, '');
  const plainest = tables.find(({ endings = [] }) =>
    endings.some((end) => plain.endsWith(`.${end}`)),
  );
  if (colon < 0 || !plainest || !tables.some((table) => table.id === id)) return [];
  const over = tables.filter(({ endings }) => endings === undefined);
  return [plainest, ...over].map((table) => ({
    source: `${table.id}:${path}`,
    label: table.rowsAs ?? table.label,
  }));
}

/** What was set stays set where the other source knows it, too: the column to predict, where the table begins. */
export function keptOptions(
  { options }: Pick<ChosenData, 'options'>,
  source: string,
  datasets: readonly DatasetInfo[],
): ChosenData['options'] {
  const id = source.slice(0, source.indexOf(':'));
  const schema = datasets.find((set) => set.id === id)?.options ?? {};
  return Object.fromEntries(Object.entries(options).filter(([name]) => own(schema, name)));
}
