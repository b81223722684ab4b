/**
 * Rows added to the rows they name: what embeddings learn from. The indices are sorted, with where they stood as
 * the second key, so that rows of one index lie beside each other in their own order and each is read once; every
 * sum has an order that depends on the indices alone. Ranks are counted, not swapped for: a stretch of
 * indices against itself, then sorted stretches against each other (merge sort by rank). What names no row is left out.
 */
import type { OpCall } from '#engine/compile/program.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import {
  type Dispatch,
  gridOf,
  inputAt,
  type KernelContext,
  LANES,
  type Place,
  type Slot,
  sizeOf,
} from '../kernel.ts';
import { eachElement, MAIN_ARGUMENTS, u32, Words } from '../wgsl.ts';

/** Comparisons of indices with rows up to which each result looks through all indices: one dispatch. */
const MOST_COMPARISONS = 2 ** 16;
/** So many sorted stretches become one at a time. */
const MERGED = 16;
/** Sorted rows that one invocation adds up. */
const RUN = 32;

/** How the numbers of a row are moved: in fours where it has whole ones. */
interface Row {
  readonly width: 1 | 4;
  readonly four: '' | '4';
  readonly type: 'f32' | 'vec4<f32>';
  /** Moves of a row. */
  readonly per: string;
}

function rowOf(size: number): Row {
  if (size % 4 !== 0) return { width: 1, four: '', type: 'f32', per: u32(size) };
  return { width: 4, four: '4', type: 'vec4<f32>', per: u32(size / 4) };
}

export function scatterAddRows(
  call: OpCall<'scatterAddRows'>,
  context: KernelContext,
): readonly Dispatch[] {
  const count = sizeOf(inputAt(call, 1));
  if (count * call.params.rows <= MOST_COMPARISONS) return [lookThrough(call, context)];
  const { order, dispatches } = sorted(inputAt(call, 1), context);
  return [...dispatches, ...addedUp(call, order, context)];
}

const slotsOf = (call: OpCall<'scatterAddRows'>): readonly Slot[] => [
  { name: 'dy', place: inputAt(call, 0) },
  { name: 'rows', place: inputAt(call, 1) },
  { name: 'y', place: call.output },
];

function lookThrough(call: OpCall<'scatterAddRows'>, context: KernelContext): Dispatch {
  const count = sizeOf(inputAt(call, 1));
  const size = elementCount(call.output.type.shape.slice(1));
  const { width, four, type, per } = rowOf(size);
  const words = new Words();
  return eachElement(
    {
      label: `scatterAddRows ${count}x${size}`,
      slots: slotsOf(call),
      words,
      width,
      count: sizeOf(call.output) / width,
      body: `
let row = i32(i / ${per});
let column = i % ${per};
var total = ${type}();
for (var b = 0u; b < ${words.whole(count)}; b++) {
  if (rows(b) == row) { total += dy${four}(b * ${per} + column); }
}
set_y${four}(i, total);`,
    },
    context,
  );
}

/** Where the rows stand that are named: in the order of their indices. */
function sorted(
  indices: Place,
  context: KernelContext,
): { readonly order: Place; readonly dispatches: readonly Dispatch[] } {
  const count = sizeOf(indices);
  const whole = (): Place => ({
    ...context.scratch(count),
    type: { dtype: 'i32', shape: [count] },
  });
  let order = whole();
  const dispatches = [rankedStretches(indices, order, context)];
  let other: Place | null = null;
  for (let stretch = LANES; stretch < count; stretch *= MERGED) {
    const to: Place = other ?? whole();
    dispatches.push(merged({ indices, from: order, to, stretch }, context));
    [order, other] = [to, order];
  }
  return { order, dispatches };
}

function rankedStretches(indices: Place, order: Place, { target }: KernelContext): Dispatch {
  const count = sizeOf(indices);
  const stretches = Math.ceil(count / LANES);
  return {
    label: `scatterAddRows, stretches of ${count}`,
    slots: [
      { name: 'rows', place: indices },
      { name: 'order', place: order },
    ],
    words: [],
    width: 1,
    groups: gridOf(stretches, target),
    code: `
var<workgroup> keys: array<i32, ${LANES}>;
@compute @workgroup_size(${LANES})
fn main(${MAIN_ARGUMENTS}) {
  let start = min(g.y * gn.x + g.x, ${u32(stretches - 1)}) * ${u32(LANES)};
  let length = min(${u32(LANES)}, ${u32(count)} - start);
  let key = rows(start + min(t, length - 1u));
  keys[t] = key;
  workgroupBarrier();
  if (t >= length) { return; }
  var rank = 0u;
  for (var k = 0u; k < length; k++) {
    let one = keys[k];
    if (one < key || (one == key && k < t)) { rank++; }
  }
  set_order(start + rank, i32(start + t));
}`,
  };
}

interface Merge {
  readonly indices: Place;
  readonly from: Place;
  readonly to: Place;
  /** Length of what is sorted already. */
  readonly stretch: number;
}

/** Each finds in the other stretches how many go before it; of equal ones, those of earlier stretches do. */
function merged({ indices, from, to, stretch }: Merge, context: KernelContext): Dispatch {
  const count = sizeOf(from);
  return eachElement(
    {
      label: `scatterAddRows, merged ${count} of ${stretch}`,
      slots: [
        { name: 'rows', place: indices },
        { name: 'sorted', place: from },
        { name: 'order', place: to },
      ],
      count,
      body: `
let place = sorted(i);
let key = rows(u32(place));
let own = i / ${u32(stretch)};
let first = own - own % ${u32(MERGED)};
var rank = i - own * ${u32(stretch)};
for (var other = first; other < first + ${u32(MERGED)}; other++) {
  let start = other * ${u32(stretch)};
  if (start >= ${u32(count)}) { break; }
  if (other == own) { continue; }
  var low = start;
  var high = min(start + ${u32(stretch)}, ${u32(count)});
  while (low < high) {
    let middle = (low + high) / 2u;
    let one = rows(u32(sorted(middle)));
    if (one < key || (one == key && other < own)) { low = middle + 1u; } else { high = middle; }
  }
  rank += low - start;
}
set_order(first * ${u32(stretch)} + rank, place);`,
    },
    context,
  );
}

/**
 * Runs of sorted rows: sums that begin and end within a run are stored, those that reach beyond it are parts,
 * which the run where a sum begins brings together.
 */
function addedUp(
  call: OpCall<'scatterAddRows'>,
  order: Place,
  context: KernelContext,
): readonly Dispatch[] {
  const [{ rows }, count] = [call.params, sizeOf(order)];
  const size = elementCount(call.output.type.shape.slice(1));
  const runs = Math.ceil(count / RUN);
  const { width, four, type, per } = rowOf(size);
  const all: readonly Slot[] = [
    ...slotsOf(call),
    { name: 'order', place: order },
    { name: 'begun', place: context.scratch(runs * size) },
    { name: 'ended', place: context.scratch(runs * size) },
  ];
  const only = (...names: readonly string[]): readonly Slot[] =>
    all.filter(({ name }) => names.includes(name));
  const declarations = `fn row_at(p: u32) -> i32 { return rows(u32(order(p))); }
fn store(row: i32, column: u32, value: ${type}) {
  if (row >= 0 && row < ${rows}) { set_y${four}(u32(row) * ${per} + column, value); }
}`;
  const ofRuns = { width, count: (runs * size) / width, declarations };
  const head = `
let run = i / ${per};
let column = i % ${per};
let start = run * ${u32(RUN)};
let end = min(start + ${u32(RUN)}, ${u32(count)});`;
  return [
    eachElement(
      {
        label: 'scatterAddRows, zeros',
        slots: only('y'),
        width,
        count: (rows * size) / width,
        body: `set_y${four}(i, ${type}());`,
      },
      context,
    ),
    eachElement(
      {
        label: `scatterAddRows, runs of ${count}x${size}`,
        slots: all,
        ...ofRuns,
        body: `${head}
var row = row_at(start);
var total = ${type}();
var from_before = start > 0u && row_at(max(start, 1u) - 1u) == row;
for (var p = start; p < end; p++) {
  let next = row_at(p);
  if (next != row) {
    if (from_before) { set_ended${four}(i, total); } else { store(row, column, total); }
    from_before = false;
    row = next;
    total = ${type}();
  }
  total += dy${four}(u32(order(p)) * ${per} + column);
}
if (from_before) { set_ended${four}(i, total); }
else if (end < ${u32(count)} && row_at(min(end, ${u32(count - 1)})) == row) { set_begun${four}(i, total); }
else { store(row, column, total); }`,
      },
      context,
    ),
    eachElement(
      {
        label: `scatterAddRows, sums over runs of ${count}x${size}`,
        slots: only('rows', 'y', 'order', 'begun', 'ended'),
        ...ofRuns,
        body: `${head}
let row = row_at(end - 1u);
if (start > 0u && row_at(max(start, 1u) - 1u) == row) { return; }
if (end == ${u32(count)} || row_at(min(end, ${u32(count - 1)})) != row) { return; }
var total = begun${four}(i);
for (var next = run + 1u; next < ${u32(runs)}; next++) {
  if (row_at(next * ${u32(RUN)}) != row) { break; }
  total += ended${four}(next * ${per} + column);
}
store(row, column, total);`,
      },
      context,
    ),
  ];
}
