/**
 * The engine as its process serves it: calls of the EngineContract, one run at a time. Knows no transport.
 */
import type { Backend } from '../backends/backend.ts';
import type { CanStoreAsFloat16 } from '../compile/program.ts';
import { shownHeads } from '../check/heads.ts';
import { memoryProblem } from '../check/memory.ts';
import {
  type CompiledRun,
  compileRun,
  heaviestNode,
  needOf,
  plannedMemory,
} from '../compile/index.ts';
import { trainingBatches } from '../ir/batches.ts';
import type { TrainingSettings } from '../ir/document.ts';
import { InputError, inputError, type Problem } from '../ir/problem.ts';
import type { Platform } from '../platform/platform.ts';
import type { EngineCalls, StartReply, StartRequest } from '../protocol/engineContract.ts';
import type { Handlers } from '../protocol/rpc.ts';
import { type Attention, FULL_ATTENTION } from '../protocol/watching.ts';
import { BOUNDARY_BATCH, boundaryPlanes } from './boundary.ts';
import { codesShown } from './latents.ts';
import { chooseDevice, type CreateBackend } from './chooseDevice.ts';
import { reportSentences } from './fittingWeights.ts';
import { createTrainingRows } from './ownSamples/trainingRows.ts';
import { generate } from './generate.ts';
import { predict } from './predict.ts';
import { closeRows, prepare, type Prepared } from './prepare.ts';
import type { EmitEvent } from './reporter.ts';
import { runOnDevices, type TrainerOn } from './runOnDevices.ts';
import { Trainer } from './trainer.ts';
import { SHOWN_SAMPLES } from './samples.ts';
import { judgedRows } from './validator.ts';

export interface EngineServiceOptions {
  readonly platform: Platform;
  readonly createBackend: CreateBackend;
  readonly emit: EmitEvent;
  readonly verify?: boolean;
}

interface ActiveRun {
  readonly runId: string;
  /** Another one after a device was lost. */
  trainer: Trainer;
  attention: Attention;
  readonly closed: Promise<void>;
}

const DEFAULT_TELEMETRY_HZ = 10;
/** Samples evaluated at once, and how many batches: more would only take memory. */
const EVALUATE_BATCH = 250;
const EVALUATE_LEAST = 32;
const EVALUATE_BATCHES = 4;
/** Points of a curve, or of a scatter plot: fewer would not draw it. */
const SHOWN_POINTS = 256;

export function createEngineService(options: EngineServiceOptions): Handlers<EngineCalls> {
  const { platform } = options;
  const rows = createTrainingRows(platform);
  let active: ActiveRun | null = null;
  // Preparing lets messages in, so that another start may come meanwhile.
  let starting: { readonly runId: string; isStopped: boolean } | null = null;
  const trainerOf = (runId: string): Trainer => {
    if (active?.runId === runId && !active.trainer.hasEnded) return active.trainer;
    throw inputError('run.not-active', `The run ${runId} is not being trained.`);
  };
  const begin = async (request: StartRequest): Promise<StartReply> => {
    // Of a run that has ended, memory and threads may still be on their way out.
    await active?.closed;
    const { first, reply, openOn, log, close } = await open(request, options);
    const run: ActiveRun = {
      runId: request.runId,
      trainer: first.trainer,
      attention: request.attention ?? FULL_ATTENTION,
      closed: closeAfter(
        runOnDevices({
          first,
          openOn,
          log,
          createBackend: (name) => options.createBackend(name, threadsOf(request)),
          onMoved({ trainer, backend }) {
            run.trainer = trainer;
            trainer.attend(run.attention);
            options.emit('device', { runId: request.runId, ...deviceOf(backend) });
          },
        }),
        close,
      ),
    };
    active = run;
    return reply;
  };
  return {
    ping: () => ({ timeMs: platform.now(), rssBytes: platform.usage?.().memoryBytes ?? 0 }),
    async start(request) {
      if (starting || (active && !active.trainer.hasEnded)) {
        throw inputError('run.busy', 'Another run is being trained.');
      }
      const start = { runId: request.runId, isStopped: false };
      starting = start;
      try {
        const reply = await begin(request);
        // Asked for while the data was read and the network compiled.
        if (start.isStopped) trainerOf(request.runId).stop();
        return reply;
      } finally {
        starting = null;
      }
    },
    pause: ({ runId }) => (trainerOf(runId).pause(), null),
    resume: ({ runId }) => (trainerOf(runId).resume(), null),
    step: ({ runId }) => (trainerOf(runId).step(), null),
    stop({ runId }) {
      if (starting?.runId === runId) starting.isStopped = true;
      else trainerOf(runId).stop();
      return null;
    },
    attend({ runId, ...attention }) {
      trainerOf(runId).attend(attention);
      if (active) active.attention = attention;
      return null;
    },
    async saveWeights({ runId, path }) {
      await trainerOf(runId).saveWeights(path);
      return null;
    },
    predict: (request) => predict(request, options),
    generate: (request) => generate(request, options),
    nearest: (request) => rows.nearest(request),
    heldOut: (request) => rows.heldOut(request),
  };
}

/** Closes what a run was given once it has ended, however it ended. */
async function closeAfter(ended: Promise<void>, close: () => Promise<void>): Promise<void> {
  try {
    await ended;
  } finally {
    await close();
  }
}

interface OpenedRun {
  readonly first: TrainerOn;
  readonly reply: StartReply;
  /** The same run on another backend, from its last checkpoint where there is one. */
  readonly openOn: (backend: Backend, paused: boolean, resume: boolean) => Promise<Trainer>;
  readonly log: (message: string) => void;
  /** Once it has ended. */
  readonly close: () => Promise<void>;
}

async function open(request: StartRequest, options: EngineServiceOptions): Promise<OpenedRun> {
  const { platform } = options;
  const prepared = await prepare(request.document, {
    files: platform.files,
    ...(request.data && { data: request.data }),
    leavesLarge: true,
    yieldToEventLoop: () => platform.yieldToEventLoop(),
  });
  const close = (): Promise<void> => closeRows(prepared);
  try {
    return { ...(await openRun(request, prepared, options)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openRun(
  request: StartRequest,
  prepared: Prepared,
  options: EngineServiceOptions,
): Promise<Omit<OpenedRun, 'close'>> {
  const { platform, emit } = options;
  const { training } = request.document;
  const { train, validation, test } = prepared.splits;
  const telemetryHz = request.telemetryHz ?? DEFAULT_TELEMETRY_HZ;
  const watching = telemetryHz > 0;
  const sampleRows = shownRows(prepared);
  const planes = boundaryPlanes(prepared);
  const evaluateBatch = evaluateBatchOf(training.batchSize);
  const evaluateBatches = new Set(
    [validation, test, judgedRows(prepared, request.judgeTraining)].flatMap((rows) =>
      wholeAndRest(rows.length, evaluateBatch),
    ),
  );
  const compile = (canStoreAsFloat16?: CanStoreAsFloat16): CompiledRun =>
    compileRun({
      ...prepared,
      trainBatches: trainingBatches(train.length, training).sizes,
      evaluateBatches: [...evaluateBatches],
      samples: watching ? sampleRows.length : 0,
      predictions: watching && planes.length > 0 ? BOUNDARY_BATCH : 0,
      predicted: planes.map(({ head }) => head),
      probe: watching,
      ...(watching && codesShown(prepared, sampleRows)),
      verify: options.verify ?? false,
      ...(canStoreAsFloat16 && { canStoreAsFloat16 }),
    });
  const whole = compile();
  let halved: CompiledRun | undefined;
  const compiledFor = ({ canStoreAsFloat16 }: Backend): CompiledRun =>
    canStoreAsFloat16 && training.precision === 'float16'
      ? (halved ??= compile(canStoreAsFloat16))
      : whole;
  const { backend, reason } = await backendFor(request, whole, compiledFor, prepared, options);
  const openOn: OpenedRun['openOn'] = (on, paused, resume) =>
    Trainer.open({
      ...request,
      platform,
      backend: on,
      prepared,
      compiled: compiledFor(on),
      emit,
      telemetryHz,
      attention: request.attention ?? FULL_ATTENTION,
      sampleRows,
      evaluateBatch,
      paused,
      resume,
    });
  const log = (message: string): void =>
    emit('log', { runId: request.runId, entry: { timeMs: 0, level: 'info', message } });
  try {
    const trainer = await openOn(backend, request.paused ?? false, request.resume ?? false);
    if (request.resume !== true) (await prepared.notes()).forEach(log);
    if (reason !== null) log(reason);
    if (training.precision === 'float16') log(precisionNote(backend));
    if (training.ema) log(averageNote(training.ema));
    if (trainer.weights) reportSentences(trainer.weights).forEach(log);
    return { first: { trainer, backend }, reply: replyOf(trainer, backend, prepared), openOn, log };
  } catch (error) {
    await backend.close();
    throw error;
  }
}

function averageNote({ decay, evaluate }: NonNullable<TrainingSettings['ema']>): string {
  return evaluate
    ? `Evaluated and saved is the moving average of the weights (decay ${decay}); training goes on with the weights themselves.`
    : `The moving average of the weights (decay ${decay}) is kept in checkpoints; evaluated and saved are the weights themselves.`;
}

function precisionNote({ canStoreAsFloat16 }: Backend): string {
  return canStoreAsFloat16
    ? 'Activations are kept as 16-bit floats, and the loss is scaled so that small gradients survive.'
    : 'Activations are kept as 32-bit floats: 16-bit ones are for GPUs.';
}

/** The backend asked for, or the faster one, and why. */
async function backendFor(
  request: StartRequest,
  whole: CompiledRun,
  compiledFor: (backend: Backend) => CompiledRun,
  prepared: Prepared,
  { createBackend, platform }: EngineServiceOptions,
): Promise<{ readonly backend: Backend; readonly reason: string | null }> {
  const threads = threadsOf(request);
  const name = request.backend ?? 'wasm';
  const refusal = name === 'wasm' || name === 'auto' ? cpuProblem(whole, prepared) : null;
  if (name !== 'auto') {
    if (refusal) throw new InputError([refusal]);
    return { backend: await createBackend(name, threads), reason: null };
  }
  const cpuRefusal = refusal?.message ?? null;
  const choice = { createBackend, threads, platform, prepared, compiledFor, cpuRefusal };
  return chooseDevice(choice).catch((error: unknown) => {
    throw refusal ? new InputError([refusal]) : error;
  });
}

/** Better said with advice, and before anything is allocated. */
function cpuProblem(
  compiled: CompiledRun,
  { analysis, document, splits }: Prepared,
): Problem | null {
  const heaviest = heaviestNode(analysis);
  const { batchSize } = document.training;
  return memoryProblem(needOf(plannedMemory(compiled)), {
    training: { batchSize: Math.min(batchSize, splits.train.length), device: 'cpu' },
    ...(heaviest === undefined ? {} : { heaviest }),
  });
}

/**
 * Of validation samples; where a head draws a curve and there are not enough of them for it, training samples
 * come after.
 */
function shownRows({ analysis, splits }: Prepared): Int32Array {
  const drawsCurve = shownHeads(analysis).some(
    ({ classifies, labels, inputFields }) =>
      !classifies && !labels && !inputFields.some(({ field }) => field.shape.length === 3),
  );
  const { validation, train } = splits;
  if (!drawsCurve) return (validation.length > 0 ? validation : train).slice(0, SHOWN_SAMPLES);
  return Int32Array.of(...validation.slice(0, SHOWN_POINTS), ...train.slice(0, SHOWN_POINTS)).slice(
    0,
    SHOWN_POINTS,
  );
}

/** A forward pass keeps little, so a few batches at once take no more memory than training on one. */
function evaluateBatchOf(batchSize: number): number {
  return Math.min(EVALUATE_BATCH, Math.max(EVALUATE_LEAST, EVALUATE_BATCHES * batchSize));
}

/** Evaluation programs are compiled for whole batches and for each split's rest. */
function wholeAndRest(count: number, batch: number): readonly number[] {
  const rest = count % batch;
  return [...(count >= batch ? [batch] : []), ...(rest > 0 ? [rest] : [])];
}

const threadsOf = ({ threads, document }: StartRequest): number =>
  threads ?? document.training.threads;

const deviceOf = ({ description, threads }: Backend): Pick<StartReply, 'device' | 'threads'> => ({
  device: description,
  threads,
});

function replyOf(trainer: Trainer, backend: Backend, prepared: Prepared): StartReply {
  return {
    ...deviceOf(backend),
    parameters: prepared.analysis.parameterCount,
    dataFingerprint: prepared.table.fingerprint,
    totalSteps: trainer.totalSteps,
    startStep: trainer.stepsDone,
    ...(trainer.weights && { weights: trainer.weights }),
  };
}
