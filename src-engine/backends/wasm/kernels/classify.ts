/**
 * Softmax and cross-entropy, a row (one sample) at a time. Logits are shifted by their maximum, so no
 * exponential overflows. A label outside the classes makes the loss NaN.
 */
import type { OpCall } from '#engine/compile/program.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import { at } from '#engine/backends/strides.ts';
import type { FunctionBuilder, Local } from '#engine/assembler/assembler.ts';
import {
  type F32,
  type I32,
  type V128,
  f32,
  f32x4,
  i32,
  v128,
} from '#engine/assembler/instructions.ts';
import { type KernelContext, type Phase, forVectors, phase, share, storeLanes } from '../kernel.ts';
import { MIN_GRADIENT, VectorMath } from '../math.ts';
import { MAX, SUM, accumulate, masked } from './accumulate.ts';

/** An exponential costs about as much as so many additions. */
const WEIGHT = 8;

interface Row {
  readonly f: FunctionBuilder;
  readonly math: VectorMath;
  readonly index: I32;
  /** Byte offset of the row within its tensors. */
  readonly offset: Local<'i32'>;
}

/** One pass per row of the last axis. */
function forRows(
  shape: readonly number[],
  context: KernelContext,
  body: (row: Row, length: number) => void,
): Phase[] {
  const length = at(shape, shape.length - 1);
  const rows = elementCount(shape) / length;
  return [
    phase(
      rows * length * WEIGHT,
      (f, thread, threads) => {
        const math = new VectorMath(f, context.target.relaxed);
        const { begin, end } = share(f, thread, threads, rows);
        f.for(begin, end, 1, (index) => {
          const offset = f.local('i32', i32.mul(index, length * 4));
          body({ f, math, index, offset }, length);
        });
      },
      context,
    ),
  ];
}

/** Passes over a row in vectors; positions are byte offsets within the tensor. */
function overRow(
  { f, offset }: Row,
  length: number,
  body: (position: I32, lanes: number) => void,
): void {
  forVectors(f, i32.const(0), i32.const(length), length, (position, lanes) =>
    body(i32.add(offset, position), lanes),
  );
}

interface Exponentials {
  readonly largest: Local<'f32'>;
  readonly shift: Local<'v128'>;
  /** Sum of `exp(x - largest)`. */
  readonly sum: Local<'f32'>;
}

/** Maximum and sum of exponentials of a row; `visit` sees each exponential. */
function exponentials(
  row: Row,
  logits: number,
  length: number,
  visit?: (value: Local<'v128'>, position: I32, lanes: number) => void,
): Exponentials {
  const { f, math, offset } = row;
  const address = f.local('i32', i32.add(offset, logits));
  const largest = f.local('f32', math.maxLanes(accumulate(f, address, length, MAX)));
  const shift = f.local('v128', f32x4.splat(largest));
  const total = f.local('v128', f32x4.const(0));
  overRow(row, length, (position, lanes) => {
    const value = math.keep(math.exp(f32x4.sub(v128.load(position, logits), shift)));
    f.set(total, f32x4.add(total, masked(value, lanes, SUM)));
    visit?.(value, position, lanes);
  });
  return { largest, shift, sum: f.local('f32', math.sumLanes(total)) };
}

export function softmax(call: OpCall<'softmax'>, context: KernelContext): Phase[] {
  const x = at(call.inputs, 0);
  const [from, to] = [context.address(x), context.address(call.output)];
  return forRows(x.type.shape, context, (row, length) => {
    const { f } = row;
    const { sum } = exponentials(row, from, length, (value, position, lanes) =>
      storeLanes(f, position, value, lanes, to),
    );
    const scale = f.local('v128', f32x4.splat(f32.div(f32.const(1), sum)));
    overRow(row, length, (position, lanes) =>
      storeLanes(f, position, f32x4.mul(v128.load(position, to), scale), lanes, to),
    );
  });
}

export function softmaxGrad(call: OpCall<'softmaxGrad'>, context: KernelContext): Phase[] {
  const [dyRef, yRef] = [at(call.inputs, 0), at(call.inputs, 1)];
  const [dy, y, dx] = [context.address(dyRef), context.address(yRef), context.address(call.output)];
  return forRows(yRef.type.shape, context, (row, length) => {
    const { f, math } = row;
    const total = f.local('v128', f32x4.const(0));
    overRow(row, length, (position, lanes) => {
      const product = f32x4.mul(v128.load(position, dy), v128.load(position, y));
      f.set(total, f32x4.add(total, masked(product, lanes, SUM)));
    });
    const mean = f.local('v128', f32x4.splat(math.sumLanes(total)));
    overRow(row, length, (position, lanes) => {
      const slope = f32x4.sub(v128.load(position, dy), mean);
      storeLanes(f, position, f32x4.mul(slope, v128.load(position, y)), lanes, dx);
    });
  });
}

/** What is done by the label of a row. */
interface ByLabel {
  /** One of the classes. */
  readonly known: (label: Local<'i32'>) => void;
  readonly ignored: () => void;
  readonly unknown: () => void;
}

function byLabel(
  { f, index }: Row,
  labels: number,
  {
    classes,
    ignoreIndex,
    cases,
  }: { readonly classes: number; readonly ignoreIndex?: number; readonly cases: ByLabel },
): void {
  const label = f.local('i32', i32.load(i32.shl(index, 2), labels));
  const counted = (): void =>
    f.if(i32.ltU(label, classes), () => cases.known(label), cases.unknown);
  if (ignoreIndex === undefined) counted();
  else f.if(i32.eq(label, ignoreIndex), cases.ignored, counted);
}

export function crossEntropy(call: OpCall<'crossEntropy'>, context: KernelContext): Phase[] {
  const [logitsRef, labelsRef] = [at(call.inputs, 0), at(call.inputs, 1)];
  const [logits, labels] = [context.address(logitsRef), context.address(labelsRef)];
  const loss = context.address(call.output);
  const { labelSmoothing, ...ignoring } = call.params;
  const given = labelsRef.type.dtype === 'f32';
  return forRows(logitsRef.type.shape, context, (row, length) => {
    const { f, math, offset, index } = row;
    const { sum, largest, shift } = exponentials(row, logits, length);
    const logSum = f.local('f32', f32x4.extract(math.log(f32x4.splat(sum)), 0));
    const store = (value: F32): void => f.run(f32.store(i32.shl(index, 2), value, loss));
    if (given) {
      const logSums = f.local('v128', f32x4.splat(logSum));
      const total = f.local('v128', f32x4.const(0));
      overRow(row, length, (position, lanes) => {
        const surprise = f32x4.sub(logSums, f32x4.sub(v128.load(position, logits), shift));
        const share = smoothed(v128.load(position, labels), labelSmoothing, length);
        f.set(total, f32x4.add(total, masked(f32x4.mul(surprise, share), lanes, SUM)));
      });
      store(math.sumLanes(total));
      return;
    }
    const known = (label: Local<'i32'>): void => {
      const chosen = f32.sub(f32.load(i32.add(offset, i32.shl(label, 2)), logits), largest);
      if (labelSmoothing === 0) {
        store(f32.sub(logSum, chosen));
        return;
      }
      const total = f.local('v128', f32x4.const(0));
      overRow(row, length, (position, lanes) => {
        const shifted = f32x4.sub(v128.load(position, logits), shift);
        f.set(total, f32x4.add(total, masked(shifted, lanes, SUM)));
      });
      const even = f32.mul(math.sumLanes(total), f32.const(labelSmoothing / length));
      const target = f32.add(f32.mul(chosen, f32.const(1 - labelSmoothing)), even);
      store(f32.sub(logSum, target));
    };
    byLabel(row, labels, {
      ...{ classes: length, ...ignoring },
      cases: {
        known,
        ignored: () => store(f32.const(0)),
        unknown: () => store(f32.const(NaN)),
      },
    });
  });
}

/** What the model should answer, of probabilities it is given: (1 - s) of them + s / C. */
function smoothed(shares: V128, smoothing: number, classes: number): V128 {
  if (smoothing === 0) return shares;
  const kept = f32x4.mul(shares, f32x4.const(1 - smoothing));
  return f32x4.add(kept, f32x4.const(smoothing / classes));
}

export function crossEntropyGrad(
  call: OpCall<'crossEntropyGrad'>,
  context: KernelContext,
): Phase[] {
  const [dy, logits, labels] = [0, 1, 2].map((i) => context.address(at(call.inputs, i)));
  const dlogits = context.address(call.output);
  if (dy === undefined || logits === undefined || labels === undefined) {
    throw new Error('crossEntropyGrad has three operands');
  }
  const { labelSmoothing, ...ignoring } = call.params;
  const given = at(call.inputs, 2).type.dtype === 'f32';
  return forRows(at(call.inputs, 1).type.shape, context, (row, length) => {
    const { f, math, index, offset } = row;
    // Of a sure classifier the other classes are next to nothing, and every product after this one as well.
    const { sum } = exponentials(row, logits, length, (value, position, lanes) =>
      storeLanes(f, position, row.math.flush(value, MIN_GRADIENT), lanes, dlogits),
    );
    const slope = f.local('f32', f32.load(i32.shl(index, 2), dy));
    const scale = f.local('v128', f32x4.splat(f32.div(f32.const(1), sum)));
    const slopes = f.local('v128', f32x4.splat(slope));
    if (given) {
      const shareAt = (position: I32): V128 =>
        smoothed(v128.load(position, labels), labelSmoothing, length);
      // Probabilities add up to one, but whatever stands there counts as it does for PyTorch.
      const mass = f.local('v128', f32x4.const(0));
      overRow(row, length, (position, lanes) => {
        f.set(mass, f32x4.add(mass, masked(shareAt(position), lanes, SUM)));
      });
      f.set(scale, f32x4.mul(scale, f32x4.splat(math.sumLanes(mass))));
      overRow(row, length, (position, lanes) => {
        const probability = f32x4.mul(v128.load(position, dlogits), scale);
        const difference = f32x4.sub(probability, shareAt(position));
        storeLanes(f, position, f32x4.mul(difference, slopes), lanes, dlogits);
      });
      return;
    }
    const even = f32x4.const(labelSmoothing / length);
    overRow(row, length, (position, lanes) => {
      const probability = f32x4.mul(v128.load(position, dlogits), scale);
      const difference: V128 = labelSmoothing === 0 ? probability : f32x4.sub(probability, even);
      storeLanes(f, position, f32x4.mul(difference, slopes), lanes, dlogits);
    });
    byLabel(row, labels, {
      ...{ classes: length, ...ignoring },
      cases: {
        known(label) {
          const place = f.local('i32', i32.add(offset, i32.shl(label, 2)));
          const chosen = f32.mul(slope, f32.const(1 - labelSmoothing));
          f.run(f32.store(place, f32.sub(f32.load(place, dlogits), chosen), dlogits));
        },
        ignored: () =>
          overRow(row, length, (position, lanes) =>
            storeLanes(f, position, f32x4.const(0), lanes, dlogits),
          ),
        unknown: () => f.run(f32.store(offset, f32.const(NaN), dlogits)),
      },
    });
  });
}
