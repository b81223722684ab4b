/**
 * What a network makes from nothing: the last value that depends on a latent source, on no data, and on the
 * weights of one objective alone. Of a GAN that is the fake, before the discriminator has its say.
 */
import type { NetworkDocument, PortRef } from '../ir/document.ts';
import { indexWires, reachable } from '../ir/topology.ts';
import type { Analysis } from './analysis.ts';
import { weightOwners } from './objectiveParts.ts';

/** Null where nothing is generated. */
export function generatedOutput(analysis: Analysis, document: NetworkDocument): PortRef | null {
  const { nodes, live, dataNodes, lossNodes, objectives } = analysis;
  const index = indexWires(document);
  const sources = live.filter((id) => {
    return nodes.get(id)?.definition?.role === 'latent';
  });
  if (sources.length === 0) return null;
  const made = reachable(sources, index, 'downstream');
  const judged = reachable([...dataNodes, ...lossNodes], index, 'downstream');
  const trainer = new Map(
    objectives.flatMap((part) =>
      part.groups.flatMap((group) => group.nodes.map((id) => [id, part.index] as const)),
    ),
  );
  const trainersOf = (id: string): ReadonlySet<number | undefined> => {
    const before = reachable([id], index, 'upstream');
    const owners = [...before].flatMap((each) => weightOwners(nodes.get(each)));
    return new Set(owners.map((owner) => trainer.get(owner)));
  };
  const last = live.findLast(
    (id) =>
      made.has(id) &&
      !judged.has(id) &&
      nodes.get(id)?.ports.out.length === 1 &&
      trainersOf(id).size === 1,
  );
  const [port] = nodes.get(last ?? '')?.ports.out ?? [];
  return last === undefined || port === undefined ? null : { node: last, port };
}
