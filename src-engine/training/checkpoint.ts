/**
 * Checkpoints: the model, the optimiser's state and where the run stood, as one safetensors file. Enough
 * to go on as if nothing had happened: batches and random numbers follow from the seed and the step.
 */
import { z } from 'zod';
import { type NamedTensor, readSafetensors, writeSafetensors } from '../export/safetensors.ts';
import { InputError, inputError } from '../ir/problem.ts';
import type { Normalisation } from '../compile/index.ts';
import type { Platform } from '../platform/platform.ts';
import type { WeightsReport } from '../protocol/engineContract.ts';
import { refuseIfNothingFits } from './fittingWeights.ts';
import type { RunMemory } from './memory.ts';
import { parseJson } from './parseJson.ts';
import { parsePosition, type RunPosition } from './runPosition.ts';

/** How the run read its data (see fittedData.ts). */
type DataMetadata = Readonly<Record<string, string>>;

/** A checkpoint of another network, or of another optimiser. */
const MISFITS: ReadonlySet<string> = new Set(['weights.missing', 'weights.shape']);

export const checkpointPath = (folder: string, which: 'last' | 'best'): string =>
  `${folder}/${which}.safetensors`;

/** Answers its size in bytes. */
export async function saveCheckpoint(
  platform: Platform,
  path: string,
  memory: RunMemory,
  position: RunPosition,
  data: DataMetadata,
): Promise<number> {
  const tensors = await memory.readModel();
  for (const [name, tensor] of await memory.readOptimizer()) tensors.set(name, tensor);
  if (position.midUpdate) {
    for (const [name, tensor] of await memory.readGradients()) tensors.set(name, tensor);
  }
  return saveBest(platform, path, tensors, position, data);
}

/** A model as it was at some step: without the optimiser's state, so not to go on from. */
export async function saveBest(
  platform: Platform,
  path: string,
  tensors: ReadonlyMap<string, NamedTensor>,
  position: RunPosition,
  data: DataMetadata,
): Promise<number> {
  const metadata = {
    format: 'netloom-checkpoint',
    position: JSON.stringify(position),
    ...data,
  };
  const bytes = writeSafetensors({ tensors, metadata });
  await platform.files.writeAtomic(path, bytes, { private: true });
  return bytes.length;
}

export async function readBest(platform: Platform, path: string) {
  const { tensors, metadata } = readSafetensors(await platform.files.read(path), path);
  return { tensors, position: positionOf(metadata, path) };
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
  const position = positionOf(file.metadata, path);
  memory.writeModel(file.tensors, path);
  memory.writeOptimizer(file.tensors, path);
  if (position.midUpdate) memory.writeGradients(file.tensors, path);
  return position;
}

/** For a run that goes on from another one's checkpoint; throws InputError where its network differs. */
export async function loadToTrainOn(
  platform: Platform,
  path: string,
  memory: RunMemory,
  stepsPerEpoch: number,
): Promise<RunPosition> {
  const refused = (what: string): Error =>
    inputError('run.cannot-train-on', `This network cannot be trained on from there: ${what}`, {
      path,
      explanation:
        'Begin with the weights alone: those that fit are taken, the optimiser starts anew.',
    });
  let position: RunPosition;
  try {
    position = await loadCheckpoint(platform, path, memory);
  } catch (error) {
    if (!(error instanceof InputError) || !MISFITS.has(error.code)) throw error;
    throw refused(error.message);
  }
  const { step, epoch, stepsPerEpoch: before } = position;
  const same =
    before === undefined ? epoch === Math.floor(step / stepsPerEpoch) : before === stepsPerEpoch;
  if (!same) throw refused('an epoch has another number of steps now (batch size, data or split).');
  return position;
}

/** What of it fits; throws InputError where nothing does. */
export async function loadFitting(
  platform: Platform,
  path: string,
  memory: RunMemory,
): Promise<WeightsReport> {
  const { tensors, rounded } = readSafetensors(await platform.files.read(path), path);
  const report = memory.writeFitting(tensors);
  refuseIfNothingFits(report, path);
  const loaded = new Set(report.loaded);
  return { ...report, rounded: rounded.filter((name) => loaded.has(name)) };
}

const numbers = z.array(z.number());
const normalisations: z.ZodType<Readonly<Record<string, Normalisation | null>>> = z.record(
  z.string(),
  z.object({ shift: numbers, scale: numbers }).nullable(),
);

/** Empty where the weights come from elsewhere; throws InputError when it is there but malformed. */
export function parseNormalisation(
  text: string | undefined,
  path: string,
): Readonly<Record<string, Normalisation | null>> {
  if (text === undefined) return {};
  const parsed = parseJson(normalisations, text);
  if (parsed) return parsed;
  throw inputError('weights.normalisation', 'How inputs were scaled cannot be read.', { path });
}

function positionOf(metadata: DataMetadata, path: string): RunPosition {
  const position = parsePosition(metadata['position'] ?? '');
  if (position) return position;
  throw inputError('checkpoint.position', 'These weights are not a checkpoint of a run.', { path });
}
