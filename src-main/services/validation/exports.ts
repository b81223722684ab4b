/** Inputs of calls about exports. */
import { z } from 'zod';
import type { ExportCalls } from '#engine/protocol/index.ts';
import { document, nothing, path, runId } from './common.ts';

const name = z.string().min(1).max(200);

export const exportsSchemas = {
  'exports.formats': nothing,
  'exports.prepare': z.strictObject({
    subject: z.discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('run'),
        runId,
        which: z.union([z.enum(['best', 'last']), z.int().min(0)]).optional(),
      }),
      z.strictObject({ kind: z.literal('document'), document, project: path.nullable() }),
    ]),
    format: name,
    options: z.record(z.string(), z.json()),
    outputs: z.array(name).max(1_000),
  }),
} satisfies Record<keyof ExportCalls, z.ZodType>;
