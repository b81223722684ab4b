/**
 * Every op of the vocabulary with inputs that matter: odd sizes, strides, padding, dilation, groups,
 * broadcasting, saturation, ties. One list, used three times: the reference against numbers worked out by
 * hand and against differences (this folder), and each fast backend against the reference (backends/).
 *
 * To compare a backend:
 *   for (const each of opCases) {
 *     const wanted = await runOp(reference, each);           // Float64Array, Int32Array or Uint8Array
 *     const got = await runOp(backend, each);                // support/runOp.ts, through a real session
 *     expect(got).toBeAllclose(wanted, toleranceOf(each, wanted));
 *   }
 * Inputs are exact in f32.
 */
import type { Tolerance } from '../support/allclose.ts';
import { arrayCases } from './cases/arrays.ts';
import { attentionCases } from './cases/attention.ts';
import { elementwiseCases } from './cases/elementwise.ts';
import { normalisationCases } from './cases/normalisation.ts';
import { poolCases } from './cases/pools.ts';
import { probeCases } from './cases/probes.ts';
import { productCases } from './cases/products.ts';
import { recurrentCases } from './cases/recurrent.ts';
import type { OpCase } from './opCase.ts';

export { type OpCase, opCase, titleOf } from './opCase.ts';

export const opCases: readonly OpCase[] = [
  ...elementwiseCases,
  ...arrayCases,
  ...productCases,
  ...poolCases,
  ...normalisationCases,
  ...attentionCases,
  ...recurrentCases,
  ...probeCases,
];

/** What a float32 backend may differ by; sums are as exact as their largest results. */
export function toleranceOf(each: OpCase, wanted: ArrayLike<number>): Required<Tolerance> {
  const relative = each.tolerance ?? 1e-5;
  const finite = Array.from(wanted).filter(Number.isFinite).map(Math.abs);
  return { rtol: relative, atol: relative * Math.min(1, Math.max(0, ...finite)) };
}
