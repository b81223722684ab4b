/**
 * Whether training fits into the memory that the CPU engine can address. While drawing a lower bound, from
 * the sizes of weights and of what the backward pass needs; before a run the planned sizes (compile/memory.ts).
 * What a GPU holds is its own to say, when it is asked: where one may be chosen, this only warns.
 */
import { type AttrSchema, type AttrValues, defaultAttrs } from '../ir/attrs.ts';
import type { Objective, TrainingSettings } from '../ir/document.ts';
import { ADDRESSABLE_BYTES } from '../ir/limits.ts';
import type { Problem } from '../ir/problem.ts';
import { bindBatch, type ConcreteShape, elementCount, sizeBytes } from '../ir/tensor.ts';
import { optimizers, slotsOf } from '../optimizers/index.ts';
import { trainingSamples } from './batches.ts';
import type { CheckContext } from './context.ts';

export interface MemoryNeed {
  /** Weights, their gradients, what the optimiser keeps of them. */
  readonly weightBytes: number;
  /** What lives within a step, as much as the batch is large. */
  readonly activationBytes: number;
  /** The resident samples; 0 where they are not known. */
  readonly dataBytes: number;
}

interface Advice {
  readonly training: Pick<TrainingSettings, 'batchSize' | 'device'>;
  /** The node with the most weights. */
  readonly heaviest?: string;
}

/** Null where it fits. */
export function memoryProblem(need: MemoryNeed, { training, heaviest }: Advice): Problem | null {
  const { weightBytes, activationBytes, dataBytes } = need;
  const bytes = weightBytes + activationBytes + dataBytes;
  if (bytes <= ADDRESSABLE_BYTES || training.device === 'webgpu') return null;
  const mayBeGpu = training.device === 'auto';
  const limit = `the CPU engine can address ${gibibytes(ADDRESSABLE_BYTES)}`;
  const problem: Problem = {
    code: 'memory.too-large',
    severity: mayBeGpu ? 'warning' : 'error',
    message: `Training needs ${gibibytes(bytes)}, ${mayBeGpu ? `which takes a GPU: ${limit}` : limit}.`,
  };
  const { batchSize } = training;
  const perSample = activationBytes / batchSize;
  const affordable = Math.floor((ADDRESSABLE_BYTES - weightBytes - dataBytes) / perSample);
  const most = Math.max(weightBytes, activationBytes, dataBytes);
  if (affordable >= 1 && most !== dataBytes) {
    // A power of two, and some room for what is not counted here.
    const fitting = Math.max(1, 2 ** Math.floor(Math.log2(0.9 * affordable)));
    return {
      ...problem,
      explanation: `What a batch of ${batchSize} leaves for the backward pass takes ${gibibytes(activationBytes)}. A batch of ${fitting} fits.`,
      fixes: [
        {
          label: `Set batch size to ${fitting}`,
          edits: [{ kind: 'setTraining', training: { batchSize: fitting } }],
        },
      ],
    };
  }
  if (most === dataBytes) {
    const explanation = `The samples take ${gibibytes(dataBytes)}. Use fewer of them.`;
    return { ...problem, explanation };
  }
  return {
    ...problem,
    ...(heaviest === undefined ? {} : { node: heaviest }),
    explanation:
      most === weightBytes
        ? `Weights, gradients and the optimiser's memory take ${gibibytes(weightBytes)}. Make ${heaviest ?? 'the widest layers'} narrower.`
        : `A single sample takes ${gibibytes(perSample)}. Make the layers narrower or the images smaller.`,
  };
}

/** The least that the drawn network needs; its data is not known yet. */
export function checkMemory(context: CheckContext): readonly Problem[] {
  const { document, nodes, live } = context;
  const { training } = document;
  // No batch is larger than the training data.
  const batchSize = Math.min(training.batchSize, trainingSamples(context) ?? Infinity);
  let weights = 0;
  const shapes: ConcreteShape[] = [];
  let perSample = 0;
  let heaviest: { readonly id: string; readonly count: number } | null = null;
  for (const id of live) {
    const node = nodes.get(id);
    if (!node) continue;
    if (node.parameterCount === 0) continue;
    weights += node.parameterCount;
    shapes.push(...Object.values(node.params).map(({ shape }) => shape));
    if (node.parameterCount > (heaviest?.count ?? 0)) heaviest = { id, count: node.parameterCount };
    // What a layer with weights was given is kept for the gradient of these.
    for (const type of Object.values(node.inputs)) perSample += sizeBytes(bindBatch(type, 1));
  }
  const problem = memoryProblem(
    {
      weightBytes: 4 * (weights * copiesOfWeights(training) + mostKept(training, weights, shapes)),
      activationBytes: perSample * batchSize,
      dataBytes: 0,
    },
    { training: { ...training, batchSize }, ...(heaviest ? { heaviest: heaviest.id } : {}) },
  );
  return problem ? [problem] : [];
}

/** Weights, their average, gradients. */
const copiesOfWeights = ({ ema }: TrainingSettings): number => 2 + (ema ? 1 : 0);

/** Numbers that the optimiser which keeps most of all weights keeps. */
const mostKept = (
  { objectives }: TrainingSettings,
  weights: number,
  shapes: readonly ConcreteShape[],
): number => Math.max(0, ...objectives.map((objective) => kept(objective, weights, shapes)));

function kept(
  { optimizer: { type, attrs } }: Objective,
  weights: number,
  shapes: readonly ConcreteShape[],
): number {
  const definition = optimizers.get(type);
  if (!definition) return 0;
  // Of another type than the optimiser's own, they are a problem told elsewhere.
  const set = attrs as AttrValues<AttrSchema>;
  const slots = slotsOf(definition, { ...defaultAttrs(definition.attrs), ...set });
  const { slotShape } = definition;
  if (!slotShape) return slots.length * weights;
  const all = shapes.flatMap((shape) => slots.map((slot) => slotShape(slot, shape)));
  return all.reduce((sum, shape) => sum + (shape ? elementCount(shape) : 0), 0);
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
