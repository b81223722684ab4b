/** Operators of images of height 1 that stand for those of sequences, found between the reshapes around them. */
import type { OpValue, ValueId } from '#engine/ir/graph.ts';
import type { OnnxEmitter } from '../emitter.ts';
import {
  averageAttributes,
  convAttributes,
  convTransposeAttributes,
  type OnnxValue,
  windowAttributes,
} from '../rules.ts';
import type { GraphView } from './define.ts';
import { biasedProductAt, type Product, productAt } from './products.ts';

/** One of a sequence: its operands are those of one dimension. */
export interface AlongSequence {
  readonly op: Operator;
  readonly x: ValueId;
  /** Null of pools. */
  readonly w: ValueId | null;
  readonly bias: ValueId | null;
  readonly inner: readonly ValueId[];
  /** Writes it; `weights`: the names of the filters and of the bias, where there are any. */
  emit(e: OnnxEmitter, x: string, weights: readonly string[], out: string): void;
}

/** At the reshape that makes it a sequence again; null where there is none. */
export function alongSequenceAt(view: GraphView, id: ValueId): AlongSequence | null {
  const [at] = view.op(id, 'reshape')?.inputs ?? [];
  if (at === undefined || !view.isRead(at, 1) || !isFlat(view, id, at)) return null;
  const found = operatorAt(view, at);
  const [image = -1, filters] = found?.op.inputs ?? [];
  const x = behind(view, image);
  const w = filters === undefined ? null : behind(view, filters);
  if (!found || !x || (filters !== undefined && !w)) return null;
  const shown = (each: ValueId): OnnxValue => ({ ...view.value(each), name: '' });
  const shapes = [shown(image), shown(filters ?? image), shown(at)] as const;
  return {
    op: found.op,
    x: x.id,
    w: w?.id ?? null,
    bias: found.bias,
    inner: [at, ...found.inner, ...x.inner, ...(w?.inner ?? [])],
    emit: (e, input, weights, out) => emit(e, found.op, [input, ...weights], shapes, out),
  };
}

type Operator =
  | Exclude<Product['product'], OpValue<'matmul'>>
  | OpValue<'maxPool2d'>
  | OpValue<'avgPool2d'>;

/** With the bias that goes into it. */
function operatorAt(view: GraphView, at: ValueId) {
  const pool = view.op(at, 'maxPool2d') ?? view.op(at, 'avgPool2d');
  if (pool) return { op: pool, bias: null, inner: [] };
  const bare = productAt(view, at);
  const found = bare ? { product: bare, bias: null, inner: [] } : biasedProductAt(view, at);
  if (!found || found.product.op === 'matmul') return null;
  return { op: found.product, bias: found.bias, inner: found.inner };
}

/** Whether an image of height 1 lies beside the sequence of its rows. */
function isFlat(view: GraphView, sequence: ValueId, image: ValueId): boolean {
  const [wanted, found] = [sequence, image].map((id) => view.value(id).value.type.shape);
  return found?.length === 4 && found[2] === 1 && found.toSpliced(2, 1).join() === wanted?.join();
}

/** The sequence that became an image; null where none did. */
function behind(view: GraphView, image: ValueId) {
  const [id] = view.op(image, 'reshape')?.inputs ?? [];
  if (id === undefined || !isFlat(view, id, image)) return null;
  return { id, inner: view.isRead(image, 1) ? [image] : [] };
}

function emit(
  e: OnnxEmitter,
  op: Operator,
  inputs: readonly string[],
  [x, w, y]: readonly [x: OnnxValue, w: OnnxValue, y: OnnxValue],
  out: string,
): void {
  switch (op.op) {
    case 'conv2d':
      e.op('Conv', inputs, ofWidth(convAttributes(op.params, w)), out);
      return;
    case 'conv2dInputGrad':
      e.op('ConvTranspose', inputs, ofWidth(convTransposeAttributes(op.params, x, w, y)), out);
      return;
    case 'maxPool2d':
      e.op('MaxPool', inputs, ofWidth(windowAttributes(op.params)), out);
      return;
    case 'avgPool2d':
      e.op('AveragePool', inputs, ofWidth(averageAttributes(op.params)), out);
  }
}

/** Of what is said of height and width, what is said of the width: of sizes, and of both ends of each. */
function ofWidth(attributes: Readonly<Record<string, number | readonly number[]>>) {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name,
      typeof value === 'number' ? value : value.filter((_, i) => i % 2 === 1),
    ]),
  );
}
