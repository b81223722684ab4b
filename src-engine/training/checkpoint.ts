/**
 * Checkpoints: the model, the optimiser's state and where the run stood, as one safetensors file. Enough
 * to go on as if nothing had happened: batches and random numbers follow from the seed and the step.
 */
import { type NamedTensor, readSafetensors, writeSafetensors } from '../export/safetensors.ts';
import { inputError } from '../ir/problem.ts';
import type { Normalisation } from '../compile/index.ts';
import type { Platform } from '../platform/platform.ts';
import type { PlateauState } from '../schedules/index.ts';
import type { WeightsReport } from '../protocol/engineContract.ts';
import { refuseIfNothingFits } from './fittingWeights.ts';
import type { RunMemory } from './memory.ts';

export interface RunPosition {
  /** Steps done. */
  readonly step: number;
  readonly epoch: number;
  readonly elapsedMs: number;
  readonly seed: number;
  /** Early stopping: best value of the watched metric so far, epochs since. */
  readonly best: number | null;
  readonly epochsSinceBest: number;
  /** What the learning-rate schedules have seen, by objective; older checkpoints have none. */
  readonly schedules?: readonly PlateauState[];
  /** Sums of the train metrics since the last point, so that the next point is the same. */
  readonly pending: { readonly samples: number; readonly sums: Readonly<Record<string, number>> };
  /** Paused within the evaluation that ends an epoch: it begins anew. */
  readonly evaluationDue?: true;
  /** Gradients of the steps before wait for an update: they are in the checkpoint. */
  readonly midUpdate?: true;
}

/** How the run read its data (see fittedData.ts). */
type DataMetadata = Readonly<Record<string, string>>;

export const checkpointPath = (folder: string, which: 'last' | 'best'): string =>
  `${folder}/${which}.safetensors`;

export async function saveCheckpoint(
  platform: Platform,
  path: string,
  memory: RunMemory,
  position: RunPosition,
  data: DataMetadata,
): Promise<void> {
  const tensors = await memory.readModel();
  for (const [name, tensor] of await memory.readOptimizer()) tensors.set(name, tensor);
  if (position.midUpdate) {
    for (const [name, tensor] of await memory.readGradients()) tensors.set(name, tensor);
  }
  await saveBest(platform, path, tensors, position, data);
}

/** A model as it was at some step: without the optimiser's state, so not to go on from. */
export async function saveBest(
  platform: Platform,
  path: string,
  tensors: ReadonlyMap<string, NamedTensor>,
  position: RunPosition,
  data: DataMetadata,
): Promise<void> {
  const metadata = {
    format: 'netloom-checkpoint',
    position: JSON.stringify(position),
    ...data,
  };
  const bytes = writeSafetensors({ tensors, metadata });
  await platform.files.writeAtomic(path, bytes, { private: true });
}

export async function readBest(platform: Platform, path: string) {
  const { tensors, metadata } = readSafetensors(await platform.files.read(path), path);
  return { tensors, position: parsePosition(metadata['position'], path) };
}

/** The model alone, as others can read it. */
export async function saveModel(
  platform: Platform,
  path: string,
  memory: RunMemory,
  data: DataMetadata,
): Promise<void> {
  const tensors = await memory.readEvaluated();
  const metadata = {
    format: 'pt',
    producer: 'netloom',
    ...data,
  };
  await platform.files.writeAtomic(path, writeSafetensors({ tensors, metadata }));
}

export async function loadCheckpoint(
  platform: Platform,
  path: string,
  memory: RunMemory,
): Promise<RunPosition> {
  const file = readSafetensors(await platform.files.read(path), path);
  const position = parsePosition(file.metadata['position'], path);
  memory.writeModel(file.tensors, path);
  memory.writeOptimizer(file.tensors, path);
  if (position.midUpdate) memory.writeGradients(file.tensors, path);
  return position;
}

/** What of it fits; throws InputError where nothing does. */
export async function loadFitting(
  platform: Platform,
  path: string,
  memory: RunMemory,
): Promise<WeightsReport> {
  const { tensors } = readSafetensors(await platform.files.read(path), path);
  const report = memory.writeFitting(tensors);
  refuseIfNothingFits(report, path);
  return report;
}

/** Empty where the weights come from elsewhere; throws InputError when it is there but malformed. */
export function parseNormalisation(
  text: string | undefined,
  path: string,
): Readonly<Record<string, Normalisation | null>> {
  if (text === undefined) return {};
  const numbers = (list: unknown) =>
    Array.isArray(list) && list.every((value) => Number.isFinite(value));
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) {
      const fits = Object.values(parsed).every((entry: unknown) => {
        if (entry === null) return true;
        if (typeof entry !== 'object') return false;
        const { shift, scale } = entry as Record<string, unknown>;
        return numbers(shift) && numbers(scale);
      });
      if (fits) return parsed as Record<string, Normalisation | null>;
    }
  } catch {
    // Said below, the same way as for a wrong shape.
  }
  throw inputError('weights.normalisation', 'How inputs were scaled cannot be read.', { path });
}

function parsePosition(text: string | undefined, path: string): RunPosition {
  try {
    const position: unknown = JSON.parse(text ?? '');
    if (isPosition(position)) return { ...position, pending: pendingOf(position) };
  } catch {
    // Said below, the same way as for a wrong shape.
  }
  throw inputError('checkpoint.position', 'These weights are not a checkpoint of a run.', { path });
}

/** Earlier versions summed the loss and the right answers of one head, each under its own key. */
function pendingOf({ pending }: RunPosition): RunPosition['pending'] {
  if ('sums' in pending) return pending;
  const { samples, loss, correct } = pending as unknown as Readonly<Record<string, unknown>>;
  return { samples: Number(samples), sums: { loss: Number(loss), accuracy: Number(correct) } };
}

function isPosition(value: unknown): value is RunPosition {
  if (typeof value !== 'object' || value === null) return false;
  const { step, epoch, elapsedMs, seed, best, epochsSinceBest, pending } = value as Record<
    string,
    unknown
  >;
  return (
    [step, epoch, elapsedMs, seed, epochsSinceBest].every((n) => Number.isFinite(n)) &&
    (best === null || typeof best === 'number') &&
    typeof pending === 'object' &&
    pending !== null
  );
}
