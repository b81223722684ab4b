/**
 * `auto`: a few steps of the actual network on each device, before the run; the faster one gets it. Small
 * networks are faster on the CPU, where a step costs no round trip. Measures, and says what it found; the
 * steps leave no trace, since each measurement has a session of its own.
 */
import type { Backend, BackendName } from '../backends/backend.ts';
import { type CompiledRun, constantRate } from '../compile/index.ts';
import { errorSentence } from '../ir/errors.ts';
import { InputError } from '../ir/problem.ts';
import type { Platform } from '../platform/platform.ts';
import { RunMemory } from './memory.ts';
import type { Prepared } from './prepare.ts';

export type CreateBackend = (name: BackendName, threads: number) => Promise<Backend>;

export interface ChoiceRequest {
  readonly createBackend: CreateBackend;
  readonly threads: number;
  readonly platform: Pick<Platform, 'now'>;
  readonly prepared: Prepared;
  readonly compiledFor: (backend: Backend) => CompiledRun;
  /** Why the CPU cannot take the run, if so. */
  readonly cpuRefusal: string | null;
}

export interface Choice {
  readonly backend: Backend;
  /** One sentence for the log. */
  readonly reason: string;
}

/** Steps that compile, fill caches and raise clocks, not measured; as long as they take no longer. */
const WARM_STEPS = 5;
const WARM_MS = 150;
const MEASURE_MS = 150;
const MOST_STEPS = 200;

/** Throws where neither can take the run. */
export async function chooseDevice(request: ChoiceRequest): Promise<Choice> {
  const { createBackend, threads } = request;
  const cpu = (): Promise<Backend> => createBackend('wasm', threads);
  let gpu: Backend;
  try {
    gpu = await createBackend('webgpu', threads);
  } catch (error) {
    if (request.cpuRefusal !== null) throw error;
    return { backend: await cpu(), reason: `Training on the CPU: ${errorSentence(error)}` };
  }
  const gpuMs = await measured(gpu, request);
  if (typeof gpuMs === 'string') {
    await gpu.close();
    if (request.cpuRefusal !== null) throw new Error(gpuMs);
    return { backend: await cpu(), reason: `Training on the CPU: ${gpuMs}` };
  }
  if (request.cpuRefusal !== null) {
    return { backend: gpu, reason: `Training on the GPU: ${request.cpuRefusal}` };
  }
  const onCpu = await cpu();
  const cpuMs = await measured(onCpu, request);
  const gpuWins = typeof cpuMs === 'string' || gpuMs < cpuMs;
  await (gpuWins ? onCpu : gpu).close();
  const cpuText = typeof cpuMs === 'string' ? cpuMs : `${milliseconds(cpuMs)} on the CPU`;
  return {
    backend: gpuWins ? gpu : onCpu,
    reason: `Training on the ${gpuWins ? 'GPU' : 'CPU'}: a step takes ${milliseconds(gpuMs)} on the GPU (${gpu.description}), ${cpuText}.`,
  };
}

/** Milliseconds of a step, or why there is none. */
async function measured(backend: Backend, request: ChoiceRequest): Promise<number | string> {
  try {
    return await stepMs(backend, request);
  } catch (error) {
    if (error instanceof InputError) return errorSentence(error);
    throw error;
  }
}

async function stepMs(
  backend: Backend,
  { compiledFor, prepared, platform }: ChoiceRequest,
): Promise<number> {
  const compiled = compiledFor(backend);
  const [batch, plan] = [...compiled.train][0] ?? [];
  if (batch === undefined || !plan) return 0;
  const { seed } = prepared.document.training;
  const session = await backend.open(compiled.memory);
  try {
    const memory = new RunMemory(session, compiled, prepared);
    const program = await session.load(plan);
    memory.initialise(seed);
    const rows = prepared.splits.train.subarray(0, batch);
    await memory.open(prepared, rows);
    await memory.reach(rows);
    const run = async (steps: number, mostMs: number): Promise<number> => {
      const started = platform.now();
      let done = 0;
      while (done < steps && (done === 0 || platform.now() - started < mostMs)) {
        // At a learning rate of zero, so that no step goes astray.
        memory.writeStep(seed, done++, constantRate(0));
        memory.writeRows(rows);
        session.run(program);
        const full = session.pace?.();
        if (full) await full;
      }
      await session.settled();
      return (platform.now() - started) / done;
    };
    await run(WARM_STEPS, WARM_MS);
    return await run(MOST_STEPS, MEASURE_MS);
  } finally {
    await session.close();
  }
}

const milliseconds = (value: number): string =>
  value < 10 ? `${value.toFixed(2)} ms` : `${Math.round(value)} ms`;
