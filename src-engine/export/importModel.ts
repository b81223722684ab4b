/**
 * Weights that come in, as a run's folder keeps them: they must be those of the network, all of them and nothing
 * else. What the file said of itself stays with them, so that they leave again as they came.
 */
import { analyse } from '../check/analyse.ts';
import type { Analysis } from '../check/analysis.ts';
import type { NetworkDocument } from '../ir/document.ts';
import { inputError } from '../ir/problem.ts';
import { fittingWeights, nameList } from '../training/fittingWeights.ts';
import { parseNormalisation } from '../training/checkpoint.ts';
import { NORMALISATION_KEY, parseFittedData } from '../training/fittedData.ts';
import { asEvaluated } from '../training/memory.ts';
import { withoutErrors } from '../training/prepare.ts';
import type { RunPosition } from '../training/runPosition.ts';
import type { Model } from './modelJson.ts';
import { type NamedTensor, writeSafetensors } from './safetensors.ts';
import { modelTensors, withFields } from './source.ts';

/** Metadata of a checkpoint that says where a run stood. */
const POSITION_KEY = 'position';
const FORMAT_KEY = 'format';
/** What is of the file that holds them, and of no model. */
const OF_THE_FILE: ReadonlySet<string> = new Set([POSITION_KEY, FORMAT_KEY, 'producer']);

export interface ImportedModel {
  readonly document: NetworkDocument;
  /** A file of weights as checkpoints are. */
  readonly checkpoint: Uint8Array;
  readonly parameters: number;
  /** Where the file says that training stood; 0 where it does not. */
  readonly step: number;
  readonly epoch: number;
  /** As the file calls it. */
  readonly name: string | null;
}

/** Throws InputError with the names where something is missing, of another shape or too much. */
export function importModel(model: Model, path: string): ImportedModel {
  const { metadata } = model;
  const fitted = parseFittedData(metadata, path);
  const document = fitted ? withFields(model.document, fitted.fields) : model.document;
  const analysis = withoutErrors(analyse(document));
  // Refused now, and not by whoever wants an answer.
  parseNormalisation(metadata[NORMALISATION_KEY], path);
  const tensors = weightsOf(analysis, asEvaluated(document, model.tensors), path);
  const step = count(metadata['step']);
  const epoch = count(metadata['epoch']);
  const position: RunPosition = {
    ...{ step, epoch, elapsedMs: 0, seed: document.training.seed },
    ...{ best: null, epochsSinceBest: 0, pending: { samples: 0, sums: {} } },
  };
  return {
    document: model.document,
    checkpoint: writeSafetensors({
      tensors,
      metadata: {
        ...originOf(metadata),
        [FORMAT_KEY]: 'netloom-checkpoint',
        [POSITION_KEY]: JSON.stringify(position),
      },
    }),
    parameters: analysis.parameterCount,
    ...{ step, epoch, name: metadata['name'] ?? null },
  };
}

/** What a file that came in said of the model, without what is of the file. */
export const originOf = (
  metadata: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(metadata).filter(([key]) => !OF_THE_FILE.has(key)));

function weightsOf(
  analysis: Analysis,
  tensors: ReadonlyMap<string, NamedTensor>,
  path: string,
): ReadonlyMap<string, NamedTensor> {
  const wanted: { name: string; shape: NamedTensor['shape'] }[] = [];
  const found = modelTensors(analysis, (name, shape) => {
    wanted.push({ name, shape });
    return tensors.get(name) ?? { shape, data: new Float32Array() };
  });
  const { otherShape, fresh, unused } = fittingWeights(wanted, tensors);
  if (otherShape.length + fresh.length + unused.length === 0) return found;
  const size = (shape: readonly number[]): string => shape.join('x');
  const shapes = otherShape.map(
    ({ name, file, network }) => `${name} (${size(file)} in the file, ${size(network)} here)`,
  );
  throw inputError('weights.misfit', 'These are not the weights of this network.', {
    path,
    explanation: [
      ...(fresh.length > 0 ? [`The file has no ${nameList(fresh)}.`] : []),
      ...(shapes.length > 0 ? [`Of another shape: ${nameList(shapes)}.`] : []),
      ...(unused.length > 0 ? [`The network has no ${nameList(unused)}.`] : []),
    ].join(' '),
  });
}

/** Whole and not negative, or 0. */
function count(text: string | undefined): number {
  const value = Number(text ?? 0);
  return Number.isSafeInteger(value) && value > 0 ? value : 0;
}
