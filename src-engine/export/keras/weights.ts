/** The numbers of a Keras model: by the paths of its variables, in its order of axes. */
import { inputError } from '#engine/ir/problem.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import type { NamedTensor } from '../safetensors.ts';
import type { Code } from './code.ts';

export function kerasTensors(
  code: Code,
  tensors: ReadonlyMap<string, NamedTensor>,
): ReadonlyMap<string, NamedTensor> {
  return new Map(
    code.network.nodes.flatMap(({ node, gives, variables }) =>
      Object.entries(variables).map(([key, { name, axes, shape }]) => {
        const tensor = tensors.get(`${node.id}.${key}`);
        if (!tensor) {
          throw inputError('weights.missing', `The weights have no ${node.id}.${key}.`);
        }
        const turned = axes ? transposed(tensor, axes) : tensor;
        return [
          `${code.name(gives)}/${name}`,
          { ...turned, shape: shape ?? turned.shape },
        ] as const;
      }),
    ),
  );
}

/** `axes`: for each axis of the result, which one it was. */
export function transposed({ shape, data }: NamedTensor, axes: readonly number[]): NamedTensor {
  const sizes = axes.map((axis) => shape[axis] ?? 1);
  const strides = axes.map((axis) => elementCount(shape.slice(axis + 1)));
  const result = new Float32Array(data.length);
  const place = sizes.map(() => 0);
  let from = 0;
  for (let to = 0; to < result.length; to++) {
    result[to] = data[from] ?? 0;
    // The next place, the last axis first.
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      const stride = strides[axis] ?? 0;
      const next = (place[axis] ?? 0) + 1;
      from += stride;
      if (next < (sizes[axis] ?? 1)) {
        place[axis] = next;
        break;
      }
      from -= stride * next;
      place[axis] = 0;
    }
  }
  return { shape: sizes, data: result };
}
