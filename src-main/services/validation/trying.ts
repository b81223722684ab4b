/** Inputs of calls about trying a run. */
import { z } from 'zod';
import type { TryCalls } from '#engine/protocol/index.ts';
import { runId, runOnly } from './common.ts';

/** A text is cut on the way to whoever trains, so it may not be a book. */
const MOST_CHARACTERS = 200_000;
const MOST_PICTURE_BYTES = 32 * 2 ** 20;
const MOST_COLUMNS = 10_000;
const MOST_NUMBERS = 4096;
const MOST_NEAREST = 20;
const MOST_WRITTEN = 5000;
const MOST_TEMPERATURE = 5;

const run = {
  runId,
  which: z.union([z.enum(['best', 'last']), z.int().min(0)]).exactOptional(),
};
const text = z.string().max(MOST_CHARACTERS);
const bytes = z
  .instanceof(Uint8Array)
  .refine((value) => value.length <= MOST_PICTURE_BYTES, 'The picture is larger than 32 MiB.');
const input = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('row'),
    cells: z
      .record(z.string().max(1000), z.string().max(10_000))
      .refine((cells) => Object.keys(cells).length <= MOST_COLUMNS, 'These are too many columns.'),
  }),
  z.strictObject({ kind: z.literal('numbers'), values: z.array(z.number()).max(MOST_NUMBERS) }),
  z.strictObject({ kind: z.literal('text'), text }),
  z.strictObject({ kind: z.literal('series'), text }),
  z.strictObject({ kind: z.literal('picture'), bytes, invert: z.boolean().exactOptional() }),
  z.strictObject({ kind: z.literal('pixels'), pixels: bytes }),
]);
const caseId = z.string().regex(/^[\w-]{1,64}$/);

export const trySchemas = {
  'try.subject': z.strictObject(run),
  'try.example': z.strictObject({ ...run, index: z.int().min(0) }),
  'try.answer': z.strictObject({ ...run, input }),
  'try.write': z.strictObject({
    ...run,
    writing: z.strictObject({
      ...{ text, count: z.int().min(1).max(MOST_WRITTEN) },
      temperature: z.number().min(0).max(MOST_TEMPERATURE),
      topK: z.int().min(0).max(MOST_NUMBERS),
      seed: z.int().min(0),
    }),
  }),
  'try.nearest': z.strictObject({ ...run, input, count: z.int().min(1).max(MOST_NEAREST) }),
  'cases.list': runOnly,
  'cases.save': z.strictObject({
    runId,
    case: z.strictObject({
      ...{ id: caseId, name: z.string().min(1).max(200), input },
      expected: z.string().max(1000).nullable(),
      tolerance: z.number().min(0).exactOptional(),
      createdAt: z.iso.datetime(),
    }),
  }),
  'cases.delete': z.strictObject({ runId, id: caseId }),
  'cases.run': z.strictObject(run),
} satisfies Record<keyof TryCalls, z.ZodType>;
