/**
 * The layer registry: every file of this folder with a default export, found when the code is bundled.
 * Nothing else may import a layer file, so that adding one touches nothing else.
 */
import { camelCase } from '../ir/naming.ts';
import { LAYER_CATEGORIES, type LayerDefinition } from './define.ts';

/** Layers by type, ordered by category, then by name. Refuses what would make a lookup ambiguous. */
export function layerRegistry(
  modules: Readonly<Record<string, { readonly default: LayerDefinition }>>,
): ReadonlyMap<string, LayerDefinition> {
  const found = new Map<string, LayerDefinition>();
  for (const [path, { default: definition }] of Object.entries(modules)) {
    const { type } = definition;
    const fileName = path.slice(path.lastIndexOf('/') + 1);
    if (fileName !== `${camelCase(type)}.ts`) {
      throw new Error(`${path} defines ${type}; its file must be ${camelCase(type)}.ts`);
    }
    if (found.has(type)) throw new Error(`two files define the layer ${type}`);
    found.set(type, definition);
  }
  const category = (definition: LayerDefinition) => LAYER_CATEGORIES.indexOf(definition.category);
  return new Map(
    [...found].toSorted(([, a], [, b]) => category(a) - category(b) || (a.type < b.type ? -1 : 1)),
  );
}

export const layers: ReadonlyMap<string, LayerDefinition> = layerRegistry(
  import.meta.glob<{ readonly default: LayerDefinition }>(
    ['./*.ts', '!./index.ts', '!./define.ts'],
    { eager: true },
  ),
);

/** The layer of a type known to exist; for types from a document use `layers.get`. */
export function layer(type: string): LayerDefinition {
  const definition = layers.get(type);
  if (!definition) throw new Error(`no layer of type ${type}`);
  return definition;
}
