/**
 * Short ways to write common combinations of ops, used by layers, optimisers, gradients and metrics.
 * Each emits into the graph it is given and nothing else; no layer, no state.
 */
import { type ConcreteShape, elementCount, sameShape } from '../ir/tensor.ts';
import type { GraphBuilder, Value } from './builder.ts';
import { type ConvParams, NO_EPILOGUE } from './ops.ts';

/** All that a rule needs of a builder. */
export type Emitter = Pick<GraphBuilder, 'emit'>;

export const add = (g: Emitter, a: Value, b: Value): Value => g.emit('add', [a, b], {});
export const sub = (g: Emitter, a: Value, b: Value): Value => g.emit('sub', [a, b], {});
export const mul = (g: Emitter, a: Value, b: Value): Value => g.emit('mul', [a, b], {});
export const div = (g: Emitter, a: Value, b: Value): Value => g.emit('div', [a, b], {});

/** `factor * x`. */
export const scale = (g: Emitter, x: Value, factor: number): Value =>
  g.emit('affine', [x], { scale: factor, shift: 0 });

/** `x + shift`. */
export const shift = (g: Emitter, x: Value, by: number): Value =>
  g.emit('affine', [x], { scale: 1, shift: by });

export const reshape = (g: Emitter, x: Value, shape: ConcreteShape): Value =>
  sameShape(x.type.shape, shape) ? x : g.emit('reshape', [x], { shape });

/** The sum of everything, a scalar. */
export function sumAll(g: Emitter, x: Value): Value {
  if (x.type.shape.length === 0) return x;
  return g.emit('sum', [x], { axes: x.type.shape.map((_dim, axis) => axis), keepDims: false });
}

/** The mean of everything, a scalar. */
export function meanAll(g: Emitter, x: Value): Value {
  return scale(g, sumAll(g, x), 1 / elementCount(x.type.shape));
}

/** 1 for a number, 0 for NaN and the infinities. */
export function isFinite(g: Emitter, x: Value): Value {
  return g.emit('greaterThan', [scale(g, g.emit('abs', [x], {}), -1)], { threshold: -MAX_F32 });
}
const MAX_F32 = (2 - 2 ** -23) * 2 ** 127;

/** `x wᵀ + bias`, `[N, inputs]` by a weight `[outputs, inputs]` as PyTorch stores it. */
export function linear(g: Emitter, x: Value, w: Value, bias?: Value): Value {
  const y = g.emit('matmul', [x, w], {
    transposeA: false,
    transposeB: true,
    epilogue: NO_EPILOGUE,
  });
  return bias ? add(g, y, bias) : y;
}

/** Convolution, with a bias `[K]` for each output channel where one is given. */
export function conv2d(g: Emitter, x: Value, w: Value, params: ConvParams, bias?: Value): Value {
  const y = g.emit('conv2d', [x, w], { ...params, epilogue: NO_EPILOGUE });
  return bias ? add(g, y, perChannel(g, bias, 4)) : y;
}

/** `[C]` as `[1, C, 1, ...]`, ready to broadcast over a tensor with `rank` dimensions. */
export function perChannel(g: Emitter, v: Value, rank: number): Value {
  const shape = Array.from({ length: rank }, (_, axis) =>
    axis === 1 ? elementCount(v.type.shape) : 1,
  );
  return reshape(g, v, shape);
}

/** Undoes broadcasting: sums a gradient over what was repeated, so that it has the operand's shape. */
export function reduceTo(g: Emitter, dy: Value, shape: ConcreteShape): Value {
  const added = dy.type.shape.length - shape.length;
  const axes = dy.type.shape.flatMap((dim, axis) =>
    axis < added || (dim !== 1 && shape[axis - added] === 1) ? [axis] : [],
  );
  if (axes.length === 0) return dy;
  return reshape(g, g.emit('sum', [dy], { axes, keepDims: false }), shape);
}
