/**
 * What of a network is computed when, as a Python module has methods: all of it at once, or, where several
 * objectives have their turn in a step, for each what the ones before have not left.
 */
import type { Analysis } from '#engine/check/analysis.ts';
import { type ObjectivePart, objectiveKeys, weightOwners } from '#engine/check/objectiveParts.ts';
import type { NetworkDocument, PortRef } from '#engine/ir/document.ts';
import { indexWires, reachable } from '#engine/ir/topology.ts';
import { eachOnce, type Wiring } from '../python/wiring.ts';

/** A method of the model. */
export interface Part {
  /** Of the objective, as a person calls it. */
  readonly name: string;
  readonly objective: ObjectivePart;
  /** Computed in it, producers first. */
  readonly nodes: readonly string[];
  /** Fields, random sources and what earlier parts gave. */
  readonly takes: readonly PortRef[];
  readonly gives: readonly PortRef[];
  /** No gradient of this objective is wanted behind this value where that node takes it. */
  readonly isDetached: (from: PortRef, to: string) => boolean;
}

/** One for each objective, in the order of their turns. */
export function partsOf(wiring: Wiring): readonly Part[] {
  const { analysis } = wiring;
  const names = objectiveKeys(analysis.objectives);
  const several = analysis.objectives.length > 1;
  let fresh: ReadonlySet<string> = new Set();
  const steps = analysis.objectives.map((objective) => {
    const needed = objective.nodes.filter((id) => wiring.isComputed(id));
    const nodes = needed.filter((id) => !fresh.has(id));
    const stale = several ? changedBy(wiring, objective) : new Set<string>();
    fresh = new Set([...fresh, ...needed].filter((id) => !stale.has(id)));
    return { objective, nodes, stale };
  });
  const trained = trainedAnywhere(wiring);
  return steps.map(({ objective, nodes, stale }, k) => {
    const made = new Set(nodes);
    const wanted = steps.slice(k).flatMap((later, after) => {
      const again = new Set(after === 0 ? [] : later.nodes);
      const taken = [
        ...(after === 0 ? [] : later.nodes.flatMap((id) => wiring.inputs(id))),
        ...later.objective.losses.flatMap((loss) => wiring.neededBy(loss)),
      ];
      return taken.filter(({ node }) => made.has(node) && !again.has(node));
    });
    return {
      ...{ objective, nodes, name: names[k] ?? '' },
      takes: eachOnce(
        nodes.flatMap((id) => wiring.inputs(id)).filter(({ node }) => !made.has(node)),
      ),
      gives: eachOnce(wanted),
      isDetached: (from, to) =>
        several &&
        !stale.has(from.node) &&
        trained.has(from.node) &&
        (stale.has(to) || objective.losses.includes(to)),
    };
  });
}

/** Nodes whose values an update of the objective changes. */
function changedBy({ analysis, document }: Wiring, { groups }: ObjectivePart): ReadonlySet<string> {
  const owners = new Set(groups.flatMap(({ nodes }) => nodes));
  return downstream(analysis, document, owners);
}

/** Nodes whose values depend on weights that any objective trains. */
function trainedAnywhere({ analysis, document }: Wiring): ReadonlySet<string> {
  const groups = analysis.objectives.flatMap((each) => each.groups);
  return downstream(analysis, document, new Set(groups.flatMap(({ nodes }) => nodes)));
}

function downstream(
  analysis: Analysis,
  document: NetworkDocument,
  owners: ReadonlySet<string>,
): ReadonlySet<string> {
  const readers = analysis.order.filter((id) =>
    weightOwners(analysis.nodes.get(id)).some((owner) => owners.has(owner)),
  );
  return reachable(readers, indexWires(document), 'downstream');
}
