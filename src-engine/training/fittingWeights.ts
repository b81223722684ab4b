/**
 * What of a file of weights fits a network, tensor by tensor and by name: the start of transfer learning. Says
 * what it found in lists that a program can read and in sentences.
 */
import { type NamedTensor, roundedText } from '../export/safetensors.ts';
import { inputError } from '../ir/problem.ts';
import type { ConcreteShape } from '../ir/tensor.ts';
import type { WeightsReport } from '../protocol/engineContract.ts';
import { sameShape } from '../ir/tensor.ts';
import { formatInteger } from '../ir/numberText.ts';

interface Wanted {
  readonly name: string;
  readonly shape: ConcreteShape;
}

/** Belongs to a run and not to its model; `moments` as checkpoints of earlier versions had them. */
const OF_A_RUN = /^(\$|moments[01]\.)/;
/** Names told of a kind; more would bury what they are told for. */
const NAMES_TOLD = 8;

export function fittingWeights(
  wanted: readonly Wanted[],
  tensors: ReadonlyMap<string, NamedTensor>,
): WeightsReport {
  const found = wanted.filter(({ name }) => tensors.has(name));
  const fits = ({ name, shape }: Wanted): boolean =>
    sameShape(tensors.get(name)?.shape ?? [], shape);
  const names = new Set(wanted.map(({ name }) => name));
  return {
    loaded: found.filter(fits).map(({ name }) => name),
    otherShape: found
      .filter((each) => !fits(each))
      .map(({ name, shape }) => ({ name, file: tensors.get(name)?.shape ?? [], network: shape })),
    fresh: wanted.filter(({ name }) => !tensors.has(name)).map(({ name }) => name),
    unused: [...tensors.keys()].filter((name) => !names.has(name) && !OF_A_RUN.test(name)),
  };
}

/** A file of which nothing fits is the wrong one. */
export function refuseIfNothingFits({ loaded, unused, fresh }: WeightsReport, path: string): void {
  if (loaded.length > 0) return;
  throw inputError('weights.nothing-fits', 'None of these weights fit the network.', {
    path,
    explanation: `The file holds ${nameList(unused)}; the network needs ${nameList(fresh)}. Weights are matched by the name of their node.`,
  });
}

export function reportSentences(report: WeightsReport): readonly string[] {
  const { loaded, otherShape, fresh, unused } = report;
  const rounded = roundedText(report.rounded ?? []);
  const size = (shape: readonly number[]): string => shape.join('x');
  const shapes = otherShape.map(
    ({ name, file, network }) => `${name} (${size(file)} in the file, ${size(network)} here)`,
  );
  return [
    `${formatInteger(loaded.length)} of ${formatInteger(loaded.length + otherShape.length + fresh.length)} weights are those of the file.`,
    ...(rounded === null ? [] : [rounded]),
    ...(shapes.length > 0 ? [`Of another shape, so begun anew: ${nameList(shapes)}.`] : []),
    ...(fresh.length > 0 ? [`Not in the file, so begun anew: ${nameList(fresh)}.`] : []),
    ...(unused.length > 0 ? [`In the file alone, so left out: ${nameList(unused)}.`] : []),
  ];
}

/** The first of them, and how many more. */
export function nameList(names: readonly string[]): string {
  if (names.length === 0) return 'nothing of it';
  const told = names.slice(0, NAMES_TOLD).join(', ');
  return names.length > NAMES_TOLD ? `${told} and ${names.length - NAMES_TOLD} more` : told;
}
