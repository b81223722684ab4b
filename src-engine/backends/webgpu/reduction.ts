/**
 * Reductions as one generator: `outputs` results, each combined from `count` terms, in an order that
 * depends on shapes alone. Three ways to lay invocations out, by what neighbours in memory are; few
 * results with many terms are split over workgroups and combined in a second dispatch.
 */
import { type Dispatch, type KernelContext, LANES, type Slot, gridOf } from './kernel.ts';
import { MAIN_ARGUMENTS, Words, indent, u32 } from './wgsl.ts';
import { type Accumulator, acrossWorkgroup } from './workgroup.ts';

export interface Reduction {
  readonly label: string;
  readonly slots: readonly Slot[];
  readonly words?: Words;
  readonly type: Accumulator;
  readonly outputs: number;
  readonly count: number;
  /** Whether terms of one result are neighbours in memory (`terms`), or results are (`outputs`). */
  readonly contiguous: 'terms' | 'outputs';
  readonly declarations?: string;
  /** Expression of term `r` of result `o`; both are u32. */
  readonly term: string;
  /** Expression that combines `a` and `b`. */
  readonly combine: string;
  /** Expression of what changes nothing, for result `o`. */
  readonly identity: string;
  /** Statements that store `value`, the result `o`. */
  readonly finish: string;
}

/** Up to so many terms one invocation takes alone. */
const SERIAL_TERMS = 32;
/** Terms per invocation below which splitting costs more than it gives. */
const LEAST_TERMS = 8;
const COLUMNS = 32;
const ROWS = LANES / COLUMNS;

const LANES_OF: Readonly<Record<Accumulator, number>> = { f32: 1, 'vec2<f32>': 2, 'vec4<f32>': 4 };

export function reduce(reduction: Reduction, context: KernelContext): readonly Dispatch[] {
  const { outputs, count, contiguous } = reduction;
  const { parallelGroups } = context.target;
  if (count <= SERIAL_TERMS && outputs > 1) return [serial(reduction, context)];
  const columns = contiguous === 'outputs' && outputs > 1;
  const groups = columns ? Math.ceil(outputs / COLUMNS) : outputs;
  const perGroup = columns ? ROWS : LANES;
  const worth = Math.floor(count / (perGroup * LEAST_TERMS));
  const splits = Math.max(1, Math.min(worth, Math.floor(parallelGroups / groups), LANES));
  const stage = columns ? byColumns : byRows;
  if (splits === 1) return [stage(reduction, 1, context)];
  const lanes = LANES_OF[reduction.type];
  const partial = context.scratch(outputs * splits * lanes);
  const slot = { name: 'partial', place: partial };
  const index = `(o * ${u32(splits)} + s) * ${u32(lanes)}`;
  const store = component('value', lanes)
    .map((value, k) => `set_partial(${index} + ${u32(k)}, ${value});`)
    .join('\n');
  const first = stage(
    { ...reduction, slots: [...reduction.slots, slot], finish: store },
    splits,
    context,
  );
  const loaded = component('', lanes).map(
    (_, k) => `partial((o * ${u32(splits)} + r) * ${u32(lanes)} + ${u32(k)})`,
  );
  const second: Reduction = {
    ...reduction,
    label: `${reduction.label}, second half`,
    slots: [...reduction.slots, slot],
    count: splits,
    term: lanes === 1 ? (loaded[0] ?? '') : `${reduction.type}(${loaded.join(', ')})`,
  };
  return [first, outputs > 1 ? serial(second, context) : byRows(second, 1, context)];
}

const component = (name: string, lanes: number): readonly string[] =>
  lanes === 1 ? [name] : ['x', 'y', 'z', 'w'].slice(0, lanes).map((lane) => `${name}.${lane}`);

function common({ declarations = '', type, combine, term, identity }: Reduction): string {
  return `${declarations}
fn combine(a: ${type}, b: ${type}) -> ${type} { return ${combine}; }
fn identity(o: u32) -> ${type} { return ${identity}; }
fn term(o: u32, r: u32) -> ${type} { return ${term}; }`;
}

function dispatch(
  reduction: Reduction,
  groups: number,
  code: string,
  { target }: KernelContext,
): Dispatch {
  const { label, slots, words = new Words() } = reduction;
  const { outputs, count } = reduction;
  return {
    label: `${label} ${outputs}x${count}`,
    slots,
    words: words.values,
    width: 1,
    groups: gridOf(groups, target),
    code: `${common(reduction)}\n${code}`,
  };
}

/** One invocation for each result. */
function serial(reduction: Reduction, context: KernelContext): Dispatch {
  const code = `
@compute @workgroup_size(${LANES})
fn main(${MAIN_ARGUMENTS}) {
  let o = (g.y * gn.x + g.x) * ${u32(LANES)} + t;
  if (o >= ${u32(reduction.outputs)}) { return; }
  var value = identity(o);
  for (var r = 0u; r < ${u32(reduction.count)}; r++) { value = combine(value, term(o, r)); }
${indent(reduction.finish)}
}`;
  return dispatch(reduction, Math.ceil(reduction.outputs / LANES), code, context);
}

/** One workgroup for each result (or each part of it); neighbours take neighbouring terms. */
function byRows(reduction: Reduction, splits: number, context: KernelContext): Dispatch {
  const { outputs, count, type, combine, finish } = reduction;
  const part = Math.ceil(count / splits);
  const across = acrossWorkgroup('terms', type, combine, context.target);
  const code = `${across.declarations}
@compute @workgroup_size(${LANES})
fn main(${MAIN_ARGUMENTS}${across.parameters}) {
  let group = g.y * gn.x + g.x;
  let o = min(group / ${u32(splits)}, ${u32(outputs - 1)});
  let s = group % ${u32(splits)};
  let end = min((s + 1u) * ${u32(part)}, ${u32(count)});
  var value = identity(o);
  for (var r = s * ${u32(part)} + t; r < end; r += ${u32(LANES)}) { value = combine(value, term(o, r)); }
  value = ${across.all('value')};
  if (t == 0u && group < ${u32(outputs * splits)}) {
${indent(finish)}
  }
}`;
  const { subgroups } = across;
  return { ...dispatch(reduction, outputs * splits, code, context), subgroups };
}

/** One workgroup for a stretch of neighbouring results: columns of invocations share each result's terms. */
function byColumns(reduction: Reduction, splits: number, context: KernelContext): Dispatch {
  const { outputs, count, type, finish } = reduction;
  const stretches = Math.ceil(outputs / COLUMNS);
  const part = Math.ceil(count / splits);
  const code = `
var<workgroup> shared_values: array<${type}, ${LANES}>;
@compute @workgroup_size(${LANES})
fn main(${MAIN_ARGUMENTS}) {
  let group = g.y * gn.x + g.x;
  let s = group % ${u32(splits)};
  let column = (group / ${u32(splits)}) * ${u32(COLUMNS)} + t % ${u32(COLUMNS)};
  let o = min(column, ${u32(outputs - 1)});
  let end = min((s + 1u) * ${u32(part)}, ${u32(count)});
  var value = identity(o);
  for (var r = s * ${u32(part)} + t / ${u32(COLUMNS)}; r < end; r += ${u32(ROWS)}) { value = combine(value, term(o, r)); }
  shared_values[t] = value;
  for (var half = ${u32(ROWS / 2)}; half > 0u; half >>= 1u) {
    workgroupBarrier();
    if (t < half * ${u32(COLUMNS)}) {
      shared_values[t] = combine(shared_values[t], shared_values[t + half * ${u32(COLUMNS)}]);
    }
  }
  if (t < ${u32(COLUMNS)} && column < ${u32(outputs)}) {
    value = shared_values[t];
${indent(finish)}
  }
}`;
  return dispatch(reduction, stretches * splits, code, context);
}
