/** What of a compiled run takes how much memory, for people and for the check that it fits. */
import type { Analysis } from '../check/analysis.ts';
import type { MemoryNeed } from '../check/memory.ts';
import type { CompiledRun } from './index.ts';

export interface PlannedMemory {
  readonly parameterBytes: number;
  readonly gradientBytes: number;
  /** What the optimiser keeps per weight, and the average of the weights. */
  readonly optimizerBytes: number;
  /** Running statistics, sums, copies that telemetry compares with. */
  readonly bufferBytes: number;
  /** The peak of what lives within a step: activations, their gradients, patches. */
  readonly activationBytes: number;
  readonly dataBytes: number;
  readonly totalBytes: number;
}

export function plannedMemory({ memory }: Pick<CompiledRun, 'memory'>): PlannedMemory {
  const { parameters, gradients, optimizer, average, ...others } = memory.sizeBytes;
  const { buffers, data, feeds, outputs, work } = others;
  return {
    parameterBytes: parameters,
    gradientBytes: gradients,
    optimizerBytes: optimizer + average,
    bufferBytes: buffers + feeds + outputs,
    activationBytes: work,
    dataBytes: data,
    totalBytes: Object.values(memory.sizeBytes).reduce((sum, bytes) => sum + bytes, 0),
  };
}

export function needOf(planned: PlannedMemory): MemoryNeed {
  const { activationBytes, dataBytes, totalBytes } = planned;
  return { activationBytes, dataBytes, weightBytes: totalBytes - activationBytes - dataBytes };
}

/** The node with the most weights. */
export function heaviestNode(analysis: Analysis): string | undefined {
  const nodes = analysis.live.flatMap((id) => analysis.nodes.get(id) ?? []);
  return nodes.toSorted((a, b) => b.parameterCount - a.parameterCount)[0]?.id;
}
