/**
 * Drops ops whose results nobody needs: not an output, not read by an effect. Autodiff leaves some (the
 * gradient of a first layer's input). Leaves stay, so that ids of persistent storage are stable.
 */
import type { Graph, GraphValue, ValueId } from '../ir/graph.ts';

export function prune(graph: Graph): Graph {
  const alive = new Set<ValueId>(Object.values(graph.outputs));
  for (let id = graph.values.length - 1; id >= 0; id--) {
    const value = graph.values[id];
    if (value?.kind !== 'op') continue;
    if (value.op === 'assign') alive.add(id);
    if (alive.has(id)) for (const input of value.inputs) alive.add(input);
  }
  const renamed = new Map<ValueId, ValueId>();
  const values: GraphValue[] = [];
  graph.values.forEach((value, id) => {
    if (value.kind === 'op' && !alive.has(id)) return;
    renamed.set(id, values.length);
    values.push(
      value.kind === 'leaf'
        ? value
        : { ...value, inputs: value.inputs.map((i) => rename(renamed, i)) },
    );
  });
  const outputs = Object.fromEntries(
    Object.entries(graph.outputs).map(([name, id]) => [name, rename(renamed, id)]),
  );
  return { values, outputs };
}

function rename(renamed: ReadonlyMap<ValueId, ValueId>, id: ValueId): ValueId {
  const next = renamed.get(id);
  if (next === undefined) throw new Error(`value ${id} is used before it is defined`);
  return next;
}
