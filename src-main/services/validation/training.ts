/** Inputs of calls about what is trained. */
import { z } from 'zod';
import { TRAINING_PACES, type TrainingCalls, WATCH_LEVELS } from '#engine/protocol/index.ts';
import { document, origin, path, runOnly } from './common.ts';

export const trainingSchemas = {
  'training.start': z.strictObject({
    document,
    paused: z.boolean().optional(),
    project: path.optional(),
    from: origin.optional(),
    weights: z.uuid().optional(),
  }),
  'training.pause': runOnly,
  'training.resume': runOnly,
  'training.step': runOnly,
  'training.stop': runOnly,
  'training.watch': z
    .strictObject({ level: z.enum(WATCH_LEVELS), pace: z.enum(TRAINING_PACES) })
    .partial(),
  'training.look': z.strictObject({
    visible: z.boolean(),
    runs: z.array(z.string().max(100)).max(1000).optional(),
  }),
  'training.hand': z.strictObject({ moves: z.boolean() }),
  'training.recover': runOnly,
} satisfies Record<keyof TrainingCalls, z.ZodType>;
