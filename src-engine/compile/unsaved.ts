/**
 * What an op saves for its gradient is not made where nothing reads it: in evaluation, and wherever its layer is not
 * trained and trains nothing before it. After pruning, when the readers left are those there will be.
 */
import type { Graph, GraphValue, OpValue, ValueId } from '../ir/graph.ts';
import { recurrentInputs, recurrentRows } from '../ops/recurrent.ts';
import { readersOf } from './schedule.ts';

export function dropUnsaved(graph: Graph): Graph {
  const readers = readersOf(graph);
  const outputs = new Set(Object.values(graph.outputs));
  const values = graph.values.map((value, id): GraphValue => {
    if (value.kind !== 'op' || value.op !== 'recurrent' || outputs.has(id)) return value;
    // Its name says which it is.
    const recurrent = value as OpValue<'recurrent'>;
    const { gates } = recurrentInputs(recurrent.inputs, recurrent.params);
    const steps = graph.values[gates]?.type.shape[0] ?? 0;
    const params = { ...recurrent.params, saves: false };
    const rows = recurrentRows(params, steps).total;
    if (!(readers[id] ?? []).every((reader) => readsWithin(graph, reader, rows))) return value;
    const { type } = recurrent;
    return { ...recurrent, params, type: { ...type, shape: type.shape.with(0, rows) } };
  });
  return { ...graph, values };
}

function readsWithin(graph: Graph, reader: ValueId, rows: number): boolean {
  const value = graph.values[reader];
  if (value?.kind !== 'op' || value.op !== 'slice') return false;
  const { axis, start, length } = (value as OpValue<'slice'>).params;
  return axis === 0 && start + length <= rows;
}
