/** Tables of trained vectors, one for each index: what Embedding and EmbeddingBag have in common. */
import { ShapeError } from '#engine/ir/problem.ts';
import { formatInteger } from '#engine/ir/numberText.ts';
import { elementCount, type TensorType } from '#engine/ir/tensor.ts';
import type { Value } from '#engine/ops/builder.ts';
import { reshape } from '#engine/ops/nn.ts';
import type { Lowering, ParamSpec } from '../define.ts';
import { needSamples } from './shapes.ts';

interface Asked {
  readonly numEmbeddings: number;
  readonly paddingIdx: number;
}
interface Table extends Asked {
  readonly embeddingDim: number;
  readonly initStd: number;
}

/** No row is left at zero. */
export const NO_PADDING = -1;

export const tableAttrs = {
  embeddingDim: {
    kind: 'int',
    default: 64,
    min: 1,
    max: 65_536,
    label: 'Dimensions',
    help: 'How many numbers each index gets.',
  },
  numEmbeddings: {
    kind: 'int',
    default: 0,
    min: 0,
    max: 4_194_304,
    zero: 'Automatic',
    label: 'Indices',
    help: 'How many indices there are. Automatic: as many as the data says.',
  },
  paddingIdx: {
    kind: 'int',
    default: NO_PADDING,
    min: NO_PADDING,
    max: 4_194_303,
    label: 'Padding',
    help: 'This index starts as zeros and is not trained: of texts 0, which stands where there is no token. -1: none.',
  },
  initStd: {
    kind: 'number',
    default: 1,
    min: 0,
    max: 10,
    logarithmic: true,
    advanced: true,
    help: 'Standard deviation of the vectors at the start. PyTorch takes 1, most transformers 0.02.',
  },
} as const;

/** Refuses numbers, and tables that are too short. */
export function needIndices(layer: string, x: TensorType, attrs: Table): void {
  needSamples(layer, x);
  if (x.dtype !== 'i32') {
    throw new ShapeError('shape.needs-indices', `${layer} takes indices but gets numbers.`, {
      port: 'x',
      explanation:
        'Indices come from texts as token indices, from categories of a table as embedding indices, or are class labels. Linear makes vectors of numbers.',
      fixes: [{ kind: 'replace', type: 'Linear', attrs: { outFeatures: attrs.embeddingDim } }],
    });
  }
  countOf(layer, x, attrs);
}

export function tableParams(
  layer: string,
  x: TensorType,
  attrs: Table,
): Readonly<Record<string, ParamSpec>> {
  const { embeddingDim: columns, paddingIdx, initStd: std } = attrs;
  const zeroRow = paddingIdx === NO_PADDING ? null : paddingIdx;
  return {
    weight: {
      shape: [countOf(layer, x, attrs), columns],
      init: { kind: 'rows', std, columns, zeroRow },
    },
  };
}

/** `[N, ...] -> [N, ..., embeddingDim]`. */
export function looked(g: Lowering, x: Value, paddingIdx: number): Value {
  const { shape } = x.type;
  const indices = reshape(g, x, [elementCount(shape)]);
  const padding = paddingIdx === NO_PADDING ? {} : { padding: paddingIdx };
  const weight = g.param('weight');
  const rows = g.emit('gatherRows', [weight, indices], padding);
  return reshape(g, rows, [...shape, weight.type.shape[1] ?? 1]);
}

/** Rows of the table: as many as were asked for, or as the data says. */
export function countOf(
  layer: string,
  { classes }: TensorType,
  { numEmbeddings, paddingIdx }: Asked,
): number {
  const count = numEmbeddings === 0 ? classes : numEmbeddings;
  if (count === undefined) {
    throw new ShapeError(
      'shape.index-count',
      `${layer} is not told how many indices there are, and the data does not say.`,
      { port: 'x', fixes: [{ kind: 'setAttrs', attrs: { numEmbeddings: 1000 } }] },
    );
  }
  if (classes !== undefined && count < classes) {
    throw new ShapeError(
      'shape.index-count',
      `${layer} has ${formatInteger(count)} vectors, the data ${formatInteger(classes)} indices.`,
      {
        port: 'x',
        explanation: 'Each index that may come needs a vector.',
        fixes: [{ kind: 'setAttrs', attrs: { numEmbeddings: 0 } }],
      },
    );
  }
  if (paddingIdx >= count) {
    throw new ShapeError(
      'shape.padding-index',
      `Index ${paddingIdx} is padding, but there are only ${count}, counted from 0.`,
      { port: 'x', fixes: [{ kind: 'setAttrs', attrs: { paddingIdx: NO_PADDING } }] },
    );
  }
  return count;
}
