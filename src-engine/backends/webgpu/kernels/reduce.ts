/** Sums and maxima over axes, the place of a maximum. */
import type { OpCall } from '#engine/compile/program.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import { at, denseStrides } from '#engine/backends/strides.ts';
import { type Dispatch, type KernelContext, type Kernels, inputAt, sizeOf } from '../kernel.ts';
import { type Reduction, reduce } from '../reduction.ts';
import { offsetCode } from '../wgsl.ts';
import { MAXIMUM, SUM } from '../workgroup.ts';

/** How the two reductions over axes differ. Maximum changes nothing with a term it has seen already. */
const KINDS: Readonly<Record<'sum' | 'max', Pick<Reduction, 'combine' | 'identity'>>> = {
  sum: { combine: SUM, identity: '0.0' },
  max: { combine: MAXIMUM, identity: 'element(o, 0u)' },
};

function overAxes(call: OpCall<'sum' | 'max'>, context: KernelContext): readonly Dispatch[] {
  const from = inputAt(call, 0);
  const { shape } = from.type;
  const strides = denseStrides(shape);
  const reduced = (axis: number): boolean => call.params.axes.includes(axis);
  const keptAxes = shape.flatMap((_, axis) => (reduced(axis) ? [] : [axis]));
  const reducedAxes = shape.flatMap((_, axis) => (reduced(axis) ? [axis] : []));
  const along = (axes: readonly number[], index: string): string =>
    offsetCode(
      index,
      axes.map((axis) => at(shape, axis)),
      axes.map((axis) => at(strides, axis)),
    );
  const last = shape.findLastIndex((dim) => dim > 1);
  return reduce(
    {
      ...KINDS[call.op],
      label: call.op,
      slots: [
        { name: 'x', place: from },
        { name: 'y', place: call.output },
      ],
      type: 'f32',
      outputs: sizeOf(call.output),
      count: elementCount(reducedAxes.map((axis) => at(shape, axis))),
      contiguous: last < 0 || reduced(last) ? 'terms' : 'outputs',
      declarations: `fn element(o: u32, r: u32) -> f32 { return x(${along(keptAxes, 'o')} + ${along(reducedAxes, 'r')}); }`,
      term: 'element(o, r)',
      finish: 'set_y(o, value);',
    },
    context,
  );
}

export const reduceKernels: Kernels<'sum' | 'max' | 'argmax' | 'sumSquares'> = {
  sum: overAxes,
  max: overAxes,
  argmax(call, context) {
    const from = inputAt(call, 0);
    const length = at(from.type.shape, from.type.shape.length - 1);
    // Places are exact in f32 up to 2^24 classes.
    const earlier = 'a.x > b.x || (a.x == b.x && a.y <= b.y)';
    return reduce(
      {
        label: 'argmax',
        slots: [
          { name: 'x', place: from },
          { name: 'y', place: call.output },
        ],
        type: 'vec2<f32>',
        outputs: sizeOf(call.output),
        count: length,
        contiguous: 'terms',
        term: `vec2<f32>(x(o * ${length}u + r), f32(r))`,
        combine: `select(b, a, ${earlier})`,
        identity: `vec2<f32>(x(o * ${length}u), 0.0)`,
        finish: 'set_y(o, i32(value.y));',
      },
      context,
    );
  },
  sumSquares(call, context) {
    const from = inputAt(call, 0);
    return reduce(
      {
        label: 'sumSquares',
        slots: [
          { name: 'x', place: from },
          { name: 'y', place: call.output },
        ],
        type: 'f32',
        outputs: 1,
        count: sizeOf(from),
        contiguous: 'terms',
        declarations: 'fn square(o: u32, r: u32) -> f32 { let v = x(r); return v * v; }',
        term: 'square(o, r)',
        combine: SUM,
        identity: '0.0',
        finish: 'set_y(0u, value);',
      },
      context,
    );
  },
};
