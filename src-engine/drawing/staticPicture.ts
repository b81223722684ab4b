/**
 * What a card shows before anything is trained: the weights it would start from, the curve of an
 * activation or a loss, else its sizes drawn. Decided by what the layer states about itself, never by
 * its name.
 */
import { portOf } from '../layers/define.ts';
import type { NodeAnalysis } from '../check/analysis.ts';
import type { Initializer } from '../ir/graph.ts';
import { own } from '../ir/record.ts';
import { perSample, type Shape } from '../ir/tensor.ts';
import type { ParamSpec } from '../layers/define.ts';
import type { Histogram } from '../protocol/run.ts';
import { formatShort } from '../runs/numberText.ts';
import { probeLayer, type ProbeInput } from './probeLayer.ts';

export type StaticPicture =
  | { readonly kind: 'weights'; readonly histogram: Histogram; readonly caption: string }
  | { readonly kind: 'curve'; readonly xs: Float64Array; readonly ys: Float64Array }
  | { readonly kind: 'bars'; readonly values: Float32Array }
  | { readonly kind: 'sizes'; readonly from: readonly number[]; readonly to: readonly number[] };

const HISTOGRAM_BINS = 36;
/** Enough for the shape of a distribution; the real weights may be millions. */
const MOST_SAMPLES = 4000;
const CURVE_POINTS = 81;
const LOSS_CLASSES = 4;

/** Small deterministic generator (mulberry32): a picture must not flicker from one render to the next. */
function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function seedOf(text: string): number {
  let hash = 2166136261;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16777619);
  return hash;
}

/** Half width of a uniform, or the standard deviation of a normal initialiser. */
function spread(init: Extract<Initializer, { kind: 'uniform' | 'normal' }>): number {
  const fan = init.scheme === 'kaiming' ? init.fanIn : (init.fanIn + init.fanOut) / 2;
  const deviation = init.gain / Math.sqrt(Math.max(1, fan));
  return init.kind === 'uniform' ? deviation * Math.sqrt(3) : deviation;
}

/** A histogram like that of the tensor's first values, and how they are spread. */
export function initialWeights(
  { init, shape }: ParamSpec,
  seed: number,
): { histogram: Histogram; caption: string } {
  const size = shape.reduce((product, dim) => product * dim, 1);
  const random = generator(seed);
  const draw = (count: number, next: () => number, reach: number): Histogram => {
    const counts = new Float32Array(HISTOGRAM_BINS);
    for (let i = 0; i < Math.min(count, MOST_SAMPLES); i++) {
      const bin = Math.floor(((next() + reach) / (2 * reach)) * HISTOGRAM_BINS);
      const inside = Math.min(HISTOGRAM_BINS - 1, Math.max(0, bin));
      counts[inside] = (counts[inside] ?? 0) + 1;
    }
    return { min: -reach, max: reach, counts };
  };
  /** `kept`: null draws again. */
  const normalLike = (
    deviation: number,
    kept: (drawn: number) => number | null = (drawn) => drawn,
  ) => {
    const next = (): number => {
      const drawn = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
      return kept(drawn) ?? next();
    };
    return {
      histogram: draw(size, () => next() * deviation, deviation * 3.2),
      caption: `initial weights, sd ${formatShort(deviation)}`,
    };
  };
  switch (init.kind) {
    case 'constant': {
      const counts = new Float32Array(HISTOGRAM_BINS);
      counts[HISTOGRAM_BINS / 2] = 1;
      return {
        histogram: { min: init.value - 1, max: init.value + 1, counts },
        caption: `initial weights, ${formatShort(init.value)}`,
      };
    }
    case 'uniform':
    case 'uniformBound': {
      const bound = 'bound' in init ? init.bound : spread(init);
      return {
        histogram: draw(size, () => (random() * 2 - 1) * bound, bound * 1.02),
        caption: `initial weights, ±${formatShort(bound)}`,
      };
    }
    case 'normal':
      return normalLike(spread(init));
    case 'orthogonal':
      // A number of a unit vector of so many is all but normal.
      return normalLike(init.gain / Math.sqrt(Math.max(init.rows, init.columns)));
    case 'rows':
      return normalLike(init.std);
    case 'truncatedNormal':
      return normalLike(init.std, (drawn) => (Math.abs(drawn) > 2 ? null : drawn));
    case 'sparse':
      return normalLike(init.std, (drawn) => (random() < init.sparsity ? 0 : drawn));
    case 'identity': {
      const ones = init.groups * Math.min(init.rows / init.groups, init.inputs);
      const places = init.kernel.reduce((product, length) => product * length, 1);
      const counts = new Float32Array(HISTOGRAM_BINS);
      counts[HISTOGRAM_BINS / 2] = init.rows * init.inputs * places - ones;
      counts[HISTOGRAM_BINS - 1] = ones;
      return { histogram: { min: -1, max: 1, counts }, caption: 'initial weights, 0 and 1' };
    }
    case 'values': {
      const reach = Math.max(...init.values.map(Math.abs), 1e-6);
      let at = 0;
      return {
        histogram: draw(init.values.length, () => init.values[at++] ?? 0, reach),
        caption: `initial weights, ±${formatShort(reach)}`,
      };
    }
  }
}

/** x against the first output, where the layer maps each number by itself. */
function activationCurve(node: NodeAnalysis): StaticPicture | null {
  const { definition } = node;
  if (!definition) return null;
  const xs = Float64Array.from(
    { length: CURVE_POINTS },
    (_, i) => (i / (CURVE_POINTS - 1)) * 8 - 4,
  );
  const along: ProbeInput = { type: { dtype: 'f32', shape: [CURVE_POINTS, 1] }, values: xs };
  const ys = probeLayer(definition, node.attrs, [along], node.params);
  if (ys?.length !== CURVE_POINTS) return null;
  if (ys.some((y) => y !== ys[0])) {
    return ys.every((y, i) => y === xs[i]) ? null : { kind: 'curve', xs, ys };
  }
  // Constant over single numbers: it compares the numbers of a sample (softmax). Show that.
  const scores = Float64Array.of(-0.4, 0.3, -0.8, 0.5, 0.1, 2.4, -0.2, 0.2, 0.6, -0.6);
  const row: ProbeInput = { type: { dtype: 'f32', shape: [1, scores.length] }, values: scores };
  const shares = probeLayer(definition, node.attrs, [row]);
  return shares ? { kind: 'bars', values: Float32Array.from(shares) } : null;
}

/** The loss of one sample while its right score (or its one number) grows. */
function lossCurve(node: NodeAnalysis): StaticPicture | null {
  const { definition } = node;
  if (!definition) return null;
  const target = portOf(definition, 'target');
  const ofPort = own(definition.portRanges(node.attrs), portOf(definition, 'prediction') ?? '');
  const [low, high] = ofPort ?? [-3, 5];
  const labels = Object.values(node.inputs).some((type) => type.dtype === 'i32');
  const attempt = (withLabels: boolean): StaticPicture | null => {
    const xs = Float64Array.from(
      { length: CURVE_POINTS },
      (_, i) => low + (i / (CURVE_POINTS - 1)) * (high - low),
    );
    const ys = new Float64Array(CURVE_POINTS);
    const width = withLabels ? LOSS_CLASSES : 1;
    for (const [i, x] of xs.entries()) {
      const prediction = new Float64Array(width);
      prediction[0] = x;
      const score: ProbeInput = { type: { dtype: 'f32', shape: [1, width] }, values: prediction };
      const right: ProbeInput = withLabels
        ? { type: { dtype: 'i32', shape: [1], classes: width }, values: Float64Array.of(0) }
        : { type: { dtype: 'f32', shape: [1, 1] }, values: Float64Array.of(1) };
      const inputs = node.ports.in.map((port) => (port === target ? right : score));
      const loss = probeLayer(definition, node.attrs, inputs);
      if (loss?.length !== 1) return null;
      ys[i] = loss[0] ?? 0;
    }
    return { kind: 'curve', xs, ys };
  };
  return attempt(labels) ?? attempt(!labels);
}

export function staticPicture(node: NodeAnalysis): StaticPicture {
  const isFunction = node.definition?.byNumber === true && node.ports.in.length === 1;
  const ofFunction = isFunction ? activationCurve(node) : null;
  if (ofFunction) return ofFunction;
  const [name, param] = Object.entries(node.params)[0] ?? [];
  if (name !== undefined && param) {
    return { kind: 'weights', ...initialWeights(param, seedOf(`${node.id}.${name}`)) };
  }
  const role = node.definition?.role;
  const curve =
    role === 'loss' ? lossCurve(node) : role === 'activation' ? activationCurve(node) : null;
  return (
    curve ?? {
      kind: 'sizes',
      from: sizesOf(Object.values(node.inputs)[0]?.shape),
      to: sizesOf(Object.values(node.outputs)[0]?.shape),
    }
  );
}

function sizesOf(shape: Shape | undefined): readonly number[] {
  return shape ? perSample(shape) : [];
}
