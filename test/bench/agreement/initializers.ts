/**
 * Initialisers draw numbers of their own: not these are compared but their distribution, with the one that PyTorch's
 * rule asks for. Of a large weight the greatest distance of the two distribution functions, times the root of how many
 * numbers there are (Kolmogorov: chance leaves it below 1.63 in 99 of 100), and how far the deviation is off.
 */
import { elementCount } from '#engine/ir/index.ts';
import { weightAndBias, type WeightInit } from '#engine/layers/shared/initializers.ts';
import { erf } from '#engine/ops/scalar.ts';
import { initialValues } from '#engine/training/initialise.ts';

const SHAPE = [256, 64, 3, 3] as const;
const [FAN_IN, FAN_OUT] = [64 * 9, 256 * 9];
const STD = 0.02;
const SPARSITY = 0.75;
const BOUND = 0.1;
/** Of a normal distribution cut off at two deviations. SciPy: truncnorm(-2, 2).std(). */
const TRUNCATED = 0.879_625_661_034_235;

interface Distribution {
  readonly below: (x: number) => number;
  readonly std: number;
}
const uniform = (bound: number): Distribution => ({
  below: (x) => Math.min(1, Math.max(0, (x / bound + 1) / 2)),
  std: bound / Math.sqrt(3),
});
const phi = (z: number): number => (1 + erf(z / Math.SQRT2)) / 2;
const normal = (std: number): Distribution => ({ below: (x) => phi(x / std), std });
const truncated: Distribution = {
  below: (x) => (phi(Math.min(2, Math.max(-2, x / STD))) - phi(-2)) / (phi(2) - phi(-2)),
  std: TRUNCATED * STD,
};

/** As torch.nn.init computes them; LeCun's as Keras does. */
const RULES = {
  torch: uniform(1 / Math.sqrt(FAN_IN)),
  kaimingUniform: uniform(Math.sqrt(6 / FAN_IN)),
  kaimingNormal: normal(Math.sqrt(2 / FAN_IN)),
  xavierUniform: uniform(Math.sqrt(6 / (FAN_IN + FAN_OUT))),
  xavierNormal: normal(Math.sqrt(2 / (FAN_IN + FAN_OUT))),
  lecunUniform: uniform(Math.sqrt(3 / FAN_IN)),
  lecunNormal: normal(Math.sqrt(1 / FAN_IN)),
  uniform: uniform(BOUND),
  normal: normal(STD),
  truncatedNormal: truncated,
  sparse: normal(STD),
} as const satisfies Readonly<Partial<Record<WeightInit, Distribution>>>;

function drawn(weightInit: WeightInit, shape: readonly number[]): Float32Array {
  const { weight } = weightAndBias(shape, {
    ...{ weightInit, biasInit: 'torch', initValue: 0.5, initStd: STD, initSparsity: SPARSITY },
    initBound: BOUND,
    bias: false,
  });
  if (!weight) throw new Error('a layer without weights');
  return initialValues(weight.init, elementCount(shape), 1, 'layer.weight');
}

/** The greatest distance of what was drawn from what is wanted, by how many there are. */
function distance(values: Float32Array, { below }: Distribution): number {
  const sorted = values.toSorted();
  const count = sorted.length;
  const apart = sorted.reduce((most, x, i) => {
    const wanted = below(x);
    return Math.max(most, Math.abs(wanted - i / count), Math.abs(wanted - (i + 1) / count));
  }, 0);
  return apart * Math.sqrt(count);
}

const deviation = (values: Float32Array): number =>
  Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);

/** Of the rows, or of the columns where they are fewer: how far their products are from 1 and 0. */
function orthogonality(shape: readonly [number, number]): number {
  const values = drawn('orthogonal', shape);
  const [rows, columns] = shape;
  const at = (i: number, k: number): number =>
    values[rows <= columns ? i * columns + k : k * columns + i] ?? NaN;
  let worst = 0;
  for (let i = 0; i < Math.min(rows, columns); i++) {
    for (let j = 0; j <= i; j++) {
      let product = 0;
      for (let k = 0; k < Math.max(rows, columns); k++) product += at(i, k) * at(j, k);
      worst = Math.max(worst, Math.abs(product - (i === j ? 1 : 0)));
    }
  }
  return worst;
}

export function compareInitializers(): void {
  const told: string[] = [];
  let [far, farOf, off, offOf] = [0, '', 0, ''];
  for (const [scheme, rule] of Object.entries(RULES)) {
    // Keys of the table of rules, each of which is a scheme.
    const values = drawn(scheme as keyof typeof RULES, SHAPE);
    const kept = scheme === 'sparse' ? values.filter((x) => x !== 0) : values;
    const [apart, wide] = [distance(kept, rule), Math.abs(deviation(kept) / rule.std - 1)];
    if (apart > far) [far, farOf] = [apart, scheme];
    if (wide > off) [off, offOf] = [wide, scheme];
    told.push(scheme);
  }
  const zeros = drawn('sparse', SHAPE).filter((x) => x === 0).length / elementCount(SHAPE);
  const square = Math.max(
    orthogonality([128, 128]),
    orthogonality([96, 200]),
    orthogonality([200, 96]),
  );
  const constant = Math.max(
    ...drawn('constant', [8, 8]).map((x) => Math.abs(x - 0.5)),
    ...drawn('zeros', [8, 8]).map(Math.abs),
    ...drawn('identity', [8, 8]).map((x, i) => Math.abs(x - (i % 9 === 0 ? 1 : 0))),
  );
  console.log(
    `initialisers ${told.length + 4} (all compared)  distance ${far.toFixed(2)} (${farOf}, chance: 1.63)  deviation off by ${(100 * off).toFixed(2)} % (${offOf})`,
  );
  console.log(
    `             orthogonal within ${square.toExponential(1)}; sparse ${zeros} zeros of ${SPARSITY}; constants and identity off by ${constant}`,
  );
}
