/** All settings of a document that can be searched, by what they are settings of, each with a line to begin with. Pure. */
import type { NetworkDocument } from '../ir/document.ts';
import type { LayerRole } from '../layers/define.ts';
import { layers } from '../layers/index.ts';
import { NO_MATTER } from '../runs/groups.ts';
import { settingsOf, shortName } from '../runs/settings.ts';
import { sweepLine } from './suggest.ts';

export interface OfferedSetting {
  readonly path: string;
  /** Within its group: `outFeatures`, `lr`; `kind` of a node itself. */
  readonly name: string;
  readonly line: string;
}
export interface OfferedGroup {
  /** Id of a node; null of the training. */
  readonly node: string | null;
  readonly settings: readonly OfferedSetting[];
}

const TRAINING = 'training.';

/** Of these another kind may stand in its place; what computes has other attributes, a loss another figure. */
const CHANGEABLE: ReadonlySet<LayerRole> = new Set([
  ...(['activation', 'normalisation', 'noise', 'dropout'] as const),
]);

/** The training first, then nodes as they stand in the document; groups without any are not there. */
export function offeredSettings(document: NetworkDocument): readonly OfferedGroup[] {
  const kept = new Set(
    document.nodes.flatMap(({ id, type }) =>
      CHANGEABLE.has(layers.get(type)?.role ?? 'data') ? [] : [id],
    ),
  );
  const paths = Object.keys(settingsOf(document)).filter(
    (path) => !NO_MATTER.has(path) && !kept.has(path),
  );
  // Ids may have dots of their own: of two that fit, the longer one has it.
  const ids = document.nodes.map(({ id }) => id).toSorted((a, b) => b.length - a.length);
  const nodeOf = (path: string): string | undefined =>
    ids.find((id) => path === id || path.startsWith(`${id}.`));
  const owned = paths.map((path) => ({ path, owner: nodeOf(path) ?? null }));
  return [null, ...document.nodes.map(({ id }) => id)].flatMap((node) => {
    const settings = owned.flatMap(({ path, owner }): OfferedSetting[] => {
      const line = owner === node ? sweepLine(document, [path]) : null;
      return line === null ? [] : [{ path, name: nameWithin(node, path), line }];
    });
    return settings.length === 0 ? [] : [{ node, settings }];
  });
}

function nameWithin(node: string | null, path: string): string {
  if (node === null) return shortName(path).replace(TRAINING, '');
  return path === node ? 'kind' : path.slice(node.length + 1);
}
