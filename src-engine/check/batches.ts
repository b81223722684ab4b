/**
 * Whether the batches that training will make are large enough for its layers: a batch norm with one value
 * per channel would learn from a variance of 0. The last batch of an epoch counts, as soon as it is known
 * how many samples there are.
 */
import { splitCounts, trainingBatches } from '../ir/batches.ts';
import type { TrainingSettings } from '../ir/document.ts';
import type { Fix, Problem } from '../ir/problem.ts';
import { own } from '../ir/record.ts';
import type { TensorType } from '../ir/tensor.ts';
import type { NodeAnalysis } from './analysis.ts';
import type { CheckContext } from './context.ts';

/** A usual batch, where the one that is set cannot stay. */
const USUAL_BATCH = 32;

/** Samples that training has; null where that is not known. */
export function trainingSamples({
  document,
  facts,
}: Pick<CheckContext, 'document' | 'facts'>): number | null {
  if (!facts) return null;
  const splits = facts.splits ?? splitCounts(facts.counts, document.training.split);
  return splits && splits.train;
}

/** Of the nodes that training computes, those that need more than one sample, and how many. */
export function demandingNodes({
  nodes,
  live,
}: {
  readonly nodes: ReadonlyMap<string, NodeAnalysis>;
  readonly live: Iterable<string>;
}): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const id of live) {
    const node = nodes.get(id);
    const inputs = node?.ports.in.map((port) => own(node.inputs, port));
    if (!node?.definition?.leastBatch || node.bypassed) continue;
    if (!inputs?.every((type): type is TensorType => type !== undefined)) continue;
    const least = node.definition.leastBatch(inputs);
    if (least > 1) found.set(id, least);
  }
  return found;
}

export function checkBatches(context: CheckContext): readonly Problem[] {
  const { training } = context.document;
  const { broken } = context;
  const samples = trainingSamples(context);
  // Of data that nobody has looked at only full batches are known.
  const { sizes } = trainingBatches(samples ?? training.batchSize, training);
  const smallest = Math.min(...sizes);
  return [...demandingNodes(context)]
    .filter(([id, least]) => smallest < least && !broken.has(id))
    .map(([id, least]) => tooSmall(context, { id, least, sizes, samples }));
}

interface Finding {
  readonly id: string;
  readonly least: number;
  readonly sizes: readonly number[];
  readonly samples: number | null;
}

function tooSmall({ document, nodes }: CheckContext, finding: Finding): Problem {
  const { id, least, sizes, samples } = finding;
  const { training } = document;
  const [full = 0, tail] = sizes;
  const fixes = fixesFor(training, finding);
  const needs = `${nodes.get(id)?.type ?? id} needs at least ${least} samples in a batch`;
  return {
    code: 'training.batch-norm-batch-one',
    severity: 'error',
    node: id,
    message:
      samples !== null && samples < least
        ? `${needs}; all that there is to train on is ${samples}.`
        : full < least
          ? `${needs}, not ${full}.`
          : `${needs}; of ${samples ?? 0} training samples in batches of ${full} the last has ${tail ?? 0}.`,
    explanation:
      'With one value per channel the variance is zero: every output is the shift, and the running statistics that evaluation uses take the zero in.',
    ...(fixes.length > 0 ? { fixes } : {}),
  };
}

function fixesFor(training: TrainingSettings, { least, sizes, samples }: Finding): readonly Fix[] {
  const [full = 0] = sizes;
  const batch = fittingBatch(full < least ? USUAL_BATCH : training.batchSize, least, samples);
  return [
    ...(full < least ? [] : [setTraining('Drop the last batch', { dropLast: true })]),
    ...(batch === null ? [] : [setTraining(`Set batch size to ${batch}`, { batchSize: batch })]),
  ];
}

const setTraining = (label: string, training: Partial<TrainingSettings>): Fix => ({
  label,
  edits: [{ kind: 'setTraining', training }],
});

/** The size nearest to the wanted one that leaves no batch too small; null where there is none. */
function fittingBatch(wanted: number, least: number, samples: number | null): number | null {
  if (samples === null) return Math.max(wanted, least);
  const fits = (batchSize: number): boolean =>
    batchSize >= least &&
    Math.min(...trainingBatches(samples, { batchSize, dropLast: false }).sizes) >= least;
  const most = Math.max(samples, wanted);
  for (let distance = 0; distance <= most; distance++) {
    if (fits(wanted - distance)) return wanted - distance;
    if (wanted + distance <= most && fits(wanted + distance)) return wanted + distance;
  }
  return null;
}
