/** How much memory training a document takes, from its compiled layout; its data comes on top. */
import type { Analysis } from '#engine/check/analysis.ts';
import { trainingSamples } from '#engine/check/batches.ts';
import type { DataFacts } from '#engine/check/dataFacts.ts';
import { memoryProblem } from '#engine/check/memory.ts';
import {
  type DataBinding,
  compileRun,
  heaviestNode,
  needOf,
  type PlannedMemory,
  plannedMemory,
} from '#engine/compile/index.ts';
import type { DataField } from '#engine/ir/attrs.ts';
import { trainingBatches } from '#engine/ir/batches.ts';
import type { NetworkDocument, Problem } from '#engine/ir/index.ts';

export interface MemoryReport extends Omit<PlannedMemory, 'dataBytes'> {
  readonly batchSize: number;
}

/** Null for a document that cannot be trained. */
export function memoryOf(
  document: NetworkDocument,
  analysis: Analysis,
  facts: DataFacts | null,
): { readonly report: MemoryReport; readonly problem: Problem | null } | null {
  if (!analysis.trainable) return null;
  const samples = trainingSamples({ document, facts });
  const { sizes } = trainingBatches(samples ?? document.training.batchSize, document.training);
  const [batchSize = 1] = sizes;
  const training = { ...document.training, batchSize };
  const planned = plannedMemory(
    compileRun({
      document,
      analysis,
      binding: bindingOf(analysis),
      trainBatches: sizes,
      evaluateBatches: [],
      samples: 0,
      predictions: 0,
      probe: false,
    }),
  );
  const { dataBytes, ...report } = planned;
  const heaviest = heaviestNode(analysis);
  const advice = { training, ...(heaviest === undefined ? {} : { heaviest }) };
  return {
    report: { ...report, totalBytes: planned.totalBytes - dataBytes, batchSize },
    problem: memoryProblem(needOf(planned), advice),
  };
}

/** The fields as the document knows them; how many rows there are does not matter here. */
function bindingOf(analysis: Analysis): DataBinding {
  const fields = analysis.dataNodes.flatMap(
    // Checked by the analysis: a Data node has a list of fields.
    (id) => (analysis.nodes.get(id)?.attrs['fields'] ?? []) as readonly DataField[],
  );
  return new Map(
    fields.map((field) => [
      field.name,
      { field, storedDtype: field.dtype, rows: 1, normalisation: null },
    ]),
  );
}
