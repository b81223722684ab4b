/** The numbers of a Keras model: by the paths of its variables, in its order of axes. */
import { inputError } from '#engine/ir/problem.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import type { NamedTensor } from '../safetensors.ts';
import type { Code } from './code.ts';

export function kerasTensors(
  code: Code,
  tensors: ReadonlyMap<string, NamedTensor>,
): ReadonlyMap<string, NamedTensor> {
  const made = new Map<string, NamedTensor>();
  for (const { node, gives, variables } of code.network.nodes) {
    for (const [key, variable] of Object.entries(variables)) {
      const tensor = tensors.get(`${node.id}.${key}`);
      if (!tensor) {
        throw inputError('weights.missing', `The weights have no ${node.id}.${key}.`);
      }
      const { name, axes, shape, stretches, joined } = variable;
      const ordered = stretches ? inOrder(tensor, stretches) : tensor;
      const turned = axes ? transposed(ordered, axes) : ordered;
      const path = `${code.name(gives)}/${name}`;
      const one = { ...turned, shape: shape ?? turned.shape };
      const before = made.get(path);
      made.set(path, joined ? joinedWith(before, one, joined) : one);
    }
  }
  return made;
}

/** Stretches of the first axis in another order. */
function inOrder({ shape, data }: NamedTensor, stretches: readonly number[]): NamedTensor {
  const size = data.length / stretches.length;
  const result = new Float32Array(data.length);
  stretches.forEach((from, to) =>
    result.set(data.subarray(from * size, (from + 1) * size), to * size),
  );
  return { shape, data: result };
}

function joinedWith(
  before: NamedTensor | undefined,
  one: NamedTensor,
  joined: 'added' | 'stacked',
): NamedTensor {
  if (joined === 'stacked') {
    const rows = (before?.shape[0] ?? 0) + 1;
    const data = Float32Array.from([...(before?.data ?? []), ...one.data]);
    return { shape: [rows, ...one.shape], data };
  }
  return before ? { ...one, data: one.data.map((value, i) => value + (before.data[i] ?? 0)) } : one;
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
