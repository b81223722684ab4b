/**
 * What convolutions find beyond the edges of what they are given, PyTorch's `padding_mode`: where these are no zeros,
 * a border is added first and the convolution pads no more.
 */
import type { ChoiceAttr } from '#engine/ir/attrs.ts';
import type { TensorType } from '#engine/ir/tensor.ts';
import type { Value } from '#engine/ops/builder.ts';
import type { Lowering } from '../define.ts';
import type { KerasLineStep } from './keras.ts';
import {
  type Border,
  CIRCULAR,
  type Ends,
  kerasPlaced,
  needRoom,
  placed,
  type Placing,
  pythonSides,
  REFLECTED,
  REPLICATED,
  type Sides,
} from './padding.ts';

export type PaddingMode = 'zeros' | 'reflect' | 'replicate' | 'circular';

export const paddingModeAttr: ChoiceAttr<PaddingMode> = {
  kind: 'choice',
  default: 'zeros',
  options: ['zeros', 'reflect', 'replicate', 'circular'],
  optionLabels: {
    zeros: 'Zeros',
    reflect: 'Reflect',
    replicate: 'Replicate',
    circular: 'Circular',
  },
  advanced: true,
  help: 'What the padding is made of: zeros, what lies inside the edge mirrored, the edge itself again and again, or the other side.',
};

const PLACINGS: Readonly<Record<Exclude<PaddingMode, 'zeros'>, Placing>> = {
  reflect: REFLECTED,
  replicate: REPLICATED,
  circular: CIRCULAR,
};

/** Whether a border is added that is not of zeros. */
export const hasEdges = (mode: PaddingMode, sides: Ends | Sides): boolean =>
  mode !== 'zeros' && Object.values(sides).some((size) => size > 0);

/** With the border; of zeros the convolution makes its own. */
export const edged = (g: Lowering, x: Value, mode: PaddingMode, sides: Ends | Sides): Value =>
  mode === 'zeros' ? x : placed(g, x, sides, PLACINGS[mode]);

/** Refuses more than there is; `padding`: the attribute that asks for less, absent where none does. */
export function needEdges(
  layer: string,
  x: TensorType,
  mode: PaddingMode,
  sides: Ends | Sides,
  padding?: (fitting: readonly Border[]) => number | readonly number[],
): void {
  if (mode === 'zeros') return;
  needRoom(layer, x, sides, PLACINGS[mode], (fitting) => [
    { kind: 'setAttrs', attrs: { paddingMode: 'replicate' }, label: 'Replicate the edge' },
    ...(padding ? [{ kind: 'setAttrs', attrs: { padding: padding(fitting) } } as const] : []),
  ]);
}

/** Images and sequences with their channels last. */
export const kerasEdges = (
  mode: PaddingMode,
  sides: Ends | Sides,
  x: TensorType,
): readonly KerasLineStep[] =>
  mode === 'zeros' || !hasEdges(mode, sides) ? [] : kerasPlaced(sides, x, PLACINGS[mode], 1);

export const torchPaddingMode = (mode: PaddingMode): string | undefined =>
  mode === 'zeros' ? undefined : `padding_mode="${mode}"`;

/** Of a function that pads by zeros alone. */
export const torchEdged = (x: string, mode: PaddingMode, sides: Ends | Sides): string =>
  hasEdges(mode, sides) ? `F.pad(${x}, ${pythonSides(sides)}, mode="${mode}")` : x;
