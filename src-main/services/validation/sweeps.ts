/** Inputs of calls about sweeps. Whether values fit their settings is asked of the document, by the service. */
import { z } from 'zod';
import type { SweepCalls } from '#engine/protocol/index.ts';
import type { JsonValue } from '#engine/ir/attrs.ts';
import { document, nothing, path, runId } from './common.ts';

const MOST_VALUES = 1_000;
const named = {
  name: z.string().min(1).max(2_000),
  paths: z.array(z.string().min(1).max(500)).min(1).max(100),
};
const value: z.ZodType<JsonValue> = z.json();
const parameter = z.discriminatedUnion('kind', [
  z.strictObject({
    ...named,
    kind: z.literal('choice'),
    values: z.array(value).min(1).max(MOST_VALUES),
  }),
  z
    .strictObject({
      ...named,
      kind: z.enum(['int', 'float']),
      low: z.number(),
      high: z.number(),
      log: z.boolean(),
      step: z.number().positive().exactOptional(),
    })
    .refine(({ low, high, log }) => low < high && (!log || low > 0), {
      message:
        'A range goes from the lower number to the higher, above zero where it is logarithmic.',
    }),
]);

export const sweepsSchemas = {
  'sweeps.list': nothing,
  'sweeps.get': z.strictObject({ sweepId: runId }),
  'sweeps.start': z.strictObject({
    document,
    project: path.optional(),
    name: z.string().min(1).max(200),
    space: z.array(parameter).max(100),
    strategy: z.string().min(1).max(100),
    stopping: z.string().min(1).max(100).nullable(),
    trials: z.int().min(1).max(100_000),
    minutes: z.number().positive().nullable(),
    seeds: z.int().min(1).max(1_000),
  }),
  'sweeps.pause': z.strictObject({ sweepId: runId }),
  'sweeps.resume': z.strictObject({
    sweepId: runId,
    more: z.int().min(0).max(100_000).optional(),
    minutes: z.number().positive().optional(),
  }),
} satisfies Record<keyof SweepCalls, z.ZodType>;
