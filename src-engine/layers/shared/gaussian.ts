/** What layers of a normal distribution have in common: a mean and a log variance for each number. */
import { ShapeError } from '#engine/ir/problem.ts';
import { sameShape, type TensorType } from '#engine/ir/tensor.ts';
import { dim, formatSample, needNumbers, needSamples } from './shapes.ts';

export function needSameShape(layer: string, mu: TensorType, logvar: TensorType): void {
  needNumbers(layer, mu, 'mu');
  needNumbers(layer, logvar, 'logvar');
  needSamples(layer, mu, 'mu');
  if (sameShape(mu.shape, logvar.shape)) return;
  const areVectors = mu.shape.length === 2 && logvar.shape.length === 2;
  throw new ShapeError(
    'shape.gaussian-mismatch',
    `${layer} takes a variance for each mean but gets ${formatSample(mu.shape)} and ${formatSample(logvar.shape)}.`,
    {
      port: 'logvar',
      explanation: 'Two layers of the same size, side by side, make them.',
      fixes: areVectors ? [{ kind: 'setWidth', port: 'logvar', width: dim(mu.shape, 1) }] : [],
    },
  );
}
