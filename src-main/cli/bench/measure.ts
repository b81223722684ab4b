/**
 * Timing of programs on a backend: medians over windows, each long enough that the clock does not matter.
 * Random data of the right shapes; nothing is learned from it.
 */
import type {
  Backend,
  ExecutorCounters,
  LoadedProgram,
  Session,
} from '#engine/backends/backend.ts';
import { analyse } from '#engine/check/analyse.ts';
import {
  type CompiledRun,
  compileRun,
  constantRate,
  type DataBinding,
} from '#engine/compile/index.ts';
import type { KernelCall, Program } from '#engine/compile/program.ts';
import type { DataField } from '#engine/ir/attrs.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import { flops } from '#engine/ops/cost.ts';
import { type Op, RandomStream } from '#engine/ops/index.ts';
import { RunMemory } from '#engine/training/memory.ts';
import type { Workload } from './workloads.ts';

/** Rows of the made-up data set: fewer of large samples, of which so many numbers are kept. */
const MAX_ROWS = 4096;
const MAX_NUMBERS = 2 ** 24;
const WINDOWS = 5;
const WARM_UP_SHARE = 0.5;

export interface MeasureOptions {
  /** Of all windows of one number together. */
  readonly forMs: number;
}

export interface StepResult {
  readonly workload: string;
  readonly what: string;
  readonly batch: number;
  readonly stepMs: number;
  readonly samplesPerSecond: number;
  readonly flopsPerStep: number;
  readonly gflops: number;
  /** What activations and their gradients take. */
  readonly activationBytes: number;
  /** What a step costs the host, on a device of its own. */
  readonly host?: HostCost;
}

export interface HostCost {
  readonly dispatches: number;
  readonly submissions: number;
  readonly bytesWritten: number;
  readonly bytesRead: number;
  /** Encoding and submitting. */
  readonly microseconds: number;
}

export interface KernelResult {
  readonly kernel: string;
  readonly calls: number;
  readonly ms: number;
  readonly gflops: number;
}

/** One training step after another, as a run makes them: feeds, batch, forward, backward, update. */
export async function measureSteps(
  backend: Backend,
  workload: Workload,
  { forMs }: MeasureOptions,
): Promise<StepResult> {
  return withProgram(backend, workload, async ({ session, memory, plan, program }) => {
    const rows = new Int32Array(workload.batch);
    const count = rowsOf(workload);
    let step = 0;
    const before = session.counters?.();
    const stepMs = await medianMs(session, forMs, () => {
      for (let i = 0; i < rows.length; i++) rows[i] = (step * rows.length + i) % count;
      memory.writeStep(1, step, constantRate(1e-3));
      memory.writeRows(rows);
      session.run(program);
      step += 1;
    });
    const flopsPerStep = flopsOf(plan.calls);
    return {
      workload: workload.name,
      what: workload.what,
      batch: workload.batch,
      stepMs,
      samplesPerSecond: (workload.batch / stepMs) * 1000,
      flopsPerStep,
      gflops: flopsPerStep / stepMs / 1e6,
      activationBytes: plan.workBytes,
      ...hostCost(before, session.counters?.()),
    };
  });
}

function hostCost(
  before: ExecutorCounters | undefined,
  after: ExecutorCounters | undefined,
): { readonly host?: HostCost } {
  if (!before || !after) return {};
  const per = (key: keyof ExecutorCounters): number =>
    (after[key] - before[key]) / (after.runs - before.runs);
  return {
    host: {
      dispatches: per('dispatches'),
      submissions: per('submissions'),
      bytesWritten: per('bytesWritten'),
      bytesRead: per('bytesRead'),
      microseconds: 1000 * per('hostMs'),
    },
  };
}

/**
 * The kernels of a step, dearest first, calls that one kernel does together under one name; those of the same
 * kinds and shape are added up. Where a run returns when its work is done, they are timed in whole steps, each
 * after the one before it, so that it finds in the caches what it finds there in training; on a device of its
 * own one kernel runs many times.
 */
export async function profileKernels(
  backend: Backend,
  workload: Workload,
  { forMs }: MeasureOptions,
): Promise<readonly KernelResult[]> {
  return withProgram(backend, workload, async ({ session, memory, plan }) => {
    memory.writeStep(1, 0, constantRate(1e-3));
    memory.writeRows(new Int32Array(workload.batch));
    const loaded = (await session.loadKernels?.(plan)) ?? (await loadEach(session, plan));
    const groups = loaded.map(({ program: { calls }, kernels }) => kernels?.[0] ?? calls);
    const times = session.pace
      ? await oneByOne(session, loaded, forMs)
      : stepByStep(session, loaded, forMs);
    const found = new Map<string, { calls: number; ms: number; flops: number }>();
    groups.forEach((calls, i) => {
      const name = nameOfKernel(calls);
      const sum = found.get(name) ?? { calls: 0, ms: 0, flops: 0 };
      found.set(name, {
        calls: sum.calls + 1,
        ms: sum.ms + (times[i] ?? NaN),
        flops: sum.flops + flopsOf(calls),
      });
    });
    return [...found]
      .map(([kernel, { calls, ms, flops: done }]) => ({
        kernel,
        calls,
        ms,
        gflops: done / ms / 1e6,
      }))
      .sort((a, b) => b.ms - a.ms);
  });
}

async function loadEach(session: Session, plan: Program): Promise<readonly LoadedProgram[]> {
  const loaded: LoadedProgram[] = [];
  for (const call of plan.calls) {
    const only: Program = { name: 'kernel', calls: [call], workBytes: plan.workBytes, outputs: {} };
    loaded.push(await session.load(only));
  }
  return loaded;
}

async function oneByOne(
  session: Session,
  programs: readonly LoadedProgram[],
  forMs: number,
): Promise<readonly number[]> {
  const times: number[] = [];
  for (const program of programs) {
    times.push(await medianMs(session, forMs / programs.length, () => session.run(program)));
  }
  return times;
}

/** The median of each over as many steps as there is time for. */
function stepByStep(
  session: Session,
  programs: readonly LoadedProgram[],
  forMs: number,
): readonly number[] {
  const times = programs.map((): number[] => []);
  const warm = performance.now() + forMs * WARM_UP_SHARE;
  const end = warm + forMs;
  do {
    const isWarm = performance.now() >= warm;
    programs.forEach((program, i) => {
      const start = performance.now();
      session.run(program);
      if (isWarm) times[i]?.push(performance.now() - start);
    });
  } while (performance.now() < end || times[0]?.length === 0);
  return times.map((each) => each.sort((a, b) => a - b)[each.length >> 1] ?? NaN);
}

export async function medianMs(session: Session, forMs: number, run: () => void): Promise<number> {
  const windowMs = forMs / WINDOWS;
  await windowOf(session, forMs * WARM_UP_SHARE, run);
  const times: number[] = [];
  for (let i = 0; i < WINDOWS; i++) times.push(await windowOf(session, windowMs, run));
  return times.sort((a, b) => a - b)[WINDOWS >> 1] ?? NaN;
}

async function windowOf(session: Session, forMs: number, run: () => void): Promise<number> {
  const start = performance.now();
  let count = 0;
  do {
    run();
    count += 1;
    const full = session.pace?.();
    if (full) await full;
  } while (performance.now() - start < forMs);
  await session.settled();
  return (performance.now() - start) / count;
}

interface Opened {
  readonly session: Session;
  readonly memory: RunMemory;
  readonly plan: Program;
  readonly program: LoadedProgram;
}

async function withProgram<T>(
  backend: Backend,
  workload: Workload,
  body: (opened: Opened) => Promise<T>,
): Promise<T> {
  const compiled = compileWorkload(workload, backend);
  const session = await backend.open(compiled.memory);
  try {
    const plan = compiled.train.get(workload.batch);
    if (!plan) throw new Error(`${workload.name} has no program`);
    const memory = new RunMemory(session, compiled);
    memory.initialise(1);
    const rows = rowsOf(workload);
    memory.writeData(
      fieldsOf(workload).map((field) => randomColumn(field, rows)),
      rows,
    );
    return await body({ session, memory, plan, program: await session.load(plan) });
  } finally {
    await session.close();
  }
}

function compileWorkload(workload: Workload, { canStoreAsFloat16 }: Backend): CompiledRun {
  const { document, batch } = workload;
  const halved = document.training.precision === 'float16' && canStoreAsFloat16;
  const analysis = analyse(document);
  const binding: DataBinding = new Map(
    fieldsOf(workload).map((field) => [
      field.name,
      { field, storedDtype: field.dtype, rows: rowsOf(workload), normalisation: null },
    ]),
  );
  return compileRun({
    document,
    analysis,
    binding,
    trainBatches: [batch],
    evaluateBatches: [],
    samples: 0,
    predictions: 0,
    probe: false,
    ...(halved && { canStoreAsFloat16: halved }),
  });
}

function fieldsOf({ document }: Workload): readonly DataField[] {
  const analysis = analyse(document);
  // Checked by the analysis: a Data node has a list of fields.
  return analysis.dataNodes.flatMap(
    (id) => (analysis.nodes.get(id)?.attrs['fields'] ?? []) as readonly DataField[],
  );
}

function rowsOf(workload: Workload): number {
  const numbers = fieldsOf(workload).reduce((sum, { shape }) => sum + elementCount(shape), 0);
  return Math.min(MAX_ROWS, Math.max(workload.batch, Math.floor(MAX_NUMBERS / numbers)));
}

function randomColumn(field: DataField, rows: number) {
  const random = new RandomStream(3, 'data');
  const count = rows * elementCount(field.shape);
  const { classes } = field;
  return classes === undefined
    ? { field, stored: Float32Array.from({ length: count }, () => random.uniform()) }
    : { field, stored: Int32Array.from({ length: count }, () => random.integer(classes)) };
}

export function flopsOf(calls: readonly KernelCall[]): number {
  return calls.reduce((sum, call) => sum + flopsOfCall(call), 0);
}

function flopsOfCall(call: KernelCall): number {
  if (call.kind === 'op') {
    const types = call.inputs.map(({ type }) => type);
    return flops<Op>(call.op, types, call.output.type, call.params);
  }
  const type = { dtype: 'f32', shape: call.shape } as const;
  return call.body.reduce(
    (sum, { op, params, operands }) =>
      sum +
      flops<Op>(
        op,
        operands.map(() => type),
        type,
        params,
      ),
    0,
  );
}

/** `matmul 64x784 64x128 -> 784x128`, `chain of 5 over 64x128`, `groupMean + normalize 64x16x32x32 -> 16`. */
function nameOfKernel(calls: readonly KernelCall[]): string {
  const kinds = calls.map((call) =>
    call.kind === 'fused' ? `chain of ${call.body.length}` : call.op,
  );
  const [first] = calls;
  if (first?.kind !== 'op') return `${kinds.join(' + ')} over ${first?.shape.join('x') ?? ''}`;
  const inputs = first.inputs.slice(0, 2).map(({ type }) => type.shape.join('x'));
  return `${kinds.join(' + ')} ${inputs.join(' ')} -> ${first.output.type.shape.join('x')}`;
}
