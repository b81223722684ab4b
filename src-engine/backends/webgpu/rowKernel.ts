/**
 * Kernels over the rows of a matrix: one invocation for a row of few numbers, a workgroup for a row of many;
 * each step sees what the ones before made of the whole row. Knows no op.
 */
import { type Dispatch, type KernelContext, type Slot, LANES, gridOf } from './kernel.ts';
import { mathFunctions } from './math.ts';
import { MAIN_ARGUMENTS, Words, indent, u32 } from './wgsl.ts';
import { MAXIMUM, SUM, acrossWorkgroup } from './workgroup.ts';

/** Rows of up to so many numbers are left to one invocation. */
const SERIAL_COLUMNS = 32;

export interface RowKernel {
  readonly label: string;
  readonly slots: readonly Slot[];
  readonly words?: Words;
  readonly rows: number;
  readonly columns: number;
  /** Functions before `main`. */
  readonly declarations?: string;
  /** Statements in turn, each over what the ones before made: */
  readonly steps: readonly RowStep[];
  /** Statements run once per row. */
  readonly finish?: string;
}

export type RowStep =
  | {
      readonly kind: 'sum' | 'max';
      readonly name: string;
      /** Expression for column `c` of row `o`, at flat index `e`. */
      readonly term: string;
    }
  | { readonly kind: 'each'; readonly statements: string };

export function rowKernel(kernel: RowKernel, { target }: KernelContext): Dispatch {
  const { label, slots, rows, columns, steps, finish = '', words = new Words() } = kernel;
  const { declarations = '' } = kernel;
  const serial = columns <= SERIAL_COLUMNS;
  const lanes = serial ? 1 : LANES;
  const across = {
    sum: acrossWorkgroup('sum', 'f32', SUM, target),
    max: acrossWorkgroup('max', 'f32', MAXIMUM, target),
  };
  const loop = (body: string): string => `
for (var c = ${serial ? '0u' : 't'}; c < ${u32(columns)}; c += ${u32(lanes)}) {
  let e = o * ${u32(columns)} + c;
  ${body}
}`;
  const code = steps.map((step) => {
    if (step.kind === 'each') return loop(step.statements);
    const { name, term, kind } = step;
    const first = term.replaceAll(/\be\b/g, `(o * ${u32(columns)})`).replaceAll(/\bc\b/g, '0u');
    const start = kind === 'sum' ? '0.0' : first;
    const combine = kind === 'sum' ? `${name} += ${term};` : `${name} = max(${name}, ${term});`;
    const share = serial ? '' : `\n${name} = ${across[kind].all(name)};`;
    return `var ${name} = ${start};${loop(combine)}${share}`;
  });
  const row = serial
    ? `let o = (g.y * gn.x + g.x) * ${u32(LANES)} + t;\n  if (o >= ${u32(rows)}) { return; }`
    : `let group = g.y * gn.x + g.x;\n  let o = min(group, ${u32(rows - 1)});`;
  return {
    label: `${label} ${rows}x${columns}`,
    slots,
    words: words.values,
    width: 1,
    groups: gridOf(serial ? Math.ceil(rows / LANES) : rows, target),
    subgroups: !serial && across.sum.subgroups,
    code: `${mathFunctions('f32')}
${declarations}
${serial ? '' : `${across.sum.declarations}\n${across.max.declarations}`}
@compute @workgroup_size(${LANES})
fn main(${MAIN_ARGUMENTS}${serial ? '' : across.sum.parameters}) {
  ${row}
${indent(code.join('\n'))}
${finish === '' ? '' : indent(serial ? finish : `if (t == 0u) {\n${finish}\n}`)}
}`,
  };
}
