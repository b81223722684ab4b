/**
 * Softmax and cross-entropy over the last axis, row by row. Shifted by the row's maximum against overflow. A label outside the classes makes NaN.
 */
import type { BufferRef } from '#engine/compile/program.ts';
import { at } from '#engine/backends/strides.ts';
import { type Kernels, inputAt, sizeOf } from '../kernel.ts';
import { type RowStep, rowKernel } from '../rowKernel.ts';
import { Words } from '../wgsl.ts';

/** Rows of the last axis. */
function rowsOf(x: BufferRef): { readonly rows: number; readonly columns: number } {
  const columns = at(x.type.shape, x.type.shape.length - 1);
  return { rows: sizeOf(x) / columns, columns };
}

/** Maximum and sum of e^(x - maximum): what softmax and both losses start with. */
const EXPONENTIALS: readonly RowStep[] = [
  { kind: 'max', name: 'largest', term: 'x(e)' },
  { kind: 'sum', name: 'total', term: 'nl_exp(x(e) - largest)' },
];

/** Share of class `c` that the model should answer: (1 - s) one-hot (or what it is given) + s / C. */
function wanted(words: Words, labels: BufferRef, smoothing: number, classes: number): string {
  const base = words.float(smoothing / classes);
  const label = words.float(1 - smoothing);
  if (labels.type.dtype === 'f32') return `(${base} + ${label} * labels(e))`;
  return `select(${base}, ${base} + ${label}, i32(c) == labels(o))`;
}

/** `value`; NaN where the label is none, and 0 where it is ignored. */
function byLabel(
  words: Words,
  labels: BufferRef,
  value: string,
  { classes, ignoreIndex }: { readonly classes: number; readonly ignoreIndex?: number },
): string {
  if (labels.type.dtype === 'f32') return value;
  const bad = `labels(o) < 0 || labels(o) >= ${classes}`;
  const counted = `select(${value}, ${words.float(NaN)}, ${bad})`;
  return ignoreIndex === undefined
    ? counted
    : `select(${counted}, 0.0, labels(o) == i32(${ignoreIndex}))`;
}

export const classifyKernels: Kernels<
  'softmax' | 'softmaxGrad' | 'crossEntropy' | 'crossEntropyGrad'
> = {
  softmax(call, context) {
    const x = inputAt(call, 0);
    return [
      rowKernel(
        {
          label: 'softmax',
          slots: [
            { name: 'x', place: x },
            { name: 'y', place: call.output },
          ],
          ...rowsOf(x),
          steps: [
            ...EXPONENTIALS,
            { kind: 'each', statements: 'set_y(e, nl_exp(x(e) - largest) / total);' },
          ],
        },
        context,
      ),
    ];
  },
  softmaxGrad(call, context) {
    const [dy, y] = [inputAt(call, 0), inputAt(call, 1)];
    return [
      rowKernel(
        {
          label: 'softmaxGrad',
          slots: [
            { name: 'dy', place: dy },
            { name: 'y', place: y },
            { name: 'dx', place: call.output },
          ],
          ...rowsOf(y),
          steps: [
            { kind: 'sum', name: 'mean', term: 'dy(e) * y(e)' },
            { kind: 'each', statements: 'set_dx(e, y(e) * (dy(e) - mean));' },
          ],
        },
        context,
      ),
    ];
  },
  crossEntropy(call, context) {
    const [x, labels] = [inputAt(call, 0), inputAt(call, 1)];
    const classes = at(x.type.shape, 1);
    const words = new Words();
    const { labelSmoothing, ...ignoring } = call.params;
    const share = wanted(words, labels, labelSmoothing, classes);
    return [
      rowKernel(
        {
          label: 'crossEntropy',
          slots: [
            { name: 'x', place: x },
            { name: 'labels', place: labels },
            { name: 'y', place: call.output },
          ],
          words,
          ...rowsOf(x),
          steps: [
            ...EXPONENTIALS,
            { kind: 'sum', name: 'loss', term: `${share} * (largest - x(e) + nl_log(total))` },
          ],
          finish: `set_y(o, ${byLabel(words, labels, 'loss', { classes, ...ignoring })});`,
        },
        context,
      ),
    ];
  },
  crossEntropyGrad(call, context) {
    const [dy, x, labels] = [inputAt(call, 0), inputAt(call, 1), inputAt(call, 2)];
    const classes = at(x.type.shape, 1);
    const words = new Words();
    const { labelSmoothing, ...ignoring } = call.params;
    const share = wanted(words, labels, labelSmoothing, classes);
    // Probabilities add up to one, but whatever stands there counts as it does for PyTorch.
    const given = labels.type.dtype === 'f32';
    const slope = `dy(o) * (${given ? 'mass * ' : ''}nl_exp(x(e) - largest) / total - ${share})`;
    return [
      rowKernel(
        {
          label: 'crossEntropyGrad',
          slots: [
            { name: 'dy', place: dy },
            { name: 'x', place: x },
            { name: 'labels', place: labels },
            { name: 'dx', place: call.output },
          ],
          words,
          ...rowsOf(x),
          steps: [
            ...EXPONENTIALS,
            ...(given ? [{ kind: 'sum', name: 'mass', term: share } as const] : []),
            {
              kind: 'each',
              statements: `set_dx(e, ${byLabel(words, labels, slope, { classes, ...ignoring })});`,
            },
          ],
        },
        context,
      ),
    ];
  },
};
