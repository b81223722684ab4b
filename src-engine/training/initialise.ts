/**
 * First values of parameters and buffers. Each parameter has a random stream of its own, named by the
 * seed and its name's hash, so that adding a layer does not change the start of the others.
 */
import type { Initializer } from '../ir/graph.ts';
import { namedStream, RandomStream } from '../ops/philox.ts';

export function initialValues(
  init: Initializer,
  count: number,
  seed: number,
  name: string,
): Float32Array {
  const values = new Float32Array(count);
  switch (init.kind) {
    case 'constant':
      return values.fill(init.value);
    case 'values':
      values.set(init.values);
      return values;
    case 'uniformBound':
      return fillUniform(values, init.bound, streamOf(seed, name));
    case 'uniform':
      return fillUniform(values, Math.sqrt(3) * deviation(init), streamOf(seed, name));
    case 'normal': {
      const random = streamOf(seed, name);
      const scale = deviation(init);
      for (let i = 0; i < count; i++) values[i] = scale * random.normal();
      return values;
    }
    default:
      return init satisfies never;
  }
}

/** Standard deviation of a fan-scaled initialiser; fan-in mode for Kaiming, as PyTorch's default. */
function deviation(init: Extract<Initializer, { kind: 'uniform' | 'normal' }>): number {
  const { scheme, gain, fanIn, fanOut } = init;
  return scheme === 'kaiming' ? gain / Math.sqrt(fanIn) : gain * Math.sqrt(2 / (fanIn + fanOut));
}

function fillUniform(values: Float32Array, bound: number, random: RandomStream): Float32Array {
  for (let i = 0; i < values.length; i++) values[i] = (2 * random.uniform() - 1) * bound;
  return values;
}

function streamOf(seed: number, name: string): RandomStream {
  return new RandomStream(seed, 'initialise', namedStream(name));
}
