/**
 * Larger images or sequences, or smaller ones, `[N, C, H, W] -> [N, C, P, Q]`.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.Upsample.html
 */
import { ShapeError } from '../ir/problem.ts';
import type { TensorType } from '../ir/tensor.ts';
import type { Value } from '../ops/builder.ts';
import { defineLayer, type Lowering } from './define.ts';
import { kerasLayer } from './shared/keras.ts';
import {
  cubicWeights,
  interpolated,
  linearWeights,
  mapped,
  nearestWeights,
  repeated,
} from './shared/resample.ts';
import { asImage, asSequence, imageType, stepsFirst } from './shared/sequences.ts';
import {
  dim,
  formatPair,
  needImage,
  needNumbers,
  pythonCall,
  pythonPair,
} from './shared/shapes.ts';
import { type Pair, pairAttr } from './shared/windows.ts';

interface Wanted {
  readonly scaleFactor: Pair;
  readonly size: Pair;
}

const isSequence = ({ shape }: TensorType): boolean => shape.length === 3;
const hasSize = ({ size }: Wanted): boolean => size.some((pixels) => pixels > 0);

/** Height and width of what comes, of a sequence 1 and its length. */
const sizeOf = (x: TensorType): Pair => {
  const { shape } = isSequence(x) ? imageType(x) : x;
  return [dim(shape, 2), dim(shape, 3)];
};
/** Of what is given. */
function wantedSize(x: TensorType, { scaleFactor, size }: Wanted): Pair {
  const [height, width] = sizeOf(x);
  const along = (side: 0 | 1, pixels: number): number => size[side] || pixels * scaleFactor[side];
  return [isSequence(x) ? height : along(0, height), along(1, width)];
}
/** How many times as large, where that is a whole number on both sides. */
function wholeFactors(from: Pair, to: Pair): Pair | null {
  return to[0] % from[0] === 0 && to[1] % from[1] === 0 ? [to[0] / from[0], to[1] / from[1]] : null;
}

/** As PyTorch calls straight lines along one side, and along two. */
const OTHER = { linear: 'bilinear', bilinear: 'linear', bicubic: 'linear' } as const;

export default defineLayer({
  type: 'Upsample',
  label: 'Upsample',
  category: 'Convolution',
  role: 'transform',
  doc: 'Makes images or sequences larger by a whole factor, or of a given size, repeating pixels or drawing lines between them: the way up of a decoder or a U-Net, without weights.',
  keywords: [
    'resize',
    'enlarge',
    'interpolate',
    'nearest',
    'bilinear',
    'bicubic',
    'decoder',
    'unet',
    'scale',
    'sequence',
  ],
  idPrefix: 'up',
  attrs: {
    scaleFactor: pairAttr(
      2,
      1,
      'How many times as high and as wide images become; sequences as long as the second says.',
    ),
    size: pairAttr(
      0,
      0,
      'Height and width of what comes out, of sequences the second; 0: as the scale factor says.',
      true,
    ),
    mode: {
      kind: 'choice',
      default: 'nearest',
      options: ['nearest', 'linear', 'bilinear', 'bicubic'],
      optionLabels: {
        nearest: 'Nearest',
        linear: 'Linear (sequences)',
        bilinear: 'Bilinear (images)',
        bicubic: 'Bicubic (images)',
      },
      help: 'Repeats pixels, or draws straight lines or cubic curves between them.',
    },
    alignCorners: {
      kind: 'bool',
      default: false,
      advanced: true,
      help: 'Of lines and curves: puts the corner pixels at the corners of the new image, not beside them.',
    },
  },
  examples: [
    { mode: 'linear', scaleFactor: [1, 3] },
    { mode: 'linear', size: [0, 7], alignCorners: true },
    { mode: 'bilinear', scaleFactor: [3, 2] },
    { mode: 'bilinear', size: [3, 7] },
    { mode: 'bilinear', alignCorners: true },
    { mode: 'bicubic', alignCorners: true, size: [7, 3] },
    { mode: 'bicubic', size: [0, 6] },
    { size: [7, 3] },
    { size: [2, 8] },
  ],
  ports: { in: ['x'], out: ['y'] },
  // A cubic curve goes beyond the pixels it goes through.
  range: ({ mode }) => (mode === 'bicubic' ? undefined : 'input'),
  summary: ({ scaleFactor, size, mode }) =>
    `${hasSize({ scaleFactor, size }) ? `to ${size.map((pixels) => pixels || '?').join('×')}` : `×${formatPair(scaleFactor)}`} ${mode}`,
  infer([x], attrs) {
    if (isSequence(x)) needNumbers('Upsample', x);
    else needImage('Upsample', x);
    needMode(x, attrs.mode);
    const [height, width] = wantedSize(x, attrs);
    const sample = isSequence(x) ? [width] : [height, width];
    return [{ dtype: 'f32', shape: [x.shape[0] ?? 'N', dim(x.shape, 1), ...sample] }];
  },
  check: ([x], _attrs, { isField }) => (isSequence(x) ? stepsFirst('Upsample', x, isField) : []),
  lower(g, [x], attrs) {
    const image = isSequence(x.type) ? asImage(g, x) : x;
    const y = resized(g, image, wantedSize(x.type, attrs), attrs);
    return [isSequence(x.type) ? asSequence(g, y) : y];
  },
  torch({ mode, alignCorners, ...attrs }, [x]) {
    const text = (pair: Pair) => (isSequence(x) ? pair[1] : pythonPair(pair));
    return pythonCall(
      'nn.Upsample',
      hasSize(attrs)
        ? `size=${text(wantedSize(x, attrs))}`
        : `scale_factor=${text(attrs.scaleFactor)}`,
      mode === 'nearest' ? undefined : `mode="${mode}"`,
      mode !== 'nearest' && alignCorners ? 'align_corners=True' : undefined,
    );
  },
  keras: {
    layout: 'channelsLast',
    form({ mode, alignCorners, ...attrs }, [x]) {
      const factors = wholeFactors(sizeOf(x), wantedSize(x, attrs));
      if (factors === null) return { none: 'its layer enlarges by whole factors alone' };
      if (mode === 'bicubic')
        return { none: 'its curve between pixels depends on what is behind it' };
      if (mode !== 'nearest' && alignCorners) {
        return { none: 'its bilinear images do not have their corner pixels at the corners' };
      }
      if (isSequence(x)) {
        if (mode === 'linear') return { none: 'its layer repeats steps alone' };
        return kerasLayer('UpSampling1D', [factors[1]]);
      }
      return kerasLayer('UpSampling2D', [
        pythonPair(factors),
        mode === 'nearest' ? undefined : `interpolation="${mode}"`,
      ]);
    },
  },
});

type Mode = 'nearest' | keyof typeof OTHER;

/** PyTorch's names say along how many sides there are lines. */
function needMode(x: TensorType, mode: Mode): void {
  const isRight = mode === 'nearest' || (mode === 'linear') === isSequence(x);
  if (isRight) return;
  const [of, other] = [isSequence(x) ? 'sequences' : 'images', OTHER[mode]];
  throw new ShapeError('shape.upsample-mode', `Upsample has no ${mode} ${of}.`, {
    port: 'x',
    explanation:
      'Straight lines are called linear along sequences, bilinear along both sides of images; bicubic curves are for images.',
    fixes: [{ kind: 'setAttrs', attrs: { mode: other } }],
  });
}

function resized(
  g: Lowering,
  x: Value,
  to: Pair,
  { mode, alignCorners }: { readonly mode: Mode; readonly alignCorners: boolean },
): Value {
  const from = sizeOf(x.type);
  const factors = wholeFactors(from, to);
  if (mode === 'nearest' && factors) return repeated(g, x, factors);
  return ([0, 1] as const).reduce((so, side) => {
    const [axis, few, many] = [side === 0 ? 2 : 3, from[side], to[side]] as const;
    if (few === many) return so;
    if (mode === 'nearest') return mapped(g, so, axis, nearestWeights(few, many));
    if (mode === 'bicubic') return mapped(g, so, axis, cubicWeights(few, many, alignCorners));
    return alignCorners || many % few > 0
      ? mapped(g, so, axis, linearWeights(few, many, alignCorners))
      : interpolated(g, so, axis, many / few);
  }, x);
}
