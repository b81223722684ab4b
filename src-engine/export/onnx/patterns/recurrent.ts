/**
 * One direction of a recurrent layer: the product of its inputs, what is added to it, the recurrence, and the one
 * result that is read of it, as LSTM, GRU or RNN.
 */
import type { OpValue, ValueId } from '#engine/ir/graph.ts';
import { RECURRENT_CELLS, recurrentInputs, recurrentRows } from '#engine/ops/recurrent.ts';
import type { OnnxEmitter } from '../emitter.ts';
import { emitGateRows, emitLengths, emitRecurrent, gateOrder } from '../recurrent.ts';
import type { OnnxValue } from '../rules.ts';
import type { GraphView, Pattern } from './define.ts';

export default {
  name: 'recurrent',
  order: 4,
  match(view, id) {
    const part = view.op(id, 'slice');
    const [at] = part?.inputs ?? [];
    const recurrent = view.op(at, 'recurrent');
    if (!part || !recurrent || at === undefined || part.params.axis !== 0) return null;
    const { params } = recurrent;
    const named = recurrentInputs(recurrent.inputs, params);
    const [steps = 0] = view.value(named.gates).value.type.shape;
    const rows = recurrentRows(params, steps);
    const isRows = (of: { readonly start: number; readonly count: number } | null): boolean =>
      of?.start === part.params.start && of.count === part.params.length;
    const wanted = isRows(rows.sequence) ? 'sequence' : isRows(rows.hidden) ? 'hidden' : null;
    const projected = projectionAt(view, named.gates);
    if (wanted === null || !projected || !view.isRead(at, 1)) return null;
    const [, size = 1] = view.value(named.weight).value.type.shape;
    const zeros = view.op(named.bias, 'full');
    return {
      inner: [at, ...projected.inner, ...(named.bias !== undefined && zeros ? [named.bias] : [])],
      emit(e, of, out) {
        const rowsOf = (value: ValueId): string => gateRows(e, view, of, params.cell, size, value);
        const state = (value: ValueId | undefined): string | null =>
          value === undefined ? null : e.op('Unsqueeze', [of(value).name, e.ints([0])]);
        const [name = ''] = emitRecurrent(
          e,
          params,
          size,
          {
            x: of(projected.x).name,
            inputWeight: rowsOf(projected.weight),
            weight: rowsOf(named.weight),
            bias: biasOf(e, projected.biases, zeros ? undefined : named.bias, rowsOf, {
              width: RECURRENT_CELLS[params.cell].gates * size,
            }),
            hidden: state(named.hidden),
            cell: state(named.cell),
            lengths:
              named.lengths === undefined ? null : emitLengths(e, of(named.lengths).name, steps),
          },
          [wanted],
        );
        if (wanted === 'sequence') e.op('Squeeze', [name, e.ints([1])], {}, out.name);
        else e.op('Identity', [name], {}, out.name);
      },
    };
  },
} satisfies Pattern;

interface Projection {
  /** `[T, N, I]`. */
  readonly x: ValueId;
  readonly weight: ValueId;
  /** Added to the product: none, one, or the sum of two. */
  readonly biases: readonly ValueId[];
  readonly inner: readonly ValueId[];
}

/** `reshape(reshape(x) wᵀ [+ bias])`. */
function projectionAt(view: GraphView, id: ValueId): Projection | null {
  const [sum] = view.op(id, 'reshape')?.inputs ?? [];
  if (sum === undefined || !view.isRead(id, 1) || !view.isRead(sum, 1)) return null;
  const added = view.op(sum, 'add');
  const [at, bias] = added ? added.inputs : [sum];
  const product: OpValue<'matmul'> | null = view.op(at, 'matmul');
  const [flat, weight] = product?.inputs ?? [];
  const [x] = view.op(flat, 'reshape')?.inputs ?? [];
  if (!product || at === undefined || flat === undefined || weight === undefined) return null;
  const { transposeA, transposeB } = product.params;
  const isLinear = !transposeA && transposeB && view.isRead(at, 1);
  if (!isLinear || x === undefined || view.value(x).dims.length !== 3) return null;
  const two = bias === undefined ? undefined : view.op(bias, 'add')?.inputs;
  const inner = [id, sum, ...(added ? [at] : []), ...(view.isRead(flat, 1) ? [flat] : [])];
  if (bias === undefined) return { x, weight, biases: [], inner };
  const isOwn = two !== undefined && view.isRead(bias, 1);
  return {
    ...{ x, weight },
    biases: isOwn ? two : [bias],
    inner: [...inner, ...(isOwn ? [bias] : [])],
  };
}

/** `[1, 2 * G * H]`: of the inputs, then of the state. */
function biasOf(
  e: OnnxEmitter,
  ofInputs: readonly ValueId[],
  ofState: ValueId | undefined,
  rowsOf: (value: ValueId) => string,
  { width }: { readonly width: number },
): string | null {
  const [first, second = ofState] = ofInputs;
  if (first === undefined && second === undefined) return null;
  const zeros = (): string =>
    e.floats(
      Array.from({ length: width }, () => 0),
      [1, width],
    );
  const parts = [first, second].map((each) => (each === undefined ? zeros() : rowsOf(each)));
  return e.op('Concat', parts, { axis: 1 });
}

/** A weight or bias in the operator's order: numbers where they are known, else taken in that order. */
function gateRows(
  e: OnnxEmitter,
  view: GraphView,
  of: (id: ValueId) => OnnxValue,
  cell: Parameters<typeof gateOrder>[0],
  size: number,
  id: ValueId,
): string {
  const { value } = view.value(id);
  const data = value.kind === 'leaf' ? view.tensor(id) : null;
  if (!data || value.kind !== 'leaf' || !('name' in value.leaf)) {
    return emitGateRows(e, cell, size, of(id).name);
  }
  const [, columns = 1] = value.type.shape;
  const order = gateOrder(cell, size);
  const ordered = new Float32Array(data.length);
  order.forEach((row, i) =>
    ordered.set(data.subarray(row * columns, (row + 1) * columns), i * columns),
  );
  return e.initializer(e.unique(value.leaf.name), [1, ...value.type.shape], ordered);
}
