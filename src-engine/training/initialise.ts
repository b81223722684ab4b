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
    case 'rows': {
      const random = streamOf(seed, name);
      for (let i = 0; i < count; i++) values[i] = init.std * random.normal();
      const start = (init.zeroRow ?? 0) * init.columns;
      return init.zeroRow === null ? values : values.fill(0, start, start + init.columns);
    }
    case 'truncatedNormal':
      return fillTruncated(values, init.std, streamOf(seed, name));
    case 'orthogonal':
      return orthogonal(init, streamOf(seed, name));
    case 'sparse':
      return sparse(init, streamOf(seed, name));
    case 'identity':
      return identity(init);
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

/** Two standard deviations: Keras's and timm's; PyTorch's `trunc_normal_(w, std=s, a=-2 * s, b=2 * s)`. */
const MOST_DEVIATIONS = 2;

function fillTruncated(values: Float32Array, std: number, random: RandomStream): Float32Array {
  for (let i = 0; i < values.length; i++) {
    let drawn = random.normal();
    while (Math.abs(drawn) > MOST_DEVIATIONS) drawn = random.normal();
    values[i] = std * drawn;
  }
  return values;
}

type InitializerOf<K extends Initializer['kind']> = Extract<Initializer, { readonly kind: K }>;

/**
 * `torch.nn.init.orthogonal_`: normal numbers, made orthogonal one vector after the other (Gram-Schmidt), each twice,
 * since once leaves what rounding brought back; in float64. That is the Q of a QR whose R has a positive diagonal.
 * Reference: Saxe et al., https://arxiv.org/abs/1312.6120
 */
function orthogonal(
  { rows, columns, gain }: InitializerOf<'orthogonal'>,
  random: RandomStream,
): Float32Array {
  const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)];
  const vectors: Float64Array[] = [];
  for (let i = 0; i < count; i++) {
    const vector = Float64Array.from({ length }, () => random.normal());
    for (const other of [...vectors, ...vectors]) takeOff(vector, other);
    const size = Math.sqrt(dot(vector, vector));
    vectors.push(vector.map((value) => value / size));
  }
  const values = new Float32Array(rows * columns);
  vectors.forEach((vector, i) => {
    vector.forEach((value, j) => {
      const [row, column] = rows <= columns ? [i, j] : [j, i];
      values[row * columns + column] = gain * value;
    });
  });
  return values;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

function takeOff(vector: Float64Array, unit: Float64Array): void {
  const share = dot(vector, unit);
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] ?? 0) - share * (unit[i] ?? 0);
}

/** `torch.nn.init.sparse_`. Reference: Martens, Deep learning via Hessian-free optimization, 2010. */
function sparse(
  { rows, columns, sparsity, std }: InitializerOf<'sparse'>,
  random: RandomStream,
): Float32Array {
  const values = Float32Array.from({ length: rows * columns }, () => std * random.normal());
  const zeros = Math.ceil(sparsity * rows);
  const order = Int32Array.from({ length: rows }, (_, row) => row);
  for (let column = 0; column < columns; column++) {
    for (let i = 0; i < zeros; i++) {
      const other = i + random.integer(rows - i);
      // Both indexes lie within the array.
      [order[i], order[other]] = [order[other] as number, order[i] as number];
      values[(order[i] as number) * columns + column] = 0;
    }
  }
  return values;
}

/** `torch.nn.init.dirac_`, of a matrix `torch.nn.init.eye_`. */
function identity({ rows, inputs, kernel, groups }: InitializerOf<'identity'>): Float32Array {
  const places = kernel.reduce((product, size) => product * size, 1);
  const middle = kernel.reduce((at, size) => at * size + Math.floor(size / 2), 0);
  const values = new Float32Array(rows * inputs * places);
  const ofGroup = rows / groups;
  for (let group = 0; group < groups; group++) {
    for (let i = 0; i < Math.min(ofGroup, inputs); i++) {
      values[((group * ofGroup + i) * inputs + i) * places + middle] = 1;
    }
  }
  return values;
}

function streamOf(seed: number, name: string): RandomStream {
  return new RandomStream(seed, 'initialise', namedStream(name));
}
