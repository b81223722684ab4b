/**
 * The registry of data sources: every file of the folder above with a default export, found when the code
 * is bundled. Nothing else may import a source file.
 */
import { camelCase } from '#engine/ir/naming.ts';
import type { DatasetDefinition } from '../define.ts';

const GROUPS: readonly DatasetDefinition['group'][] = ['Images', 'Points', 'Curves', 'Files'];

/** Sources by id, ordered by group, then by name. Refuses what would make a lookup ambiguous. */
export function datasetRegistry(
  modules: Readonly<Record<string, { readonly default: DatasetDefinition }>>,
): ReadonlyMap<string, DatasetDefinition> {
  const found = new Map<string, DatasetDefinition>();
  for (const [path, { default: definition }] of Object.entries(modules)) {
    const { id } = definition;
    const fileName = path.slice(path.lastIndexOf('/') + 1);
    if (!/^[a-z][a-z0-9-]*$/.test(id)) throw new Error(`${path}: "${id}" cannot name a source`);
    if (fileName !== `${fileNameOf(id)}.ts`) {
      throw new Error(`${path} defines ${id}; its file must be ${fileNameOf(id)}.ts`);
    }
    if (found.has(id)) throw new Error(`two files define the data source ${id}`);
    found.set(id, definition);
  }
  const rank = ({ group }: DatasetDefinition) => GROUPS.indexOf(group);
  return new Map(
    [...found].toSorted(([, a], [, b]) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1)),
  );
}

/** `fashion-mnist` -> `fashionMnist`. */
const fileNameOf = (id: string): string =>
  camelCase(id.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()));

export const datasets: ReadonlyMap<string, DatasetDefinition> = datasetRegistry(
  import.meta.glob<{ readonly default: DatasetDefinition }>(
    ['../*.ts', '!../index.ts', '!../define.ts'],
    { eager: true },
  ),
);
