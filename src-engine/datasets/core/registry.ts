/**
 * The registry of data sources: every file of the folder above with a default export, found when the code
 * is bundled. Nothing else may import a source file.
 */
import { registry } from '#engine/ir/registry.ts';
import type { DatasetDefinition } from '../define.ts';

const GROUPS: readonly DatasetDefinition['group'][] = [
  'Images',
  'Points',
  'Curves',
  'Text',
  'Files',
];

/** Sources by id, ordered by group, then by name. */
export function datasetRegistry(
  modules: Readonly<Record<string, { readonly default: DatasetDefinition }>>,
): ReadonlyMap<string, DatasetDefinition> {
  for (const [path, { default: definition }] of Object.entries(modules)) {
    const { id } = definition;
    if (!/^[a-z][a-z0-9-]*$/.test(id)) throw new Error(`${path}: "${id}" cannot name a source`);
  }
  return registry(modules, {
    kind: 'data source',
    nameOf: ({ id }) => id,
    rank: ({ group }) => GROUPS.indexOf(group),
  });
}

export const datasets: ReadonlyMap<string, DatasetDefinition> = datasetRegistry(
  import.meta.glob<{ readonly default: DatasetDefinition }>(
    ['../*.ts', '!../index.ts', '!../define.ts'],
    { eager: true },
  ),
);
