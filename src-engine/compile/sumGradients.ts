/**
 * The sum of what flows back to one value from all that read it. Readers that each took a slice of it give
 * padded gradients; where the slices do not overlap, these are put side by side instead of added, so that
 * the gradient of a tensor read in T pieces costs one pass over it and not T.
 */
import type { GraphBuilder, Value } from '../ops/builder.ts';
import { add } from '../ops/nn.ts';
import { OP_ARITY } from '../ops/ops.ts';
import { type Rows, rowsOf } from '../ops/recurrent.ts';

/** The gradient of one slice, and where along `axis` it lies. */
interface Piece {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
  readonly value: Value;
  readonly padded: Value;
}

export function summed(builder: GraphBuilder, parts: readonly Value[]): Value {
  const pieces = parts.flatMap((part) => pieceOf(builder, part) ?? []);
  const joined = sideBySide(pieces);
  const taken = new Set(joined.map(({ padded }) => padded.id));
  const others = parts.filter(({ id }) => !taken.has(id));
  const [model] = joined;
  const all = model ? [concatenated(builder, joined, model.padded), ...others] : others;
  const [first, ...rest] = all;
  if (!first) throw new Error('a sum of nothing');
  return rest.reduce((sum, part) => add(builder, sum, part), first);
}

/**
 * What of it goes to some rows, the first dimension; null where nothing does. Where every reader took just these
 * rows or none of them, no zeros around them are made. `all` is their sum.
 */
export function flowingTo(
  builder: GraphBuilder,
  parts: readonly Value[],
  all: Value,
  { start, count }: Rows,
): Value | null {
  const own: Value[] = [];
  for (const part of parts) {
    const piece = pieceOf(builder, part);
    if (piece?.axis === 0 && (piece.end <= start || piece.start >= start + count)) continue;
    if (piece?.axis === 0 && piece.start === start && piece.end === start + count) {
      own.push(piece.value);
    } else return rowsOf(builder, all, { start, count });
  }
  return own.length === 0 ? null : summed(builder, own);
}

/** What a slice's gradient rule makes: a `pad`, dropped later if nothing but this reads it. */
function pieceOf(builder: GraphBuilder, padded: Value): Piece | null {
  const made = builder.value(padded.id);
  if (made.kind !== 'op' || made.op !== 'pad') return null;
  const { axis, before } = made.params as { readonly axis: number; readonly before: number };
  const [input = -1] = made.inputs;
  const { type } = builder.value(input);
  const end = before + (type.shape[axis] ?? 0);
  return { axis, start: before, end, value: { id: input, type }, padded };
}

/** Those of the first one's axis that do not overlap, in order; none where there are fewer than two. */
function sideBySide(pieces: readonly Piece[]): readonly Piece[] {
  const axis = pieces[0]?.axis;
  const sorted = pieces
    .filter((piece) => piece.axis === axis)
    .toSorted((a, b) => a.start - b.start || a.end - b.end);
  const chosen: Piece[] = [];
  for (const piece of sorted) {
    if (piece.start >= (chosen.at(-1)?.end ?? 0)) chosen.push(piece);
  }
  return chosen.length < 2 ? [] : chosen;
}

function concatenated(builder: GraphBuilder, pieces: readonly Piece[], { type }: Value): Value {
  const [axis = 0] = pieces.map((piece) => piece.axis);
  const gap = (length: number): readonly Value[] => {
    if (length === 0) return [];
    const shape = type.shape.with(axis, length);
    return [builder.emit('full', [], { shape, value: 0 })];
  };
  let at = 0;
  const run: Value[] = [];
  for (const { start, end, value } of pieces) {
    run.push(...gap(start - at), value);
    at = end;
  }
  run.push(...gap((type.shape[axis] ?? 0) - at));
  return joinAll(builder, run, axis);
}

/** In groups of as many as one concatenation takes, and these again. */
function joinAll(builder: GraphBuilder, values: readonly Value[], axis: number): Value {
  const [only] = values;
  if (only && values.length === 1) return only;
  const [, most] = OP_ARITY.concat;
  const groups: Value[] = [];
  for (let i = 0; i < values.length; i += most) {
    const group = values.slice(i, i + most);
    const [single] = group;
    groups.push(single && group.length === 1 ? single : builder.emit('concat', group, { axis }));
  }
  return joinAll(builder, groups, axis);
}
