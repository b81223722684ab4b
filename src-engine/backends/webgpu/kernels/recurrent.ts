/**
 * Recurrent cells over a whole sequence, one dispatch: a workgroup takes a few samples through all steps, so that
 * nothing but itself waits between two; the more samples, the fewer times the weight is read. The state is shared
 * within the workgroup, in its own memory where that is large enough, else in scratch memory of the device.
 */
import type { OpCall } from '#engine/compile/program.ts';
import {
  RECURRENT_CELLS,
  recurrentGradInputs,
  recurrentGradRows,
  recurrentInputs,
  recurrentRows,
  type Rows,
} from '#engine/ops/recurrent.ts';
import { at } from '#engine/backends/strides.ts';
import {
  type Dispatch,
  gridOf,
  type KernelContext,
  type Kernels,
  LANES,
  type Slot,
  type Target,
} from '../kernel.ts';
import { mathFunctions } from '../math.ts';
import { eachElement, indent, MAIN_ARGUMENTS, u32 } from '../wgsl.ts';
import { CELL_CODE } from './recurrentCells.ts';

/** More would leave registers and memory of a workgroup short. */
const MOST_SAMPLES = 4;

interface Sizes {
  readonly steps: number;
  readonly batch: number;
  readonly size: number;
}

/** Samples of a workgroup: few enough that all of the device has something to do. */
function samplesOf({ batch }: Sizes, bytesEach: number, target: Target): number {
  const fits = Math.floor(target.workgroupBytes / bytesEach);
  const wanted = Math.floor(batch / Math.max(1, target.parallelGroups));
  return Math.max(1, Math.min(MOST_SAMPLES, wanted, fits));
}

/** Whether sample `n` has ended before step `t`; it has one at least. */
const IS_OVER = 't > 0u && i32(t) >= lengths(n)';

const list = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);
const join = (lines: readonly string[]): string => lines.join('\n');

/** Numbers that the invocations of a workgroup share, `name_at(i)` and `set_name_at(i, value)`. */
function shared(
  name: string,
  count: number,
  groups: number,
  context: KernelContext,
): { readonly declarations: string; readonly slots: readonly Slot[]; readonly barrier: string } {
  if (count * 4 <= context.target.workgroupBytes) {
    return {
      slots: [],
      barrier: 'workgroupBarrier();',
      declarations: `var<workgroup> ${name}_values: array<f32, ${count}>;
fn ${name}_at(group: u32, i: u32) -> f32 { return ${name}_values[i]; }
fn set_${name}_at(group: u32, i: u32, value: f32) { ${name}_values[i] = value; }`,
    };
  }
  return {
    slots: [{ name, place: context.scratch(count * groups) }],
    barrier: 'storageBarrier();\nworkgroupBarrier();',
    declarations: `fn ${name}_at(group: u32, i: u32) -> f32 { return ${name}(group * ${u32(count)} + i); }
fn set_${name}_at(group: u32, i: u32, value: f32) { set_${name}(group * ${u32(count)} + i, value); }`,
  };
}

/** `start` of a section in numbers, so that `y(start + ...)` is in it. */
const startOf = (section: Rows | null, { batch, size }: Sizes): string =>
  u32((section?.start ?? 0) * batch * size);

function recurrent(call: OpCall<'recurrent'>, context: KernelContext): readonly Dispatch[] {
  const { params } = call;
  const refs = recurrentInputs(call.inputs, params);
  const [steps, batch] = refs.gates.type.shape as [number, number, number];
  const sizes = { steps, batch, size: at(refs.weight.type.shape, 1) };
  const { size } = sizes;
  const { gates, saved, hasCell } = RECURRENT_CELLS[params.cell];
  const width = gates * size;
  const rows = recurrentRows(params, steps);
  const samples = samplesOf(sizes, 2 * size * 4, context.target);
  const groups = Math.ceil(batch / samples);
  const state = shared('state', 2 * samples * size, groups, context);
  const turned = context.scratch(width * size);

  // Neighbouring invocations read neighbouring numbers of the weight only when it lies the other way.
  const turn = eachElement(
    {
      label: `recurrent weight ${width}x${size}`,
      slots: [
        { name: 'weight', place: refs.weight },
        { name: 'turned', place: turned },
      ],
      count: width * size,
      body: `set_turned((i % ${u32(size)}) * ${u32(width)} + i / ${u32(size)}, weight(i));`,
    },
    context,
  );
  const slots: Slot[] = [
    { name: 'gates', place: refs.gates },
    { name: 'turned', place: turned },
    { name: 'y', place: call.output },
    ...(refs.bias ? [{ name: 'added', place: refs.bias }] : []),
    ...(refs.hidden ? [{ name: 'first', place: refs.hidden }] : []),
    ...(refs.cell ? [{ name: 'firstCell', place: refs.cell }] : []),
    ...(refs.lengths ? [{ name: 'lengths', place: refs.lengths }] : []),
    ...(hasCell ? [{ name: 'cells', place: context.scratch(batch * size) }] : []),
    ...state.slots,
  ];
  const isOver = refs.lengths ? IS_OVER : 'false';
  const oneSample = (s: number): string => `{
  let n = start + ${u32(s)};
  if (n < ${u32(batch)}) {
    let place = n * ${u32(size)} + j;
    let line = t * ${u32(batch)} + n;
    let before = state_at(group, (now * ${u32(samples)} + ${u32(s)}) * ${u32(size)} + j);
    var after = before;
    ${rows.before ? `set_y(${startOf(rows.before, sizes)} + line * ${u32(size)} + j, before);` : ''}
    if (${isOver}) {
      ${rows.sequence ? `set_y(${startOf(rows.sequence, sizes)} + line * ${u32(size)} + j, 0.0);` : ''}
      ${rows.saved ? join(list(saved).map((k) => `set_y(${startOf(rows.saved, sizes)} + (line * ${u32(saved)} + ${u32(k)}) * ${u32(size)} + j, 0.0);`)) : ''}
    } else {
      ${hasCell ? 'let cell = cells(place);' : ''}
      ${join(list(gates).map((gate) => `let x${gate} = gates(line * ${u32(width)} + ${u32(gate * size)} + j);`))}
      ${join(list(gates).map((gate) => `let h${gate} = sum${gate}_${s}${refs.bias ? ` + added(${u32(gate * size)} + j)` : ''};`))}
${CELL_CODE[params.cell].forward}
      after = state;
      ${hasCell ? 'set_cells(place, ofCell);' : ''}
      ${rows.sequence ? `set_y(${startOf(rows.sequence, sizes)} + line * ${u32(size)} + j, state);` : ''}
      ${rows.saved ? join(list(saved).map((k) => `set_y(${startOf(rows.saved, sizes)} + (line * ${u32(saved)} + ${u32(k)}) * ${u32(size)} + j, s${k});`)) : ''}
    }
    set_state_at(group, ((1u - now) * ${u32(samples)} + ${u32(s)}) * ${u32(size)} + j, after);
  }
}`;
  const product = join([
    ...list(gates).flatMap((gate) => list(samples).map((s) => `var sum${gate}_${s} = 0.0;`)),
    `for (var k = 0u; k < ${u32(size)}; k++) {`,
    ...list(samples).map(
      (s) => `let v${s} = state_at(group, (now * ${u32(samples)} + ${u32(s)}) * ${u32(size)} + k);`,
    ),
    ...list(gates).flatMap((gate) => [
      `let w${gate}_ = turned(k * ${u32(width)} + ${u32(gate * size)} + j);`,
      ...list(samples).map((s) => `sum${gate}_${s} = fma(w${gate}_, v${s}, sum${gate}_${s});`),
    ]),
    '}',
  ]);
  const overUnits = (body: string): string =>
    `for (var j = lane; j < ${u32(size)}; j += ${u32(LANES)}) {\n${indent(body)}\n}`;
  const begin = join(
    list(samples).map(
      (s) => `{
  let n = start + ${u32(s)};
  let inside = n < ${u32(batch)};
  let place = min(n, ${u32(batch - 1)}) * ${u32(size)} + j;
  set_state_at(group, ${u32(s * size)} + j, ${refs.hidden ? 'first(place)' : '0.0'});
  ${hasCell ? `if (inside) { set_cells(place, ${refs.cell ? 'firstCell(place)' : '0.0'}); }` : ''}
}`,
    ),
  );
  const end = join(
    list(samples).map(
      (s) => `if (start + ${u32(s)} < ${u32(batch)}) {
  let place = (start + ${u32(s)}) * ${u32(size)} + j;
  set_y(${startOf(rows.hidden, sizes)} + place, state_at(group, (now * ${u32(samples)} + ${u32(s)}) * ${u32(size)} + j));
  ${rows.cell ? `set_y(${startOf(rows.cell, sizes)} + place, cells(place));` : ''}
}`,
    ),
  );
  const main: Dispatch = {
    label: `recurrent ${params.cell} ${steps}x${batch}x${size}`,
    slots,
    words: [],
    width: 1,
    groups: gridOf(groups, context.target),
    code: `${mathFunctions('f32')}
${state.declarations}
@compute @workgroup_size(${LANES})
fn main(${MAIN_ARGUMENTS}) {
  let lane = t;
  let group = g.y * gn.x + g.x;
  if (group >= ${u32(groups)}) { return; }
  let start = group * ${u32(samples)};
  var now = 0u;
${indent(overUnits(begin))}
  for (var step = 0u; step < ${u32(steps)}; step++) {
    let t = ${params.reverse ? `${u32(steps - 1)} - step` : 'step'};
${state.barrier}
${indent(overUnits(join([product, ...list(samples).map(oneSample)])))}
    now = 1u - now;
  }
${indent(overUnits(end))}
}`,
  };
  return [turn, main];
}

function recurrentGrad(call: OpCall<'recurrentGrad'>, context: KernelContext): readonly Dispatch[] {
  const { params } = call;
  const { cell, reverse, state, steps } = params;
  const refs = recurrentGradInputs(call.inputs, params);
  const [, batch, size] = refs.saved.type.shape as [number, number, number];
  const sizes = { steps, batch, size };
  const { gates, saved, hasCell, productApart } = RECURRENT_CELLS[cell];
  const width = gates * size;
  const given = recurrentRows(params, steps);
  const rows = recurrentGradRows(params);
  const samples = samplesOf(sizes, (width + size) * 4, context.target);
  const groups = Math.ceil(batch / samples);
  const line = shared('line', samples * width, groups, context);
  const slots: Slot[] = [
    { name: 'kept', place: refs.saved },
    { name: 'weight', place: refs.weight },
    { name: 'dx', place: call.output },
    { name: 'slopes', place: context.scratch(batch * size) },
    ...(hasCell ? [{ name: 'cells', place: context.scratch(batch * size) }] : []),
    ...(refs.cell ? [{ name: 'firstCell', place: refs.cell }] : []),
    ...(refs.lengths ? [{ name: 'lengths', place: refs.lengths }] : []),
    ...(refs.flows.sequence ? [{ name: 'dsequence', place: refs.flows.sequence }] : []),
    ...(refs.flows.hidden ? [{ name: 'dhidden', place: refs.flows.hidden }] : []),
    ...(refs.flows.cell ? [{ name: 'dofcell', place: refs.flows.cell }] : []),
    ...line.slots,
  ];
  const isOver = refs.lengths ? IS_OVER : 'false';
  const savedAt = (t: string, k: number): string =>
    `kept(${startOf(given.saved, sizes)} + ((${t} * ${u32(batch)} + n) * ${u32(saved)} + ${u32(k)}) * ${u32(size)} + j)`;
  const isFirst = reverse
    ? `t == ${u32(steps - 1)}${refs.lengths ? ' || i32(t) + 1 >= lengths(n)' : ''}`
    : 't == 0u';
  const earlier = reverse ? `min(t + 1u, ${u32(steps - 1)})` : 'max(t, 1u) - 1u';
  const put = (section: Rows, gate: number, value: string): string =>
    `set_dx(${startOf(section, sizes)} + at * ${u32(width)} + ${u32(gate * size)} + j, ${value});`;
  const ofProduct = (gate: number): string => (productApart ? `p${gate}` : `d${gate}`);
  const oneSample = (s: number): string => `{
  let n = start + ${u32(s)};
  if (n < ${u32(batch)}) {
    let place = n * ${u32(size)} + j;
    let at = t * ${u32(batch)} + n;
    if (${isOver}) {
      ${join(list(gates).map((gate) => `${put(rows.gates, gate, '0.0')}\n${rows.product ? put(rows.product, gate, '0.0') : ''}\nset_line_at(group, ${u32(s * width + gate * size)} + j, 0.0);`))}
    } else {
      let before = kept(${startOf(given.before, sizes)} + at * ${u32(size)} + j);
      let dy = slopes(place)${refs.flows.sequence ? ` + dsequence(at * ${u32(size)} + j)` : ''};
      ${hasCell ? 'let dcell = cells(place);' : ''}
      ${join(list(saved).map((k) => `let s${k} = ${savedAt('t', k)};`))}
      ${
        hasCell
          ? `var cellBefore = ${refs.cell ? 'firstCell(place)' : '0.0'};
      if (!(${isFirst})) { cellBefore = ${savedAt(`(${earlier})`, saved - 1)}; }`
          : ''
      }
${CELL_CODE[cell].back}
      ${join(list(gates).map((gate) => `${put(rows.gates, gate, `d${gate}`)}\n${rows.product ? put(rows.product, gate, `p${gate}`) : ''}\nset_line_at(group, ${u32(s * width + gate * size)} + j, ${ofProduct(gate)});`))}
      set_slopes(place, past);
      ${hasCell ? 'set_cells(place, dbefore);' : ''}
    }
  }
}`;
  const product = join([
    ...list(samples).map((s) => `var sum${s} = 0.0;`),
    `for (var k = 0u; k < ${u32(width)}; k++) {`,
    `let w = weight(k * ${u32(size)} + j);`,
    ...list(samples).map(
      (s) => `sum${s} = fma(w, line_at(group, ${u32(s * width)} + k), sum${s});`,
    ),
    '}',
    ...list(samples).map(
      (s) => `if (start + ${u32(s)} < ${u32(batch)}) {
  let place = (start + ${u32(s)}) * ${u32(size)} + j;
  set_slopes(place, slopes(place) + sum${s});
}`,
    ),
  ]);
  const overUnits = (body: string): string =>
    `for (var j = lane; j < ${u32(size)}; j += ${u32(LANES)}) {\n${indent(body)}\n}`;
  const eachPlace = (body: string): string =>
    join(
      list(samples).map(
        (s) => `if (start + ${u32(s)} < ${u32(batch)}) {
  let place = (start + ${u32(s)}) * ${u32(size)} + j;
  ${body}
}`,
      ),
    );
  const begin = `set_slopes(place, ${refs.flows.hidden ? 'dhidden(place)' : '0.0'});
  ${hasCell ? `set_cells(place, ${refs.flows.cell ? 'dofcell(place)' : '0.0'});` : ''}`;
  const end = `${rows.hidden ? `set_dx(${startOf(rows.hidden, sizes)} + place, slopes(place));` : ''}
  ${rows.cell ? `set_dx(${startOf(rows.cell, sizes)} + place, cells(place));` : ''}`;
  return [
    {
      label: `recurrentGrad ${cell} ${steps}x${batch}x${size}`,
      slots,
      words: [],
      width: 1,
      groups: gridOf(groups, context.target),
      code: `${mathFunctions('f32')}
${line.declarations}
@compute @workgroup_size(${LANES})
fn main(${MAIN_ARGUMENTS}) {
  let lane = t;
  let group = g.y * gn.x + g.x;
  if (group >= ${u32(groups)}) { return; }
  let start = group * ${u32(samples)};
${indent(overUnits(eachPlace(begin)))}
  for (var step = 0u; step < ${u32(steps)}; step++) {
    let t = ${reverse ? 'step' : `${u32(steps - 1)} - step`};
${indent(overUnits(join(list(samples).map(oneSample))))}
${line.barrier}
    ${state ? '' : `if (step < ${u32(steps - 1)}) {`}
${indent(overUnits(product))}
    ${state ? '' : '}'}
${line.barrier}
  }
${indent(overUnits(eachPlace(end)))}
}`,
    },
  ];
}

export const recurrentKernels: Kernels<'recurrent' | 'recurrentGrad'> = {
  recurrent,
  recurrentGrad,
};
