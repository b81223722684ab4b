/**
 * Attention in ONNX's operators, heads apart: its own operator is only in opsets that few runtimes know.
 * Masked scores become so low that nothing is left of them; a query that sees nothing gets zeros.
 */
import { type AttentionParams, attentionOperands } from '#engine/ops/attention.ts';
import type { OnnxEmitter } from './emitter.ts';
import type { OnnxValue } from './rules.ts';
import { TensorProto_DataType as DataType } from './schema/onnx_pb.js';

/** Far below any score, and a number for 16-bit floats as well. */
const HIDDEN = -60_000;

export function attention(
  e: OnnxEmitter,
  inputs: readonly OnnxValue[],
  params: AttentionParams,
  out: OnnxValue,
): void {
  const { heads, causal, packed } = params;
  const { query, keyValue, mask, dropout } = attentionOperands(inputs, params);
  const [batch = 1] = query.dims;
  const [queries, keys, width] = [query.dims[1], keyValue.dims[1], out.dims[2]].map(known);
  if (queries === undefined || keys === undefined || width === undefined) {
    throw new Error('a sequence has a length and a width');
  }
  /** `[N, heads, steps, D]`, or what `perm` makes of `[N, steps, heads, D]`. */
  const part = (x: OnnxValue, steps: number, start: number, perm: readonly number[]): string => {
    const bounds = [e.ints([start]), e.ints([start + width]), e.ints([2])];
    const own = x.dims[2] === width ? x.name : e.op('Slice', [x.name, ...bounds]);
    const apart = e.op('Reshape', [own, e.reshapeTo([batch, steps, heads, width / heads])]);
    return e.op('Transpose', [apart], { perm });
  };
  const firstKey = packed ? width : 0;
  const q = part(query, queries, 0, [0, 2, 1, 3]);
  const k = part(keyValue, keys, firstKey, [0, 2, 3, 1]);
  const v = part(keyValue, keys, firstKey + width, [0, 2, 1, 3]);
  const scores = e.op('Mul', [e.op('MatMul', [q, k]), e.float(Math.sqrt(heads / width))]);
  const conditions: string[] = [];
  if (mask) {
    const isSet = e.op('Greater', [e.op('Abs', [mask.name]), e.float(0)]);
    conditions.push(e.op('Cast', [isSet], { to: DataType.FLOAT }));
  }
  if (causal) {
    const zeros = e.op('ConstantOfShape', [e.ints([queries, keys])]);
    conditions.push(e.op('Trilu', [e.op('Add', [zeros, e.float(1)])], { upper: 0 }));
  }
  const [first, second] = conditions;
  const isSeen = first !== undefined && second !== undefined ? e.op('Mul', [first, second]) : first;
  const weights = e.op('Softmax', [isSeen === undefined ? scores : shown(e, scores, isSeen)], {
    axis: 3,
  });
  const seen = mask && isSeen !== undefined ? e.op('Mul', [weights, isSeen]) : weights;
  const kept = dropout ? e.op('Mul', [seen, dropout.name]) : seen;
  const joined = e.op('Transpose', [e.op('MatMul', [kept, v])], { perm: [0, 2, 1, 3] });
  e.op('Reshape', [joined, e.reshapeTo(out.dims)], {}, out.name);
}

/** Scores where a query sees a key. */
function shown(e: OnnxEmitter, scores: string, isSeen: string): string {
  const condition = e.op('Cast', [isSeen], { to: DataType.BOOL });
  return e.op('Where', [condition, scores, e.float(HIDDEN)]);
}

const known = (dim: OnnxValue['dims'][number] | undefined): number | undefined =>
  typeof dim === 'number' ? dim : undefined;
