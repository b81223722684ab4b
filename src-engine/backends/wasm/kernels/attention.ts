/**
 * Scaled dot-product attention: of each head a strip of queries at a time, its scores, their softmax and the
 * sum of values, in memory that stays in the caches; keys that no query of a tile sees are left out.
 * Reference: Dao et al., "FlashAttention", 2022, https://arxiv.org/abs/2205.14135 (strips; here a row of scores
 * is whole, so that it needs no second look at its maximum).
 */
import type { OpCall } from '#engine/compile/program.ts';
import { i32 } from '#engine/assembler/instructions.ts';
import type { KernelContext, Phase } from '../kernel.ts';
import { AttentionHead, ownPlaces } from './attentionHead.ts';
import { dropRows, factorBytes, rowFloats, scaleRows, weightRows } from './attentionRows.ts';

export function attention(call: OpCall<'attention'>, context: KernelContext): Phase[] {
  const head = new AttentionHead(call.inputs, call.params, context);
  const { keys, headSize, query, key, value, output } = head.sizes;
  const scratch = ownPlaces(context, [
    head.panelBytes(keys, headSize),
    head.panelBytes(headSize, keys),
    head.stripBytes,
    factorBytes(head.strip),
  ]);
  return [
    head.phase((f, place, thread) => {
      const [keysAt, valuesAt, scoresAt, factorsAt] = scratch(f, thread);
      if (!keysAt || !valuesAt || !scoresAt || !factorsAt) {
        throw new Error('four places were asked for');
      }
      const q = head.rows(f, head.query, query, place);
      const y = head.rows(f, call.output, output, place);
      const k = head.pack(f, head.rows(f, head.keyValue, key, place), keysAt, 'along', keys);
      const v = head.pack(f, head.rows(f, head.keyValue, value, place), valuesAt, 'across', keys);
      const scores = { address: scoresAt, rowBytes: rowFloats(keys) * 4 };
      head.forStrips(f, 'forward', (first, rows) => {
        const queries = f.local('i32', i32.add(i32.mul(first, q.rowBytes), q.address));
        head.product(f, {
          rows,
          a: { address: queries, rowBytes: q.rowBytes, stepBytes: 4 },
          b: k,
          c: scores,
          ...head.onlySeen(first, rows),
        });
        const mask = head.maskAt(f, place, first);
        const count = i32.const(rows);
        f.call(weightRows(context, head.rowShape), [scoresAt, count, first, mask, factorsAt]);
        if (call.params.dropped) {
          const kept = head.dropoutAt(f, place, first);
          f.call(dropRows(context, keys), [scoresAt, count, kept]);
        }
        const results = f.local('i32', i32.add(i32.mul(first, y.rowBytes), y.address));
        head.product(f, {
          rows,
          a: { address: scoresAt, rowBytes: scores.rowBytes, stepBytes: 4 },
          b: v,
          c: { address: results, rowBytes: y.rowBytes },
          ...head.lastSeen(first),
        });
        f.call(scaleRows(context, headSize, y.rowBytes), [results, count, factorsAt]);
      });
    }),
  ];
}
