/**
 * The gradient of attention, head by head as attention.ts: weights are computed again rather than kept, which
 * costs a product of five and saves the memory of all pairs of steps. Strips of queries from the last to the
 * first, so that with `causal` the first one taken sees all keys that any query sees.
 */
import type { BufferRef, OpCall } from '#engine/compile/program.ts';
import { i32 } from '#engine/assembler/instructions.ts';
import type { KernelContext, Phase } from '../kernel.ts';
import { AttentionHead, type Rows, ownPlaces } from './attentionHead.ts';
import { dropRows, factorBytes, rowFloats, slopeRows, weightRows } from './attentionRows.ts';

export function attentionGrad(call: OpCall<'attentionGrad'>, context: KernelContext): Phase[] {
  const [dyRef, ...inputs] = call.inputs;
  if (!dyRef) throw new Error('a gradient has what it is one of');
  const head = new AttentionHead(inputs, call.params, context);
  const { keys, headSize, query, key, value, output, gradients } = head.sizes;
  const { strip, stripBytes } = head;
  const scratch = ownPlaces(context, [
    ...[head.panelBytes(keys, headSize), head.panelBytes(keys, headSize)],
    ...[head.panelBytes(headSize, keys), head.panelBytes(headSize, strip)],
    ...[stripBytes, stripBytes, factorBytes(strip)],
  ]);
  return [
    head.phase((f, place, thread) => {
      const places = scratch(f, thread);
      const [keysAt, valuesAt, keysAcrossAt, stripAt, weightsAt, slopesAt, factorsAt] = places;
      if (
        !keysAt ||
        !valuesAt ||
        !keysAcrossAt ||
        !stripAt ||
        !weightsAt ||
        !slopesAt ||
        !factorsAt
      ) {
        throw new Error('seven places were asked for');
      }
      const rowsOf = (tensor: BufferRef, at: typeof query): Rows => head.rows(f, tensor, at, place);
      const [q, dy] = [rowsOf(head.query, query), rowsOf(dyRef, output)];
      const keyRows = rowsOf(head.keyValue, key);
      const [dq, dk, dv] = [gradients.query, gradients.key, gradients.value].map((at) =>
        rowsOf(call.output, at),
      );
      if (!dq || !dk || !dv) throw new Error('queries, keys and values have gradients');
      const k = head.pack(f, keyRows, keysAt, 'along', keys);
      const v = head.pack(f, rowsOf(head.keyValue, value), valuesAt, 'along', keys);
      const kAcross = head.pack(f, keyRows, keysAcrossAt, 'across', keys);
      const rowBytes = rowFloats(keys) * 4;
      head.forStrips(f, 'backward', (first, rows, isFirst) => {
        const from = ({ address, rowBytes: bytes }: Rows): Rows => ({
          address: f.local('i32', i32.add(i32.mul(first, bytes), address)),
          rowBytes: bytes,
        });
        const [queries, slopes] = [from(q), from(dy)];
        const seen = head.onlySeen(first, rows);
        // Scores, and what the weights of values would have been better at.
        for (const [a, b, at] of [
          [queries, k, weightsAt],
          [slopes, v, slopesAt],
        ] as const) {
          const c = { address: at, rowBytes };
          head.product(f, { rows, a: { ...a, stepBytes: 4 }, b, c, ...seen });
        }
        const count = i32.const(rows);
        const mask = head.maskAt(f, place, first);
        f.call(weightRows(context, head.rowShape), [weightsAt, count, first, mask, factorsAt]);
        const kept = head.dropoutAt(f, place, first);
        f.call(slopeRows(context, head.rowShape), [
          slopesAt,
          weightsAt,
          count,
          first,
          kept,
          factorsAt,
        ]);
        if (call.params.dropped) f.call(dropRows(context, keys), [weightsAt, count, kept]);
        head.product(f, {
          rows,
          a: { address: slopesAt, rowBytes, stepBytes: 4 },
          b: kAcross,
          c: from(dq),
          ...head.lastSeen(first),
        });
        // What a strip adds to the keys and values it sees.
        for (const [a, b, c] of [
          [slopesAt, queries, dk],
          [weightsAt, slopes, dv],
        ] as const) {
          const isLater = i32.eqz(isFirst);
          const panels = head.pack(f, b, stripAt, 'across', rows);
          head.product(f, {
            rows: keys,
            a: { address: a, rowBytes: 4, stepBytes: rowBytes },
            b: panels,
            c,
            accumulate: isLater,
            ...head.seeing(first, rows, isFirst),
          });
        }
      });
    }),
  ];
}
