/**
 * The layer registry: every file of this folder with a default export, found when the code is bundled.
 * Nothing else may import a layer file, so that adding one touches nothing else.
 */
import { registry } from '../ir/registry.ts';
import { LAYER_CATEGORIES, type LayerDefinition } from './define.ts';

/** Layers by type, ordered by category, then by name. */
export const layerRegistry = (
  modules: Readonly<Record<string, { readonly default: LayerDefinition }>>,
): ReadonlyMap<string, LayerDefinition> =>
  registry(modules, {
    kind: 'layer',
    nameOf: ({ type }) => type,
    rank: ({ category }) => LAYER_CATEGORIES.indexOf(category),
  });

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
