/**
 * How much of the input image one position of a node's output sees, from the windows on the way:
 * `size += (kernel - 1) * dilation * jump; jump *= stride`. Where ways join, the larger counts.
 * Reference: https://distill.pub/2019/computing-receptive-fields/
 */
import type { NodeAnalysis } from './analysis.ts';

/** `jump`: distance, in input pixels, of two neighbouring outputs. */
export interface Field {
  readonly size: readonly [number, number];
  readonly jump: readonly [number, number];
}

/** One output position is one input position; also what a non-image starts again from. */
export const SEES_ITSELF: Field = { size: [1, 1], jump: [1, 1] };

/** Undefined where the output is no image and no sequence. */
export function receptiveField(
  node: Omit<NodeAnalysis, 'receptiveField'>,
  inputs: readonly (Field | undefined)[],
): Field | undefined {
  const [output] = Object.values(node.outputs);
  const rank = output?.shape.length;
  if (rank !== 3 && rank !== 4) return undefined;
  const before = inputs.reduce<Field>((a, b) => (b ? larger(a, b) : a), SEES_ITSELF);
  const window = node.bypassed ? undefined : node.definition?.window?.(node.attrs);
  if (!window) return before;
  const along = (side: 0 | 1) =>
    before.size[side] + (window.kernel[side] - 1) * window.dilation[side] * before.jump[side];
  return {
    size: [along(0), along(1)],
    jump: [before.jump[0] * window.stride[0], before.jump[1] * window.stride[1]],
  };
}

function larger(a: Field, b: Field): Field {
  if (a === SEES_ITSELF) return b;
  const max = (x: readonly [number, number], y: readonly [number, number]) =>
    [Math.max(x[0], y[0]), Math.max(x[1], y[1])] as const;
  return { size: max(a.size, b.size), jump: max(a.jump, b.jump) };
}
