/**
 * Which calls are a layer norm: its statistics, its normalisation with a scale of one, the scale and shift by
 * columns after it, a branch that joins before it; and on the way back the gradients of all of these. The kernels
 * are in layerNorm.ts; norms of a batch are joined in joins.ts.
 */
import type { BufferRef, KernelCall, OpCall } from '#engine/compile/program.ts';
import { elementCount, sameShape } from '#engine/ir/tensor.ts';
import { at } from '#engine/backends/strides.ts';
import type { KernelContext } from '../kernel.ts';
import {
  commutes,
  isDead,
  readersOf,
  isOp,
  isSafeBeside,
  outputsOf,
  overlap,
  same,
  writerOf,
} from '#engine/backends/callPlaces.ts';
import type { JoinedCalls } from './joinedCalls.ts';
import { type Elementwise, chainOf } from './elementwise.ts';
import {
  type ChainInput,
  type RowChain,
  type RowSizes,
  layerNorm,
  layerNormGrad,
} from './layerNorm.ts';
import { isRowSum, rowsOf } from './weightGradients.ts';

/** A chain at a norm, not yet placed. */
interface FoundChain {
  readonly chain: Elementwise;
  readonly inputs: readonly ChainInput[];
  readonly output: BufferRef;
}

/**
 * Whether none of these places is written before all that was there has been read: a row is done with before the
 * next one is begun, by one thread or another. Within a row all is read before anything is written over it.
 */
const isReadFirst = (found: FoundChain | null, written: readonly BufferRef[]): boolean =>
  !found ||
  found.inputs.every((input, i) => {
    const ref = at(found.chain.inputs, i);
    if (input === 'own') return true;
    return written.every((one) => (input === 'same' ? isSafeBeside(one, ref) : !overlap(one, ref)));
  });

const placed = ({ chain, inputs, output }: FoundChain, context: KernelContext): RowChain => ({
  chain,
  inputs,
  to: context.address(output),
});

/** A chain of one result of the norm's size, of tensors of that size, rows that repeat, and what the norm makes. */
function chainAt(
  call: KernelCall | undefined,
  { rows, columns }: RowSizes,
  made: BufferRef | null,
): FoundChain | null {
  const chain = call && chainOf(call);
  const output = chain?.outputs.length === 1 ? chain.outputs[0]?.ref : undefined;
  if (!chain || !output || output.type.dtype !== 'f32') return null;
  const { shape } = chain;
  if (elementCount(shape) !== rows * columns || !sameShape(output.type.shape, shape)) return null;
  const inputs = chain.inputs.map((ref): ChainInput | null => {
    if (ref.type.dtype !== 'f32') return null;
    if (made && same(ref, made)) return 'own';
    if (sameShape(ref.type.shape, shape)) return isSafeBeside(output, ref) ? 'same' : null;
    const isRow = elementCount(ref.type.shape) === columns && isTrailing(ref.type.shape, shape);
    return isRow && !overlap(output, ref) ? 'column' : null;
  });
  const found = inputs.flatMap((input) => input ?? []);
  const isWhole = found.length === inputs.length && (made === null || found.includes('own'));
  return isWhole ? { chain, inputs: found, output } : null;
}

/** Whether a shape is the end of another. */
function isTrailing(shape: readonly number[], of: readonly number[]): boolean {
  return shape.length <= of.length && sameShape(shape, of.slice(of.length - shape.length));
}

/** Whether what lies there before a call is one number everywhere. */
function isFilled(
  ref: BufferRef | undefined,
  value: number,
  calls: readonly KernelCall[],
  before: number,
): boolean {
  const writer = ref && writerOf(ref, calls, before);
  return isOp(writer, 'full') && same(writer.output, ref) && writer.params.value === value;
}

export function joinLayerNorm(calls: readonly KernelCall[], from: number): JoinedCalls | null {
  const isMeanFirst = isOp(calls[from], 'groupMean');
  const first = isMeanFirst ? from : from + 1;
  const [mean, variance] = [calls[first], calls[first + 1]];
  if (!isOp(mean, 'groupMean') || !isOp(variance, 'groupVariance')) return null;
  const x = at(mean.inputs, 0);
  const [samples, rows, columns, ...more] = x.type.shape;
  if (samples !== 1 || rows === undefined || columns === undefined || more.length > 0) return null;
  if (!same(x, variance.inputs[0]) || !same(mean.output, variance.inputs[1])) return null;
  const index = calls.findIndex((call, i) => i > first + 1 && isOp(call, 'normalize'));
  const norm = calls[index];
  if (!isOp(norm, 'normalize')) return null;
  const parts = [x, mean.output, variance.output];
  if (!parts.every((part, i) => same(part, norm.inputs[i]))) return null;
  const [, , , scale, shift] = norm.inputs;
  if (!isFilled(scale, 1, calls, index) || !isFilled(shift, 0, calls, index)) return null;

  const sizes = { rows, columns };
  const before = isMeanFirst ? null : chainAt(calls[from], sizes, null);
  if (!isMeanFirst && !(before && same(before.output, x))) return null;
  const after = chainAt(calls[index + 1], sizes, norm.output);
  const joined = [
    ...calls.slice(from, first + 2),
    norm,
    ...(after ? calls.slice(index + 1, index + 2) : []),
  ];
  const written = joined.flatMap(outputsOf);
  const apart = written.every((one, i) =>
    written.every((other, k) => i === k || isSafeBeside(one, other)),
  );
  // What fills scale and shift may come later: here they are known.
  const between = calls.slice(first + 2, index);
  const canWait = between.every((call) =>
    isOp(call, 'full')
      ? !joined.some((one) => outputsOf(one).some((ref) => overlap(ref, call.output))) &&
        !parts.some((ref) => overlap(ref, call.output))
      : joined.every((one) => commutes(one, call)),
  );
  if (!apart || !canWait) return null;
  // What comes first may lie where later results go, which nobody needed any more by then.
  const isSafe =
    isReadFirst(before, written) &&
    isReadFirst(after, written) &&
    written.every((one) => isSafeBeside(one, x));
  if (!isSafe) return null;
  const isReplaced = after && same(after.output, norm.output);
  const readers = readersOf(norm.output, calls, index + (after ? 2 : 1));
  // The way back makes them again of `x`.
  const isAsked =
    !isReplaced &&
    (norm.output.arena !== 'work' ||
      !readers.every((reader) => joinLayerNormGrad(calls, reader - WEIGHED) !== null));
  return {
    calls: joined,
    plan: (context) =>
      layerNorm(
        {
          ...sizes,
          eps: norm.params.eps,
          ...(before ? { before: placed(before, context) } : {}),
          x: context.address(x),
          mean: context.address(mean.output),
          variance: context.address(variance.output),
          normal: isAsked ? context.address(norm.output) : null,
          ...(after ? { after: placed(after, context) } : {}),
        },
        context,
      ),
  };
}

/** Of the calls of a layer norm's gradient, which one reads the normalised numbers. */
const WEIGHED = 2;

/** A product of the gradient with something, not fused with others. */
function isProduct(
  call: KernelCall | undefined,
  gradient: BufferRef,
): call is OpCall<'mul'> & KernelCall {
  return isOp(call, 'mul') && same(call.inputs[0], gradient);
}

export function joinLayerNormGrad(calls: readonly KernelCall[], from: number): JoinedCalls | null {
  const [shift, scaled, weighed, scale, input, next] = calls.slice(from, from + 6);
  if (!shift || !isRowSum(shift)) return null;
  const dy = at(shift.inputs, 0);
  const [rows, columns] = rowsOf(shift);
  if (!isProduct(scaled, dy) || !isProduct(weighed, dy) || !scale || !isRowSum(scale)) return null;
  if (!isOp(input, 'normalizeInputGrad') || !input.params.training) return null;
  const gamma = at(scaled.inputs, 1);
  const normal = at(weighed.inputs, 1);
  const [slopes, , , , ones] = input.inputs;
  const [x, mean, variance] = [at(input.inputs, 1), at(input.inputs, 2), at(input.inputs, 3)];
  if (
    !sameShape(gamma.type.shape, [columns]) ||
    elementCount(normal.type.shape) !== rows * columns
  ) {
    return null;
  }
  const isOne =
    same(scale.inputs[0], weighed.output) &&
    sameShape(rowsOf(scale), [rows, columns]) &&
    same(slopes, scaled.output) &&
    sameShape(x.type.shape, [1, rows, columns]);
  if (!isOne || !isFilled(ones, 1, calls, from)) return null;
  // The same numbers as they were normalised.
  const norm = writerOf(normal, calls, from);
  if (!isOp(norm, 'normalize') || norm.params.eps !== input.params.eps) return null;
  const own = [x, mean, variance].every((ref, i) => same(ref, norm.inputs[i]));
  const normAt = calls.indexOf(norm);
  const [, , , unit, zero] = norm.inputs;
  if (!own || !isFilled(unit, 1, calls, normAt) || !isFilled(zero, 0, calls, normAt)) return null;

  const sizes = { rows, columns };
  const dx = input.output;
  const isLeft = (ref: BufferRef, after: number) =>
    same(ref, dx) || isDead(ref, calls, from + after);
  if (!isLeft(scaled.output, 5) || !isLeft(weighed.output, 5)) return null;
  const after = chainAt(next, sizes, dx);
  const joined = calls.slice(from, from + (after ? 6 : 5));
  const isAsked = !after || (!same(after.output, dx) && !isDead(dx, calls, from + 6));
  // A block of rows is read to its end before its results are written.
  const results = [...(isAsked ? [dx] : []), ...(after ? [after.output] : [])];
  const isSafe = results.every((ref) => [dy, x].every((read) => isSafeBeside(ref, read)));
  if (isAsked && after && overlap(dx, after.output)) return null;
  const read = [dy, x, gamma, mean, variance];
  const sums = [shift.output, scale.output];
  if (!isSafe || [gamma, mean, variance].some((ref) => results.some((one) => overlap(one, ref))))
    return null;
  if (sums.some((ref) => [...read, ...results].some((one) => overlap(one, ref)))) return null;
  return {
    calls: joined,
    plan: (context) =>
      layerNormGrad(
        {
          ...sizes,
          eps: input.params.eps,
          dy: context.address(dy),
          x: context.address(x),
          mean: context.address(mean),
          variance: context.address(variance),
          scale: context.address(gamma),
          dscale: context.address(scale.output),
          dshift: context.address(shift.output),
          dx: isAsked ? context.address(dx) : null,
          ...(after ? { after: placed(after, context) } : {}),
        },
        context,
      ),
  };
}
