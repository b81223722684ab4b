/** Runs and frames made up for tests of the renderer; numbers are plausible, not measured. */
import { emptyDocument } from '#engine/ir/document.ts';
import { curvesOf } from '#engine/protocol/metricColumns.ts';
import type {
  Histogram,
  MetricPoint,
  RunDetail,
  RunProgress,
  RunSummary,
  TelemetryFrame,
} from '#engine/protocol/run.ts';
import type { RunState } from '#engine/protocol/runState.ts';

export function runProgress(state: RunState, step = 0): RunProgress {
  return {
    state,
    step,
    totalSteps: 1000,
    epoch: Math.floor(step / 200),
    totalEpochs: 5,
    stepsPerEpoch: 200,
    elapsedMs: step * 20,
    samplesPerSecond: 3200,
    etaMs: (1000 - step) * 20,
  };
}

export function runSummary(id: string, state: RunState, step = 0): RunSummary {
  return {
    id,
    name: id,
    projectName: 'digits-mlp',
    documentId: 'document',
    createdAt: '2026-01-02T03:04:05Z',
    seed: 42,
    device: 'wasm',
    threads: 2,
    dataFingerprint: 'f',
    parameters: 1000,
    progress: runProgress(state, step),
    hasCheckpoint: step > 0,
    tags: [],
    notes: '',
    starred: false,
    archived: false,
    sizeBytes: null,
    colorSlot: 0,
  };
}

export function runDetail(
  id: string,
  state: RunState,
  metrics: readonly MetricPoint[],
  extra: Partial<RunDetail> = {},
): RunDetail {
  const step = metrics.at(-1)?.step ?? 0;
  return {
    ...runSummary(id, state, step),
    document: emptyDocument('digits-mlp'),
    curves: curvesOf(metrics),
    events: [],
    log: [],
    snapshots: {},
    ...extra,
  };
}

export function trainPoint(step: number, loss = 1 / step): MetricPoint {
  return { split: 'train', step, epoch: 0, timeMs: step * 20, values: { loss } };
}

export function bellHistogram(min: number, max: number, bins = 36): Histogram {
  const counts = Float32Array.from({ length: bins }, (_, i) => {
    const x = ((i + 0.5) / bins) * 6 - 3;
    return Math.round(1000 * Math.exp((-x * x) / 2));
  });
  return { min, max, counts };
}

/** One frame of a network of these nodes, each with one weight. */
export function telemetryFrame(
  step: number,
  nodes: readonly string[],
  gradientNorm: (node: string) => number = () => 0.01,
  updateRatio = 1e-3,
): TelemetryFrame {
  return {
    step,
    epoch: 0,
    timeMs: step * 20,
    nodes: nodes.map((node) => ({
      node,
      activation: bellHistogram(-2, 2),
      mean: 0,
      standardDeviation: 1,
      zeroShare: 0,
      nonFiniteShare: 0,
      gradientNorm: gradientNorm(node),
    })),
    parameters: nodes.map((node) => ({
      name: `${node}.weight`,
      node,
      weights: bellHistogram(-0.4, 0.4),
      mean: 0,
      standardDeviation: 0.1,
      gradientNorm: 0.1,
      updateRatio,
    })),
  };
}
