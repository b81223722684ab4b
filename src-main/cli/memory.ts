/** How much memory training a document takes, from its compiled layout; its data comes on top. */
import { type DataBinding, compileRun } from '#engine/compile/index.ts';
import type { Analysis } from '#engine/check/analysis.ts';
import type { DataField } from '#engine/ir/attrs.ts';
import type { NetworkDocument } from '#engine/ir/index.ts';

export interface MemoryReport {
  /** Weights and running statistics. */
  readonly weightBytes: number;
  /** Gradients and what the optimiser keeps per weight. */
  readonly trainingBytes: number;
  /** Activations and everything else that lives within one step of `batchSize` samples. */
  readonly workBytes: number;
  readonly batchSize: number;
}

/** Null for a document that cannot be trained. */
export function memoryOf(document: NetworkDocument, analysis: Analysis): MemoryReport | null {
  if (!analysis.trainable) return null;
  const { batchSize } = document.training;
  const { sizeBytes } = compileRun({
    document,
    analysis,
    binding: bindingOf(analysis),
    trainBatches: [batchSize],
    evaluateBatches: [],
    samples: 0,
    predictions: 0,
    probe: false,
  }).memory;
  return {
    weightBytes: sizeBytes.parameters + sizeBytes.buffers,
    trainingBytes: sizeBytes.gradients + sizeBytes.moments0 + sizeBytes.moments1,
    workBytes: sizeBytes.work,
    batchSize,
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
