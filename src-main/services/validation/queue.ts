/** Inputs of calls about what waits to be trained. */
import { z } from 'zod';
import type { QueueCalls } from '#engine/protocol/index.ts';
import { document, nothing, origin, path } from './common.ts';

/** At once; more is added in several calls. */
const MOST_ENTRIES = 1_000;

const ids = z.array(z.uuid()).max(10_000);
const idsOnly = z.strictObject({ ids });

export const queueSchemas = {
  'queue.list': nothing,
  'queue.add': z.strictObject({
    entries: z
      .array(
        z.strictObject({
          document,
          project: path.optional(),
          name: z.string().min(1).max(200).optional(),
          from: origin.optional(),
          tags: z.array(z.string().min(1).max(60)).max(50).optional(),
          group: z.string().min(1).max(100).optional(),
        }),
      )
      .min(1)
      .max(MOST_ENTRIES),
    next: z.boolean().optional(),
  }),
  'queue.move': z.strictObject({ ids, before: z.uuid().nullable() }),
  'queue.cancel': idsOnly,
  'queue.retry': idsOnly,
  'queue.pause': nothing,
  'queue.resume': nothing,
  'queue.clear': nothing,
} satisfies Record<keyof QueueCalls, z.ZodType>;
