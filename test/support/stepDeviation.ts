/** One training step on two backends from the same numbers: how far apart they end. */
import type { Backend } from '#engine/backends/backend.ts';
import type { NamedTensor } from '#engine/export/safetensors.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import { Curve } from './lossCurve.ts';

type Tensors = ReadonlyMap<string, NamedTensor>;

export interface StepDeviation {
  readonly loss: number;
  readonly gradients: number;
  readonly parameters: number;
}

/** Gradients shorter than this share of the whole network's are measured by it: terms of both signs cancel. */
const SMALL = 0.1;
/** A bias before a batch norm has no gradient at all. */
const NOTHING = 1e-9;
/** As far as gradients have to agree. */
const ROUNDING = 1e-5;

/**
 * Both take each step from where the other, the one to follow, stands: what one step adds to the
 * difference, which no later step can amplify. Of loss, gradients and updated parameters, per step.
 */
export async function compareSteps(
  [backend, reference]: readonly [Backend, Backend],
  document: NetworkDocument,
  { batch, steps }: { readonly batch: number; readonly steps: number },
): Promise<StepDeviation[]> {
  const ours = await Curve.open(backend, document, { batch });
  const theirs = await Curve.open(reference, document, { batch });
  const found: StepDeviation[] = [];
  for (let step = 0; step < steps; step++) {
    await ours.continueFrom(theirs);
    // To float32, so that both start from the same numbers.
    await theirs.continueFrom(theirs);
    const [loss, wanted] = [await ours.next(), await theirs.next()];
    const slopes = { ours: await ours.gradients(), theirs: await theirs.gradients() };
    const models = { ours: await ours.model(), theirs: await theirs.model() };
    const overall = overallLength(slopes.theirs);
    found.push({
      loss: Math.abs(loss - wanted) / Math.abs(wanted),
      gradients: furthest(slopes.ours, slopes.theirs, SMALL * overall),
      // Where there is no slope but that of rounding, Adam still makes whole steps.
      parameters: furthest(
        withKnownSlope(models.ours, slopes.theirs, overall),
        withKnownSlope(models.theirs, slopes.theirs, overall),
      ),
    });
  }
  await Promise.all([ours.close(), theirs.close()]);
  return found;
}

function lengthOf(data: ArrayLike<number>): number {
  let squares = 0;
  for (let i = 0; i < data.length; i++) squares += (data[i] ?? 0) ** 2;
  return Math.sqrt(squares);
}

const overallLength = (tensors: Tensors): number =>
  Math.hypot(...[...tensors.values()].map(({ data }) => lengthOf(data)));

/**
 * Without tensors that have no gradient, and with 0 in place of numbers whose slope is so small a share of
 * their tensor's typical one that the sum it is made of does not tell its sign.
 */
function withKnownSlope(model: Tensors, slopes: Tensors, overall: number): Tensors {
  return new Map(
    [...model].flatMap(([name, tensor]): readonly [string, NamedTensor][] => {
      const slope = slopes.get(name)?.data;
      if (!slope) return [[name, tensor]];
      const length = lengthOf(slope);
      if (length <= NOTHING * overall) return [];
      const least = (ROUNDING * length) / Math.sqrt(slope.length);
      const data = tensor.data.map((value, i) => (Math.abs(slope[i] ?? 0) < least ? 0 : value));
      return [[name, { ...tensor, data }]];
    }),
  );
}

/** Of the tensors, the largest distance, relative to the wanted one or to `floor` if it is shorter. */
function furthest(tensors: Tensors, wanted: Tensors, floor = 0): number {
  const distances = [...wanted].map(([name, { data }]) => {
    const other = tensors.get(name)?.data ?? [];
    const apart = lengthOf(data.map((value, i) => (other[i] ?? NaN) - value));
    return apart === 0 ? 0 : apart / Math.max(lengthOf(data), floor);
  });
  return Math.max(...distances);
}
