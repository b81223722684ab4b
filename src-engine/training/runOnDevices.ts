/**
 * A run that outlives its device: when a GPU is lost, training goes on from the last checkpoint on a new
 * device, on the CPU when that fails or it happens again, and the log says so.
 */
import type { Backend, BackendName, DeviceLostError } from '../backends/backend.ts';
import { InputError } from '../ir/problem.ts';
import type { Trainer } from './trainer.ts';

export interface TrainerOn {
  readonly trainer: Trainer;
  readonly backend: Backend;
}

export interface RunOnDevices {
  readonly first: TrainerOn;
  readonly openOn: (backend: Backend, paused: boolean, resume: boolean) => Promise<Trainer>;
  readonly createBackend: (name: BackendName) => Promise<Backend>;
  readonly onMoved: (to: TrainerOn) => void;
  readonly log: (message: string) => void;
}

/** A device lost this often takes no further run: something is wrong with it. */
const MOST_LOSSES = 2;

/** Resolves when the run has ended and its last device is closed. */
export async function runOnDevices(options: RunOnDevices): Promise<void> {
  let current = options.first;
  for (let losses = 1; ; losses++) {
    const outcome = await current.trainer.run();
    await current.backend.close();
    if (outcome === 'ended') return;
    try {
      current = await goOn(current, outcome, losses, options);
      options.onMoved(current);
    } catch (error) {
      current.trainer.fail(error);
      return;
    }
  }
}

async function goOn(
  { trainer: lost }: TrainerOn,
  loss: DeviceLostError,
  losses: number,
  options: RunOnDevices,
): Promise<TrainerOn> {
  const names: readonly BackendName[] = losses < MOST_LOSSES ? ['webgpu', 'wasm'] : ['wasm'];
  let failure: unknown = loss;
  for (const name of names) {
    try {
      const backend = await options.createBackend(name);
      try {
        const trainer = await reopened(backend, lost.isPaused, options);
        const from = trainer.stepsDone === 0 ? 'the beginning' : `step ${trainer.stepsDone}`;
        options.log(`${loss.message} Training goes on from ${from} on ${backend.description}.`);
        return { trainer, backend };
      } catch (error) {
        await backend.close();
        throw error;
      }
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

/** From the last checkpoint; a run lost before its first one begins anew, with the same numbers. */
async function reopened(
  backend: Backend,
  paused: boolean,
  { openOn }: RunOnDevices,
): Promise<Trainer> {
  try {
    return await openOn(backend, paused, true);
  } catch (error) {
    if (!(error instanceof InputError) || error.code !== 'file.not-found') throw error;
    return openOn(backend, paused, false);
  }
}
