/**
 * Normalisation with a sample's own statistics: LayerNormalization, InstanceNormalization, or that between two
 * Reshapes for groups of channels, as PyTorch exports it. Its scale and shift go into it where they fit.
 */
import type { ValueId } from '#engine/ir/graph.ts';
import { isBatch, type OnnxEmitter } from '../emitter.ts';
import type { ExportDim } from '../symbolic.ts';
import type { OnnxValue } from '../rules.ts';
import type { GraphView, Match, Pattern } from './define.ts';

interface Normalised {
  readonly x: ValueId;
  readonly eps: number;
  /** Statistics of each sample, and how many numbers make one. */
  readonly groups: number;
  readonly size: number;
  readonly inner: readonly ValueId[];
}

/** Its scale and shift, and the shape in which they meet the values. */
interface Affine {
  readonly weight: ValueId;
  readonly bias: ValueId;
  readonly shape: readonly number[];
}

export default {
  name: 'sampleNorm',
  order: 3,
  match(view, id) {
    return affineAt(view, id) ?? plainAt(view, id);
  },
} satisfies Pattern;

function plainAt(view: GraphView, id: ValueId): Match | null {
  const found = normalisedAt(view, id);
  if (!found) return null;
  const { x, inner } = found;
  return { inner, emit: (e, of, out) => emitNorm(e, of(x), found, null, out) };
}

function affineAt(view: GraphView, id: ValueId): Match | null {
  const [scaled, shift] = view.op(id, 'add')?.inputs ?? [];
  const [y, scale] = view.op(scaled, 'mul')?.inputs ?? [];
  if (scaled === undefined || y === undefined || scale === undefined || shift === undefined) {
    return null;
  }
  const found = view.isRead(scaled, 1) && view.isRead(y, 1) ? normalisedAt(view, y) : null;
  if (!found) return null;
  const [weight, bias] = [operandOf(view, scale), operandOf(view, shift)];
  const shape = view.value(scale).value.type.shape;
  const affine = { weight: weight.id, bias: bias.id, shape };
  const x = view.value(found.x);
  if (operatorOf(x.dims, found, affine) === 'group') return null;
  return {
    inner: [scaled, y, ...found.inner, ...weight.inner, ...bias.inner],
    emit: (e, of, out) =>
      emitNorm(
        e,
        of(found.x),
        found,
        {
          shape,
          weight: of(weight.id).name,
          bias: of(bias.id).name,
        },
        out,
      ),
  };
}

/** A parameter, as it is or only in another shape. */
function operandOf(view: GraphView, id: ValueId) {
  const [behind] = view.op(id, 'reshape')?.inputs ?? [];
  return behind !== undefined && view.isRead(id, 1)
    ? { id: behind, inner: [id] }
    : { id, inner: [] };
}

/** `reshape(normalize(reshape(x), its mean, its variance, 1, 0))`. */
function normalisedAt(view: GraphView, id: ValueId): Normalised | null {
  const [normId] = view.op(id, 'reshape')?.inputs ?? [];
  const norm = view.op(normId, 'normalize');
  const [stretches, mean, variance, one, zero] = norm?.inputs ?? [];
  if (!norm?.params.training || normId === undefined || !view.isRead(normId, 1)) return null;
  if (stretches === undefined || mean === undefined || variance === undefined) return null;
  if (one === undefined || zero === undefined) return null;
  const [x] = view.op(stretches, 'reshape')?.inputs ?? [];
  const isOwn =
    view.op(mean, 'groupMean')?.inputs[0] === stretches &&
    view.op(variance, 'groupVariance')?.inputs[0] === stretches &&
    view.op(variance, 'groupVariance')?.inputs[1] === mean &&
    view.op(one, 'full')?.params.value === 1 &&
    view.op(zero, 'full')?.params.value === 0;
  const isInner =
    view.isRead(stretches, 3) &&
    view.isRead(mean, 2) &&
    [variance, one, zero].every((each) => view.isRead(each, 1));
  if (x === undefined || !isOwn || !isInner) return null;
  const [outer, rows, size] = view.value(stretches).dims;
  const [samples] = view.value(x).dims;
  const groups = ratioOf(rows, samples);
  if (outer !== 1 || typeof size !== 'number' || groups === null) return null;
  return {
    ...{ x, eps: norm.params.eps, groups, size },
    inner: [normId, stretches, mean, variance, one, zero],
  };
}

function ratioOf(a: ExportDim | undefined, b: ExportDim | undefined): number | null {
  if (a === undefined || b === undefined || isBatch(a) !== isBatch(b)) return null;
  const ratio = (isBatch(a) ? a.batch : a) / (isBatch(b) ? b.batch : b);
  return Number.isInteger(ratio) ? ratio : null;
}

type Operator = 'layer' | 'instance' | 'group';

function operatorOf(
  dims: readonly ExportDim[],
  { groups, size }: Pick<Normalised, 'groups' | 'size'>,
  affine: Pick<Affine, 'shape'> | null,
): Operator {
  const sample = dims.slice(1).map(Number);
  const axis = axisOf(dims, groups);
  const trailing = axis === null ? [] : sample.slice(axis - 1);
  const isTrailing = affine === null || affine.shape.join() === trailing.join();
  const isChannels =
    affine === null || affine.shape.join() === dims.map((_, i) => (i === 1 ? sample[0] : 1)).join();
  if (axis === 2 && dims.length >= 3 && isChannels && size > 1) return 'instance';
  if (axis !== null && isTrailing && (affine !== null || axis === dims.length - 1)) return 'layer';
  return 'group';
}

/** How many dimensions from the first on count the groups; null where a dimension is split. */
function axisOf(dims: readonly ExportDim[], groups: number): number | null {
  let product = 1;
  for (let axis = 1; axis < dims.length; axis++) {
    if (product === groups) return axis;
    product *= Number(dims[axis]);
  }
  return null;
}

function emitNorm(
  e: OnnxEmitter,
  x: OnnxValue,
  found: Normalised,
  affine: {
    readonly shape: readonly number[];
    readonly weight: string;
    readonly bias: string;
  } | null,
  out: OnnxValue,
): void {
  const { eps, groups, size } = found;
  const epsilon = { float: eps };
  const filled = (count: number, value: number, dims = [count]): string =>
    e.floats(
      Array.from({ length: count }, () => value),
      dims,
    );
  switch (operatorOf(x.dims, found, affine)) {
    case 'layer': {
      const axis = axisOf(x.dims, groups) ?? 1;
      const trailing = x.dims.slice(axis).map(Number);
      const scale = affine?.weight ?? filled(size, 1, trailing);
      const inputs = [x.name, scale, ...(affine ? [affine.bias] : [])];
      e.op('LayerNormalization', inputs, { axis, epsilon }, out.name);
      return;
    }
    case 'instance': {
      const scale = affine?.weight ?? filled(groups, 1);
      const shift = affine?.bias ?? filled(groups, 0);
      e.op('InstanceNormalization', [x.name, scale, shift], { epsilon }, out.name);
      return;
    }
    case 'group': {
      const [samples = 1] = x.dims;
      const split = e.op('Reshape', [x.name, e.reshapeTo([samples, groups, size])]);
      const inputs = [split, filled(groups, 1), filled(groups, 0)];
      const y = e.op('InstanceNormalization', inputs, { epsilon });
      e.op('Reshape', [y, e.reshapeTo(out.dims)], {}, out.name);
    }
  }
}
