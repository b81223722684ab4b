/**
 * Pooling over windows and its gradients, plane by plane, four results at a time. Where windows reach over
 * the edge, a bordered copy of the plane is used, so that no window needs bounds checks.
 *
 * Letters: H W plane, P Q result, r s place within the window.
 */
import type { OpCall } from '#engine/compile/program.ts';
import type { PoolParams } from '#engine/ops/ops.ts';
import { at } from '#engine/backends/strides.ts';
import type { FunctionBuilder, Local } from '#engine/assembler/assembler.ts';
import {
  type I32,
  type V128,
  f32,
  f32x4,
  i32,
  memory,
  v128,
} from '#engine/assembler/instructions.ts';
import {
  type KernelContext,
  type Phase,
  LANES,
  VECTOR_BYTES,
  phase,
  share,
  storeLanes,
} from '../kernel.ts';
import { MIN_GRADIENT, VectorMath } from '../math.ts';
import { dims4 } from './conv.ts';
import { imageCopier } from './patches.ts';
import { planeMeans, spreadMeans } from './planeMeans.ts';

interface Pool {
  readonly planes: number;
  readonly plane: readonly [number, number];
  /** The plane with its border; the same when there is none. */
  readonly bordered: readonly [number, number];
  readonly output: readonly [number, number];
  readonly params: PoolParams;
  readonly hasBorder: boolean;
}

function poolOf(x: readonly number[], y: readonly number[], params: PoolParams): Pool {
  const [batch, channels, height, width] = dims4(x);
  const [, , p, q] = dims4(y);
  const { kernel, stride, padding } = params;
  const hasBorder = padding.some((each) => each > 0);
  const size = (axis: 0 | 1, count: number): number => (count - 1) * stride[axis] + kernel[axis];
  return {
    planes: batch * channels,
    plane: [height, width],
    bordered: hasBorder
      ? [Math.max(size(0, p), height + padding[0]), Math.max(size(1, q), width + padding[1])]
      : [height, width],
    output: [p, q],
    params,
    hasBorder,
  };
}

/** Every place of a window, row by row. */
function windowPlaces({ kernel }: PoolParams): { readonly r: number; readonly s: number }[] {
  return Array.from({ length: kernel[0] * kernel[1] }, (_, i) => ({
    r: Math.floor(i / kernel[1]),
    s: i % kernel[1],
  }));
}

/** Passes over the results of one plane; `window` is the byte offset of the first window's corner. */
function overResults(
  f: FunctionBuilder,
  { output: [p, q], params: { stride }, bordered }: Pool,
  body: (window: Local<'i32'>, result: Local<'i32'>, lanes: number) => void,
): void {
  f.for(0, p, 1, (row) => {
    const rowStart = f.local('i32', i32.mul(row, stride[0] * bordered[1] * 4));
    const resultStart = f.local('i32', i32.mul(row, q * 4));
    const at4 = (column: I32, lanes: number): void => {
      const window = f.local('i32', i32.add(rowStart, i32.mul(column, stride[1])));
      body(window, f.local('i32', i32.add(resultStart, column)), lanes);
    };
    const whole = Math.floor(q / LANES) * VECTOR_BYTES;
    f.for(0, whole, VECTOR_BYTES, (column) => at4(column, LANES));
    if (q % LANES > 0) at4(i32.const(whole), q % LANES);
  });
}

/** Reads one place of four neighbouring windows. Pairs of places share their loads at stride 2. */
function placeReader(
  f: FunctionBuilder,
  { params: { stride }, bordered }: Pool,
  window: I32,
): (r: number, s: number) => V128 {
  const step = stride[1];
  const loaded = new Map<string, Local<'v128'>>();
  const load = (offset: number): Local<'v128'> => {
    const key = `${offset}`;
    const known = loaded.get(key);
    if (known) return known;
    const value = f.local('v128', v128.load(window, offset));
    loaded.set(key, value);
    return value;
  };
  return (r, s) => {
    const offset = (r * bordered[1] + s) * 4;
    if (step === 1) return v128.load(window, offset);
    if (step === 2) {
      const even = offset - (s % 2) * 4;
      const odd = s % 2;
      return v128.shuffle32(load(even), load(even + VECTOR_BYTES), [
        odd,
        odd + 2,
        odd + 4,
        odd + 6,
      ]);
    }
    return [1, 2, 3].reduce<V128>(
      (value, lane) => v128.load32Lane(window, value, lane, offset + lane * step * 4),
      v128.load32Zero(window, offset),
    );
  };
}

/** Gives each plane, bordered where it must be; `body` gets its address. */
function forPlanes(
  pool: Pool,
  input: number,
  border: number,
  context: KernelContext,
  body: (f: FunctionBuilder, plane: I32, source: Local<'i32'>, thread: I32) => void,
): Phase[] {
  const { planes, plane, bordered, output, params, hasBorder } = pool;
  const bytes = bordered[0] * bordered[1] * 4;
  const copy = hasBorder ? context.scratchPerThread(bytes + VECTOR_BYTES) : undefined;
  const work = planes * output[0] * output[1] * params.kernel[0] * params.kernel[1];
  return [
    phase(
      work,
      (f, thread, threads) => {
        const copyAt = copy ? f.local('i32', copy.address(thread)) : undefined;
        if (copyAt) {
          f.for(0, bytes, VECTOR_BYTES, (position) =>
            f.run(v128.store(i32.add(copyAt, position), f32x4.const(border))),
          );
        }
        const { begin, end } = share(f, thread, threads, planes);
        f.for(begin, end, 1, (index) => {
          const lying = i32.add(i32.mul(index, plane[0] * plane[1] * 4), input);
          const source = f.local('i32', copyAt ?? lying);
          if (copyAt) f.call(borderCopier(pool, context), [lying, copyAt]);
          body(f, index, source, thread);
        });
      },
      context,
    ),
  ];
}

function borderCopier({ plane, bordered, params }: Pool, context: KernelContext) {
  return imageCopier(context, {
    channels: 1,
    from: plane,
    to: bordered,
    offset: [params.padding[0], params.padding[1]],
  });
}

export function maxPool2d(call: OpCall<'maxPool2d'>, context: KernelContext): Phase[] {
  const x = at(call.inputs, 0);
  const pool = poolOf(x.type.shape, call.output.type.shape, call.params);
  const output = context.address(call.output);
  const [p, q] = pool.output;
  return forPlanes(pool, context.address(x), -Infinity, context, (f, plane, source) => {
    const results = f.local('i32', i32.add(i32.mul(plane, p * q * 4), output));
    overResults(f, pool, (window, result, lanes) => {
      const read = placeReader(f, pool, f.local('i32', i32.add(source, window)));
      const values = windowPlaces(pool.params).map(({ r, s }) => f.local('v128', read(r, s)));
      storeLanes(f, i32.add(results, result), largestOf(f, values), lanes);
    });
  });
}

/** The maximum, NaN if any is: three instructions a value where f32x4.max takes seven on x64. */
function largestOf(f: FunctionBuilder, values: readonly Local<'v128'>[]): V128 {
  const largest = f.local('v128', at(values, 0));
  const anyNaN = f.local('v128', f32x4.ne(largest, largest));
  for (const value of values.slice(1)) {
    f.set(largest, f32x4.pmax(largest, value));
    f.set(anyNaN, v128.or(anyNaN, f32x4.ne(value, value)));
  }
  // All bits set is a NaN.
  return v128.or(largest, anyNaN);
}

/** What each result of an average is multiplied by. */
function averageScale(
  pool: Pool,
  countIncludePad: boolean,
  context: KernelContext,
): (result: I32) => V128 {
  const { kernel, stride, padding } = pool.params;
  if (countIncludePad || !pool.hasBorder) return () => f32x4.const(1 / (kernel[0] * kernel[1]));
  const inside = (axis: 0 | 1, index: number): number => {
    const start = index * stride[axis] - padding[axis];
    return Math.min(start + kernel[axis], pool.plane[axis]) - Math.max(start, 0);
  };
  const [p, q] = pool.output;
  const table = context.table(
    Float32Array.from(
      { length: p * q + LANES },
      (_, i) => 1 / (inside(0, Math.min(Math.floor(i / q), p - 1)) * inside(1, i % q)),
    ),
  );
  return (result) => v128.load(result, table);
}

export function avgPool2d(call: OpCall<'avgPool2d'>, context: KernelContext): Phase[] {
  const x = at(call.inputs, 0);
  const pool = poolOf(x.type.shape, call.output.type.shape, call.params);
  const output = context.address(call.output);
  if (isWholePlane(pool)) return planeMeans(planesOf(pool), context.address(x), output, context);
  const scale = averageScale(pool, call.params.countIncludePad, context);
  const [p, q] = pool.output;
  return forPlanes(pool, context.address(x), 0, context, (f, plane, source) => {
    const results = f.local('i32', i32.add(i32.mul(plane, p * q * 4), output));
    overResults(f, pool, (window, result, lanes) => {
      const read = placeReader(f, pool, f.local('i32', i32.add(source, window)));
      const total = f.local('v128', f32x4.const(0));
      for (const { r, s } of windowPlaces(pool.params)) {
        f.set(total, f32x4.add(total, read(r, s)));
      }
      storeLanes(f, i32.add(results, result), f32x4.mul(total, scale(result)), lanes);
    });
  });
}

/** Whether the only window is the plane. */
function isWholePlane({ plane, output, params, hasBorder }: Pool): boolean {
  const { kernel } = params;
  return !hasBorder && output.every((n) => n === 1) && plane.every((n, i) => n === kernel[i]);
}

const planesOf = ({ planes, plane: [height, width] }: Pool) => ({ planes, count: height * width });

/** Whether windows do not overlap and their results interleave by two. */
function storesSideBySide({ kernel, stride }: PoolParams): boolean {
  return kernel[1] === 2 && stride[1] === 2 && kernel[0] <= stride[0];
}

/**
 * Spreads gradients over windows. `target` is the plane of dx, bordered as the windows see it. Windows
 * that overlap add up; the common 2x2 windows side by side are stored without reading.
 */
function spread(
  f: FunctionBuilder,
  { params, bordered }: Pool,
  target: I32,
  lanes: number,
  gradient: (r: number, s: number) => V128,
): void {
  const { kernel, stride } = params;
  const sideBySide = storesSideBySide(params);
  for (let r = 0; r < kernel[0]; r++) {
    if (sideBySide) {
      const [left, right] = [f.local('v128', gradient(r, 0)), f.local('v128', gradient(r, 1))];
      const offset = r * bordered[1] * 4;
      const low = v128.shuffle32(left, right, [0, 4, 1, 5]);
      storeLanes(f, target, low, Math.min(LANES, lanes * 2), offset);
      if (lanes > 2) {
        const high = v128.shuffle32(left, right, [2, 6, 3, 7]);
        storeLanes(f, target, high, lanes * 2 - LANES, offset + VECTOR_BYTES);
      }
      continue;
    }
    for (let s = 0; s < kernel[1]; s++) {
      const value = f.local('v128', gradient(r, s));
      for (let lane = 0; lane < lanes; lane++) {
        const offset = (r * bordered[1] + s + lane * stride[1]) * 4;
        const added = f32.add(f32.load(target, offset), f32x4.extract(value, lane));
        f.run(f32.store(target, added, offset));
      }
    }
  }
}

/** Where the gradient of one plane is gathered: dx itself, or a bordered plane that is then cropped. */
interface SpreadTarget {
  begin(f: FunctionBuilder, plane: I32, thread: I32): Local<'i32'>;
  end(f: FunctionBuilder, plane: I32, target: I32): void;
}

function spreadTarget(pool: Pool, output: number, context: KernelContext): SpreadTarget {
  const { plane, bordered, hasBorder, params } = pool;
  // Windows side by side that leave nothing out write every element themselves.
  const writesAll =
    storesSideBySide(params) &&
    !hasBorder &&
    pool.output[0] * params.kernel[0] === plane[0] &&
    pool.output[1] * params.kernel[1] === plane[1];
  const planeBytes = plane[0] * plane[1] * 4;
  const bytes = bordered[0] * bordered[1] * 4;
  const scratch = hasBorder ? context.scratchPerThread(bytes) : undefined;
  const lying = (index: I32): I32 => i32.add(i32.mul(index, planeBytes), output);
  return {
    begin(f, index, thread) {
      const target = f.local('i32', scratch ? scratch.address(thread) : lying(index));
      if (!writesAll) f.run(memory.fill(target, 0, bytes));
      return target;
    },
    end(f, index, target) {
      if (!hasBorder) return;
      const crop = imageCopier(context, {
        channels: 1,
        from: bordered,
        to: plane,
        offset: [-params.padding[0], -params.padding[1]],
      });
      f.call(crop, [target, lying(index)]);
    },
  };
}

export function maxPool2dGrad(call: OpCall<'maxPool2dGrad'>, context: KernelContext): Phase[] {
  return spreadMaxima(call, false, context);
}

/** With the gradient of a ReLU whose results were pooled: where the largest is not positive, nothing. */
export function maxPool2dReluGrad(call: OpCall<'maxPool2dGrad'>, context: KernelContext): Phase[] {
  return spreadMaxima(call, true, context);
}

function spreadMaxima(
  call: OpCall<'maxPool2dGrad'>,
  relu: boolean,
  context: KernelContext,
): Phase[] {
  const [dyRef, x] = [at(call.inputs, 0), at(call.inputs, 1)];
  const pool = poolOf(x.type.shape, dyRef.type.shape, call.params);
  const dy = context.address(dyRef);
  const [p, q] = pool.output;
  const target = spreadTarget(pool, context.address(call.output), context);
  const places = windowPlaces(pool.params);
  return forPlanes(pool, context.address(x), -Infinity, context, (f, plane, source, thread) => {
    const math = new VectorMath(f, context.target.relaxed);
    const dx = target.begin(f, plane, thread);
    const slopes = f.local('i32', i32.add(i32.mul(plane, p * q * 4), dy));
    overResults(f, pool, (window, result, lanes) => {
      const read = placeReader(f, pool, f.local('i32', i32.add(source, window)));
      const values = places.map(({ r, s }) => f.local('v128', read(r, s)));
      const largest = f.local('v128', largestOf(f, values));
      const slope = f.local('v128', v128.load(i32.add(slopes, result)));
      if (relu) {
        const passed = v128.and(slope, f32x4.gt(largest, f32x4.const(0)));
        f.set(slope, math.flush(passed, MIN_GRADIENT));
      }
      // The first place that holds the maximum takes the gradient.
      const taken = f.local('v128', f32x4.const(0));
      spread(f, pool, f.local('i32', i32.add(dx, window)), lanes, (r, s) => {
        const value = at(values, r * pool.params.kernel[1] + s);
        const here = f.local('v128', v128.andNot(f32x4.eq(value, largest), taken));
        f.set(taken, v128.or(taken, here));
        return v128.and(slope, here);
      });
    });
    target.end(f, plane, dx);
  });
}

export function avgPool2dGrad(call: OpCall<'avgPool2dGrad'>, context: KernelContext): Phase[] {
  const dyRef = at(call.inputs, 0);
  const pool = poolOf(call.params.inputShape, dyRef.type.shape, call.params);
  if (isWholePlane(pool)) {
    return spreadMeans(
      planesOf(pool),
      context.address(dyRef),
      context.address(call.output),
      context,
    );
  }
  const scale = averageScale(pool, call.params.countIncludePad, context);
  const dy = context.address(dyRef);
  const [p, q] = pool.output;
  const target = spreadTarget(pool, context.address(call.output), context);
  const work = pool.planes * p * q * pool.params.kernel[0] * pool.params.kernel[1];
  return [
    phase(
      work,
      (f, thread, threads) => {
        const { begin, end } = share(f, thread, threads, pool.planes);
        f.for(begin, end, 1, (plane) => {
          const dx = target.begin(f, plane, thread);
          const slopes = f.local('i32', i32.add(i32.mul(plane, p * q * 4), dy));
          overResults(f, pool, (window, result, lanes) => {
            const slope = v128.load(i32.add(slopes, result));
            const each = f.local('v128', f32x4.mul(slope, scale(result)));
            spread(f, pool, f.local('i32', i32.add(dx, window)), lanes, () => each);
          });
          target.end(f, plane, dx);
        });
      },
      context,
    ),
  ];
}
