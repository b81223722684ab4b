/** Branches of one shape, number by number: what Add and WeightedSum have in common. */
import { ShapeError } from '#engine/ir/problem.ts';
import type { LayerFix } from '#engine/ir/layerFix.ts';
import { sameShape, type Shape, type TensorType } from '#engine/ir/tensor.ts';
import { windowCounts } from '#engine/ops/windows.ts';
import { dim, formatSample, needNumbers } from './shapes.ts';
import { portNames } from './slices.ts';

/** Their type, which is that of each; refused with the way to it where they differ. */
export function needAlike(layer: string, inputs: readonly TensorType[]): TensorType {
  const ports = portNames(inputs.length);
  const [first] = inputs;
  if (!first) throw new ShapeError('shape.no-inputs', `${layer} has no input.`);
  inputs.forEach((input, k) => {
    const port = ports[k] ?? '';
    needNumbers(layer, input, port);
    if (sameShape(first.shape, input.shape)) return;
    const [one, other] = [formatSample(first.shape), formatSample(input.shape)];
    throw new ShapeError(
      'shape.add-mismatch',
      `${layer} takes equal shapes but gets ${one} and ${other}.`,
      {
        port,
        explanation:
          'Bring one branch to the shape of the other first, as the projection of a residual block does.',
        fixes: projections(first.shape, port, input.shape),
      },
    );
  });
  return first;
}

/** Brings the branch at `port` to the shape of `a`, or the other way where only that works. */
function projections(a: Shape, port: string, b: Shape): readonly LayerFix[] {
  if (a.length === 2 && b.length === 2) {
    return [{ kind: 'setWidth', port, width: dim(a, 1) }];
  }
  if (a.length !== 4 || b.length !== 4) return [];
  return [projection(port, b, a), projection('a', a, b)].flatMap((fix) => fix ?? []).slice(0, 1);
}

/** A 1×1 convolution with the channels wanted, and the stride that gives the size wanted. */
function projection(port: string, from: Shape, to: Shape): LayerFix | null {
  const stride = [2, 3].map((axis) => strideBetween(dim(from, axis), dim(to, axis)));
  const [down, across] = stride;
  if (!down || !across) return null;
  return {
    kind: 'insert',
    port,
    type: 'Conv2d',
    attrs: { outChannels: dim(to, 1), kernelSize: [1, 1], stride: [down, across], bias: false },
  };
}

/** The stride with which a window of one pixel takes `to` places along `from`, or null. */
function strideBetween(from: number, to: number): number | null {
  for (let stride = 1; stride <= from; stride++) {
    const window = { kernel: [1, 1], stride: [stride, stride], padding: [0, 0, 0, 0] } as const;
    if (windowCounts([from, 1], window)[0] === to) return stride;
  }
  return null;
}
