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
import { dropRows, rowFloats, weightRows } from './attentionRows.ts';

export function attention(call: OpCall<'attention'>, context: KernelContext): Phase[] {
  const head = new AttentionHead(call.inputs, call.params, context);
  const { keys, headSize, query, key, value, output } = head.sizes;
  const scratch = ownPlaces(context, [
    head.panelBytes(keys, headSize),
    head.panelBytes(headSize, keys),
    head.stripBytes,
  ]);
  return [
    head.phase((f, place, thread) => {
      const [keysAt, valuesAt, scoresAt] = scratch(f, thread);
      if (!keysAt || !valuesAt || !scoresAt) throw new Error('three places were asked for');
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
        f.call(weightRows(context, head.rowShape), [scoresAt, i32.const(rows), first, mask]);
        if (call.params.dropped) {
          const kept = head.dropoutAt(f, place, first);
          f.call(dropRows(context, keys), [scoresAt, i32.const(rows), kept]);
        }
        head.product(f, {
          rows,
          a: { address: scoresAt, rowBytes: scores.rowBytes, stepBytes: 4 },
          b: v,
          c: { address: i32.add(i32.mul(first, y.rowBytes), y.address), rowBytes: y.rowBytes },
          ...head.lastSeen(first),
        });
      });
    }),
  ];
}
