/** What inputs of several domains consist of. */
import { z } from 'zod';
import type { NetworkDocument } from '#engine/ir/index.ts';
import { restoreDocument } from '#engine/ir/restoreDocument.ts';

export const nothing = z.null();
export const path = z.string().min(1).max(4096);
export const runId = z.string().min(1).max(100);
/** RunOrigin. */
export const origin = z.strictObject({
  run: runId,
  step: z.int().min(0).optional(),
  trainOn: z.boolean().optional(),
});
export const runOnly = z.strictObject({ runId });
export const document = z.unknown().transform((value, context): NetworkDocument => {
  const restored = restoreDocument(value);
  if (restored.ok) return restored.document;
  for (const problem of restored.problems) {
    context.addIssue({ code: 'custom', message: problem.message, params: { problem } });
  }
  return z.NEVER;
});
