/**
 * The compiler's front door: a checked document and the shape of its data in, the programs of a run and
 * the layout of their shared memory out. Reads no data and runs nothing.
 */
import type { Analysis } from '../check/analysis.ts';
import type { Head } from '../check/heads.ts';
import type { NetworkDocument } from '../ir/document.ts';
import type { DataBinding } from './binding.ts';
import type { ProgramContext } from './context.ts';
import { Layout } from './layout.ts';
import { nodeOf } from './lower.ts';
import { type StepScalar, stepScalars, type TrainedGroup, trainedGroups } from './optimizer.ts';
import type { CanStoreAsFloat16, MemoryLayout, Program } from './program.ts';
import { watchedSamples } from './probe.ts';
import {
  decodeProgram,
  encodeProgram,
  evaluateProgram,
  copyWeightsProgram,
  predictProgram,
  probeProgram,
  samplesProgram,
  silenceProgram,
} from './programs.ts';
import { SKIPS_KNOWN } from './lossScale.ts';
import { silenceNodes, silenceSamples } from './silence.ts';
import { type TrainVariant, trainVariants, variantName } from './accumulation.ts';
import { trainProgram } from './trainProgram.ts';

export { SAMPLE_WEIGHTS } from './binding.ts';
export type { BoundField, DataBinding, Normalisation } from './binding.ts';
export { headOutput, ignoredLabelOf, type JudgedHead, judgedHeads, mainHead } from './heads.ts';
export type { BufferSlot, Layout, OptimizerSlot, ParameterSlot } from './layout.ts';
export { LOSS_SCALE, OPTIMIZER_STATE } from './lossScale.ts';
export { heaviestNode, needOf, type PlannedMemory, plannedMemory } from './memory.ts';
export {
  chosenOptimizer,
  constantRate,
  EMA_SHARE,
  type RateOf,
  type StepScalar,
} from './optimizer.ts';
export { CHANNEL_ROWS, HISTOGRAM_BINS, probedNodes, probeName } from './probe.ts';
export { BATCH_SHARE, changesWeights, type TrainPhase } from './accumulation.ts';
export { FINITE_STEPS, isTrainCount, trainCount, trainSum, trainSumKeys } from './accumulators.ts';
export { loudestName, silenceNodes } from './silence.ts';

export interface CompileRequest {
  readonly document: NetworkDocument;
  /** Without errors. */
  readonly analysis: Analysis;
  readonly binding: DataBinding;
  /** Batch sizes to train with (the full one first, then a partial one), and to evaluate with. */
  readonly trainBatches: readonly number[];
  readonly evaluateBatches: readonly number[];
  /** Samples shown at once; 0 compiles no such program. */
  readonly samples: number;
  /** Batch of the prediction program; 0 compiles none. */
  readonly predictions: number;
  /** Those of whom it answers the prediction; all where nothing is said. */
  readonly predicted?: readonly Head[];
  readonly probe: boolean;
  /** How many samples are squeezed, and how many codes rebuilt; absent or of a network without a bottleneck: none. */
  readonly codes?: { readonly encoded: number; readonly decoded: number };
  readonly verify?: boolean;
  /** Train with 16-bit activations where this says so, and a scaled loss. */
  readonly canStoreAsFloat16?: CanStoreAsFloat16;
}

export interface StepProgram extends TrainVariant {
  readonly program: Program;
}

export interface CompiledRun {
  readonly layout: Layout;
  readonly memory: MemoryLayout;
  /** By batch size: a batch with an update of its own, of all objectives. */
  readonly train: ReadonlyMap<number, Program>;
  /** All programs of steps, these among them: parts of an update, updates of some objectives only. */
  readonly steps: readonly StepProgram[];
  readonly evaluate: ReadonlyMap<number, Program>;
  /** For watched steps: `copyWeights` is run before one, `inspect` after it, on its first `samples`. */
  readonly probe?: {
    readonly copyWeights: Program;
    readonly inspect: Program;
    readonly samples: number;
  };
  /** Run over several batches it counts silent units; absent where there can be none. */
  readonly silence?: { readonly count: Program; readonly batch: number; readonly samples: number };
  readonly samples?: Program;
  readonly predict?: Program;
  /** To the bottleneck and on from there. */
  readonly codes?: { readonly encode: Program; readonly decode: Program };
  /** What the update is fed for a step; absent where nothing trains. */
  readonly stepScalars?: readonly StepScalar[];
  /** Bytes by purpose, for `netloom check`. */
  readonly workBytes: number;
}

export function compileRun(request: CompileRequest): CompiledRun {
  const { document, analysis, binding } = request;
  const groups = trainedGroups(analysis);
  const layout = new Layout(
    inArenaOrder(analysis, groups).flatMap((id) => {
      const { params, shared } = nodeOf(analysis, id);
      return Object.entries(params)
        .filter(([key]) => !shared?.has(key))
        .map(([key, spec]) => ({ ...spec, name: `${id}.${key}`, node: id }));
    }),
  );
  const trains = request.trainBatches.length > 0;
  if (trains) {
    layout.useSlots(
      groups.map(({ nodes, optimizer: { slots, definition } }) => ({
        ...{ nodes, slots },
        shapeOf: definition.slotShape,
      })),
    );
  }
  const { ema } = document.training;
  if (trains && ema) layout.useAverage(ema);
  const context: ProgramContext = {
    document,
    analysis,
    binding,
    layout,
    verify: request.verify ?? false,
    ...(request.canStoreAsFloat16 && { canStoreAsFloat16: request.canStoreAsFloat16 }),
  };
  const [fullBatch] = request.trainBatches;
  const steps = trainVariants(request).map((variant, i) => ({
    ...variant,
    program: trainProgram(context, i === 0 ? 'train' : `train:${variantName(variant)}`, variant),
  }));
  // Whole ones, of all objectives, come first.
  const train = new Map(
    steps.slice(0, request.trainBatches.length).map(({ batch, program }) => [batch, program]),
  );
  const evaluate = new Map(
    request.evaluateBatches.map((batch) => [
      batch,
      evaluateProgram(context, `evaluate:${batch}`, batch),
    ]),
  );
  const probe =
    request.probe && fullBatch !== undefined ? probePrograms(context, fullBatch) : undefined;
  const silence =
    request.probe && fullBatch !== undefined && silenceNodes(analysis).length > 0
      ? silenceCount(context, fullBatch)
      : undefined;
  const samples =
    request.samples > 0 ? samplesProgram(context, 'samples', request.samples) : undefined;
  const predict =
    request.predictions > 0
      ? predictProgram(context, 'predict', {
          batch: request.predictions,
          heads: request.predicted ?? analysis.heads,
        })
      : undefined;
  const codes = codePrograms(context, request);
  const all = [
    ...steps.map(({ program }) => program),
    ...evaluate.values(),
    probe?.inspect,
    silence?.count,
    samples,
    predict,
    codes?.encode,
    codes?.decode,
  ];
  const workBytes = Math.max(0, ...all.map((program) => program?.workBytes ?? 0));
  return {
    layout,
    memory: layout.memory(workBytes),
    train,
    steps,
    evaluate,
    workBytes,
    ...(trains
      ? { stepScalars: stepScalars(groups, request.canStoreAsFloat16 && SKIPS_KNOWN) }
      : {}),
    ...(probe ? { probe } : {}),
    ...(silence ? { silence } : {}),
    ...(samples ? { samples } : {}),
    ...(predict ? { predict } : {}),
    ...(codes ? { codes } : {}),
  };
}

function probePrograms(context: ProgramContext, batch: number): CompiledRun['probe'] {
  const samples = watchedSamples(context.analysis, batch);
  return {
    copyWeights: copyWeightsProgram(context, 'probe:copyWeights'),
    inspect: probeProgram(context, 'probe:inspect', { samples, batch }),
    samples,
  };
}

function codePrograms(context: ProgramContext, { codes }: CompileRequest): CompiledRun['codes'] {
  const { bottleneck } = context.analysis;
  if (!codes || !bottleneck) return undefined;
  return {
    encode: encodeProgram(context, bottleneck, codes.encoded),
    decode: decodeProgram(context, bottleneck, codes.decoded),
  };
}

function silenceCount(context: ProgramContext, trainBatch: number): CompiledRun['silence'] {
  const { samples, batch } = silenceSamples(context.analysis, trainBatch);
  return { count: silenceProgram(context, 'silence', batch), batch, samples };
}

/** What is updated together lies together; what is not trained comes last. */
function inArenaOrder({ live }: Analysis, groups: readonly TrainedGroup[]): readonly string[] {
  return [...new Set([...groups.flatMap(({ nodes }) => nodes), ...live])];
}
