/**
 * Softmax and cross-entropy over the last axis: one invocation for a row of few classes, a workgroup for
 * a row of many. Shifted by the row's maximum against overflow. A label outside the classes makes NaN.
 */
import type { BufferRef } from '#engine/compile/program.ts';
import { at } from '#engine/backends/strides.ts';
import {
  type Dispatch,
  type KernelContext,
  type Kernels,
  type Slot,
  LANES,
  gridOf,
  inputAt,
  sizeOf,
} from '../kernel.ts';
import { mathFunctions } from '../math.ts';
import { MAIN_ARGUMENTS, Words, indent, u32 } from '../wgsl.ts';
import { MAXIMUM, SUM, acrossWorkgroup } from '../workgroup.ts';

/** Rows of up to so many classes are left to one invocation. */
const SERIAL_CLASSES = 32;

interface RowKernel {
  readonly label: string;
  readonly slots: readonly Slot[];
  readonly words?: Words;
  /** `[rows, classes]`. */
  readonly logits: BufferRef;
  /** Statements in turn, each over what the ones before made: */
  readonly steps: readonly RowStep[];
  /** Statements run once per row. */
  readonly finish?: string;
}

type RowStep =
  | {
      readonly kind: 'sum' | 'max';
      readonly name: string;
      /** Expression for class `c` of row `o`, at flat index `e`. */
      readonly term: string;
    }
  | { readonly kind: 'each'; readonly statements: string };

function rowKernel(kernel: RowKernel, { target }: KernelContext): Dispatch {
  const { label, slots, logits, steps, finish = '', words = new Words() } = kernel;
  const classes = at(logits.type.shape, logits.type.shape.length - 1);
  const rows = sizeOf(logits) / classes;
  const serial = classes <= SERIAL_CLASSES;
  const lanes = serial ? 1 : LANES;
  const across = {
    sum: acrossWorkgroup('sum', 'f32', SUM, target),
    max: acrossWorkgroup('max', 'f32', MAXIMUM, target),
  };
  const loop = (body: string): string => `
for (var c = ${serial ? '0u' : 't'}; c < ${u32(classes)}; c += ${u32(lanes)}) {
  let e = o * ${u32(classes)} + c;
  ${body}
}`;
  const code = steps.map((step) => {
    if (step.kind === 'each') return loop(step.statements);
    const { name, term, kind } = step;
    const start = kind === 'sum' ? '0.0' : term.replaceAll(/\be\b/g, `(o * ${u32(classes)})`);
    const combine = kind === 'sum' ? `${name} += ${term};` : `${name} = max(${name}, ${term});`;
    const share = serial ? '' : `\n${name} = ${across[kind].all(name)};`;
    return `var ${name} = ${start};${loop(combine)}${share}`;
  });
  const row = serial
    ? `let o = (g.y * gn.x + g.x) * ${u32(LANES)} + t;\n  if (o >= ${u32(rows)}) { return; }`
    : `let group = g.y * gn.x + g.x;\n  let o = min(group, ${u32(rows - 1)});`;
  return {
    label: `${label} ${rows}x${classes}`,
    slots,
    words: words.values,
    width: 1,
    groups: gridOf(serial ? Math.ceil(rows / LANES) : rows, target),
    subgroups: !serial && across.sum.subgroups,
    code: `${mathFunctions('f32')}
${serial ? '' : `${across.sum.declarations}\n${across.max.declarations}`}
@compute @workgroup_size(${LANES})
fn main(${MAIN_ARGUMENTS}${serial ? '' : across.sum.parameters}) {
  ${row}
${indent(code.join('\n'))}
${finish === '' ? '' : indent(serial ? finish : `if (t == 0u) {\n${finish}\n}`)}
}`,
  };
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

/** Statements that turn `value` into NaN where the label is none. */
function unlessLabelled(words: Words, labels: BufferRef, value: string, classes: number): string {
  if (labels.type.dtype === 'f32') return value;
  const bad = `labels(o) < 0 || labels(o) >= ${classes}`;
  return `select(${value}, ${words.float(NaN)}, ${bad})`;
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
          logits: x,
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
          logits: y,
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
    const share = wanted(words, labels, call.params.labelSmoothing, classes);
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
          logits: x,
          steps: [
            ...EXPONENTIALS,
            { kind: 'sum', name: 'loss', term: `${share} * (largest - x(e) + nl_log(total))` },
          ],
          finish: `set_y(o, ${unlessLabelled(words, labels, 'loss', classes)});`,
        },
        context,
      ),
    ];
  },
  crossEntropyGrad(call, context) {
    const [dy, x, labels] = [inputAt(call, 0), inputAt(call, 1), inputAt(call, 2)];
    const classes = at(x.type.shape, 1);
    const words = new Words();
    const share = wanted(words, labels, call.params.labelSmoothing, classes);
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
          logits: x,
          steps: [
            ...EXPONENTIALS,
            ...(given ? [{ kind: 'sum', name: 'mass', term: share } as const] : []),
            {
              kind: 'each',
              statements: `set_dx(e, ${unlessLabelled(words, labels, slope, classes)});`,
            },
          ],
        },
        context,
      ),
    ];
  },
};
