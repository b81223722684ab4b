/** Branches number by number, where a size of 1 is repeated: what Multiply, Subtract and Expression have in common. */
import { ShapeError } from '#engine/ir/problem.ts';
import type { Dim, TensorType } from '#engine/ir/tensor.ts';
import { formatSample, needNumbers } from './shapes.ts';

/** What comes out; sizes must be equal or one of them 1, and as many in both. */
export function broadcast(
  layer: string,
  a: TensorType,
  b: TensorType,
  [first, second]: readonly [string, string] = ['a', 'b'],
): TensorType {
  needNumbers(layer, a, first);
  needNumbers(layer, b, second);
  const shape = a.shape.map((size, axis): Dim | undefined => {
    const other = b.shape[axis];
    if (size === other || other === 1) return size;
    return size === 1 && axis > 0 ? other : undefined;
  });
  const sizes = shape.filter((size) => size !== undefined);
  const isBatchKept = a.shape[0] === b.shape[0];
  if (a.shape.length === b.shape.length && sizes.length === shape.length && isBatchKept) {
    return { dtype: 'f32', shape: sizes };
  }
  const [one, other] = [formatSample(a.shape), formatSample(b.shape)];
  const width = a.shape[1];
  throw new ShapeError(
    'shape.broadcast',
    `${layer} takes shapes that fit number by number but gets ${one} and ${other}.`,
    {
      port: second,
      explanation:
        'There must be as many sizes in both, equal or one of them 1, which is repeated.',
      fixes:
        a.shape.length === 2 && b.shape.length === 2 && typeof width === 'number'
          ? [{ kind: 'setWidth', port: second, width }]
          : [],
    },
  );
}
