/** Sliding windows over images: sizes out, attributes and words shared by convolution and pooling. */
import type { PairAttr } from '#engine/ir/attrs.ts';
import { ShapeError } from '#engine/ir/problem.ts';
import type { TensorType } from '#engine/ir/tensor.ts';
import { type Pair, type Padding, bothEnds, reach, windowCounts } from '#engine/ops/windows.ts';
import { dim, formatPair } from './shapes.ts';

export type { Pair };

/** Of a layer: its padding is the same at both ends of a side, or what keeps the size of the image. */
export interface Window {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Pair | 'same';
  readonly dilation: Pair;
}

/** Of an uneven number of zeros the odd one comes last, as in PyTorch. */
export function endsOf({ kernel, padding, dilation }: Omit<Window, 'stride'>): Padding {
  if (padding !== 'same') return bothEnds(padding);
  const [high, wide] = ([0, 1] as const).map((side) => reach({ kernel, dilation }, side) - 1);
  const [top, left] = [Math.floor((high ?? 0) / 2), Math.floor((wide ?? 0) / 2)];
  return [top, left, (high ?? 0) - top, (wide ?? 0) - left];
}

/** Places along both sides; below 1 where the window does not fit. */
export const placesOf = (x: TensorType, window: Window): Pair =>
  windowCounts([dim(x.shape, 2), dim(x.shape, 3)], { ...window, padding: endsOf(window) });

export const pairAttr = (value: number, min: number, help: string, advanced = false): PairAttr => ({
  kind: 'pair',
  default: [value, value],
  min,
  help,
  ...(advanced ? { advanced } : {}),
});

/** Of a convolution and its transpose: channels on both sides that the groups divide. */
export function needGroups(
  layer: string,
  channels: number,
  outChannels: number,
  groups: number,
): void {
  if (channels % groups === 0 && outChannels % groups === 0) return;
  throw new ShapeError(
    'shape.groups',
    `${layer} cannot split ${channels} channels into ${outChannels} by ${groups} groups.`,
    {
      port: 'x',
      explanation: 'The number of groups must divide the input and the output channels.',
      fixes: [{ kind: 'setAttrs', attrs: { groups: 1 }, label: 'Use one group' }],
    },
  );
}

/** Places along both sides, refused in words where there are none. */
export function windowedSize(layer: string, x: TensorType, window: Window): Pair {
  const size = [dim(x.shape, 2), dim(x.shape, 3)] as const;
  const places = placesOf(x, window);
  if (places.every((count) => count >= 1)) return places;
  const kernelSize: Pair = [
    Math.min(window.kernel[0], size[0]),
    Math.min(window.kernel[1], size[1]),
  ];
  const dilated = window.dilation.some((distance) => distance !== 1);
  throw new ShapeError(
    'shape.window-too-large',
    `${layer} moves a window of ${formatPair(window.kernel)} over images of ${size.join('×')}: it does not fit.`,
    {
      port: 'x',
      explanation: 'Take a smaller kernel, add padding, or pool less before it.',
      fixes: [
        { kind: 'setAttrs', attrs: dilated ? { kernelSize, dilation: [1, 1] } : { kernelSize } },
        { kind: 'remove' },
      ],
    },
  );
}

/** As PyTorch: a window must not lie wholly in the padding. */
export function needPoolPadding(layer: string, kernel: Pair, padding: Pair): void {
  if (padding.every((size, axis) => 2 * size <= (kernel[axis] ?? 0))) return;
  throw new ShapeError(
    'shape.pool-padding',
    `${layer} pads by ${formatPair(padding)}, more than half of its window of ${formatPair(kernel)}.`,
    {
      explanation: 'A window would see nothing but padding.',
      fixes: [
        {
          kind: 'setAttrs',
          attrs: { padding: [Math.floor(kernel[0] / 2), Math.floor(kernel[1] / 2)] },
        },
      ],
    },
  );
}

/** `k3 s2 p1`, what PyTorch would take by default left out. */
export function windowText(
  window: Partial<Window> & { readonly kernel: Pair },
  stride: Pair,
): string {
  const differs = (pair: Pair | undefined, usual: Pair) =>
    pair !== undefined && (pair[0] !== usual[0] || pair[1] !== usual[1]);
  const parts = [`k${formatPair(window.kernel)}`];
  if (window.stride && differs(window.stride, stride)) parts.push(`s${formatPair(window.stride)}`);
  if (window.padding && window.padding !== 'same' && differs(window.padding, [0, 0]))
    parts.push(`p${formatPair(window.padding)}`);
  if (window.dilation && differs(window.dilation, [1, 1])) {
    parts.push(`d${formatPair(window.dilation)}`);
  }
  return parts.join(' ');
}
