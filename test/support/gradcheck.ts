/**
 * Gradient checks: what the gradient rules and the differentiation pass say against central differences, in float64 on the reference
 * kernels. Works for one op or for any graph built from inputs (a lowered layer, a loss).
 *
 * The function checked is `sum(weights * y)` with fixed random weights, so that every element of `y`
 * counts differently. Where slopes from the left and from the right differ the function has a kink (relu
 * at 0, a tie in max pooling) and the element is skipped; too many of those fail the check. Of a large input
 * some elements are moved by themselves, and then all of them together, each its own way.
 */
import { differentiate } from '#engine/compile/differentiate.ts';
import { type ValueId, elementCount } from '#engine/ir/index.ts';
import { GraphBuilder, type Value, mul, sumAll } from '#engine/ops/index.ts';
import { evaluatedAgain, evaluateGraph } from './evaluate.ts';
import { type TestTensor, uniformTensor } from './random.ts';

export interface GradcheckOptions {
  /** Allowed difference relative to the larger of 1 and the gradient. */
  readonly tolerance?: number;
  /** Share of elements that may sit on a kink. */
  readonly kinks?: number;
  /** Indexes of f32 inputs that nothing is trained through. i32 and u8 inputs need not be named. */
  readonly constants?: readonly number[];
  /** Elements that no gradient comes to, whatever they change: it has to be zero. */
  readonly untrained?: (input: number, at: number) => boolean;
}

export interface GradcheckReport {
  readonly checked: number;
  readonly skipped: number;
  /** Human-readable, empty when all agree. */
  readonly failures: readonly string[];
}

const STEP = 1e-5;
/** Elements of an input that are moved by themselves. */
const MOST_ELEMENTS = 240;

/** All elements where they are few, else as many as that, at steps that meet every row and column. */
function elementsOf(count: number): readonly number[] {
  if (count <= MOST_ELEMENTS) return Array.from({ length: count }, (_, i) => i);
  const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
  let step = Math.ceil(count / MOST_ELEMENTS);
  while (gcd(step, count) > 1) step += 1;
  return Array.from({ length: MOST_ELEMENTS }, (_, i) => (i * step) % count);
}

/** Compares; the caller asserts on `failures`. */
export function gradcheck(
  inputs: readonly TestTensor[],
  build: (g: GraphBuilder, x: readonly Value[]) => Value,
  {
    tolerance = 1e-6,
    kinks = 0.25,
    constants = [],
    untrained = () => false,
  }: GradcheckOptions = {},
): GradcheckReport {
  const forward = objective(inputs, build);
  const analytic = analyticGradients(inputs, build, constants);
  const failures: string[] = [];
  let [checked, skipped] = [0, 0];

  inputs.forEach((input, k) => {
    const wanted = input.type.dtype === 'f32' && !constants.includes(k);
    if (!wanted) return;
    // No gradient says that nothing changes, which the differences then have to bear out.
    const gradient = analytic[k] ?? input.values.map(() => 0);
    const at = forward(k, () => 0);
    const count = elementCount(input.type.shape);
    const elements = elementsOf(count);
    for (const i of elements) {
      const moved = (by: number) => forward(k, (element) => (element === i ? by : 0));
      const [right, left] = [moved(STEP) - at, at - moved(-STEP)];
      const slope = untrained(k, i) ? 0 : (right + left) / (2 * STEP);
      const scale = Math.max(1, Math.abs(slope));
      if (Math.abs(right - left) / STEP > 1e-2 * scale) {
        skipped += 1;
        continue;
      }
      checked += 1;
      const said = gradient[i] ?? NaN;
      if (!(Math.abs(said - slope) <= tolerance * scale)) {
        failures.push(`d/d input ${k}[${i}]: rule says ${said}, differences say ${slope}`);
      }
    }
    if (elements.length === count) return;
    const ways = uniformTensor([count], { seed: 78 + k }).values;
    const way = (i: number) => (untrained(k, i) ? 0 : (ways[i] ?? NaN));
    const along = (by: number) => forward(k, (i) => by * way(i)) - at;
    const [right, left] = [along(STEP), along(-STEP)];
    const parts = Array.from({ length: count }, (_, i) => (gradient[i] ?? NaN) * way(i));
    const scale = Math.max(1, Math.hypot(...parts));
    // With so many elements one or another passes a kink.
    if (Math.abs(right + left) / STEP > 1e-2 * scale) return;
    const [said, slope] = [parts.reduce((a, b) => a + b, 0), (right - left) / (2 * STEP)];
    if (!(Math.abs(said - slope) <= 10 * tolerance * scale)) {
      failures.push(`along all of input ${k}: rule says ${said}, differences say ${slope}`);
    }
  });

  if (skipped > kinks * (checked + skipped)) {
    failures.push(`${skipped} of ${checked + skipped} elements sit on a kink`);
  }
  if (checked === 0) failures.push('no element was checked');
  return { checked, skipped, failures };
}

interface Built {
  readonly g: GraphBuilder;
  readonly x: readonly Value[];
  readonly y: Value;
  readonly leaves: Map<ValueId, Pick<TestTensor, 'values'>>;
  readonly leaf: (tensor: TestTensor, name: string) => Value;
}

function buildResult(
  inputs: readonly TestTensor[],
  build: (g: GraphBuilder, x: readonly Value[]) => Value,
): Built {
  const g = new GraphBuilder();
  const leaves = new Map<ValueId, Pick<TestTensor, 'values'>>();
  const leaf = (tensor: TestTensor, name: string): Value => {
    const value = g.leaf({ kind: 'gradient', name }, tensor.type);
    leaves.set(value.id, tensor);
    return value;
  };
  const x = inputs.map((input, k) => leaf(input, `input${k}`));
  return { g, x, y: build(g, x), leaves, leaf };
}

const weightsOf = (y: Value): TestTensor => uniformTensor(y.type.shape, { seed: 77 });

/** The objective as a function of one input's elements, moved by so much. */
function objective(
  inputs: readonly TestTensor[],
  build: (g: GraphBuilder, x: readonly Value[]) => Value,
): (input: number, by: (element: number) => number) => number {
  const { g, x, y, leaves } = buildResult(inputs, build);
  const graph = g.finish();
  const results = evaluateGraph(graph, leaves);
  const again = x.map(({ id }) => evaluatedAgain(graph, id, results));
  const weights = weightsOf(y).values;
  return (input, by) => {
    const [tensor, evaluate] = [inputs[input], again[input]];
    if (!tensor || !evaluate) throw new Error(`there is no input ${input}`);
    const { data } = evaluate(tensor.values.map((element, i) => element + by(i)))(y.id);
    return weights.reduce((sum, weight, i) => sum + (data[i] ?? NaN) * weight, 0);
  };
}

function analyticGradients(
  inputs: readonly TestTensor[],
  build: (g: GraphBuilder, x: readonly Value[]) => Value,
  constants: readonly number[],
): readonly (ArrayLike<number> | undefined)[] {
  const { g, x, y, leaves, leaf } = buildResult(inputs, build);
  const loss = sumAll(g, mul(g, y, leaf(weightsOf(y), 'weights')));
  const trainable = x.filter(({ type }, k) => type.dtype === 'f32' && !constants.includes(k));
  const gradients = differentiate(g, loss, trainable);
  const results = evaluateGraph(g.finish(), leaves);
  return x.map((value) => {
    const gradient = gradients.get(value.id);
    if (!gradient) return undefined;
    if (gradient.type.shape.join() !== value.type.shape.join()) {
      throw new Error(
        `a gradient of ${gradient.type.shape.join('×')} for ${value.type.shape.join('×')}`,
      );
    }
    return results[gradient.id]?.data;
  });
}
