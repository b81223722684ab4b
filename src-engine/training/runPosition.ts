/** Where a run stood, as its checkpoint keeps it in JSON. */
import { z } from 'zod';
import type { PlateauState } from '../schedules/index.ts';
import { parseJson } from './parseJson.ts';

export interface RunPosition {
  /** Steps done. */
  readonly step: number;
  readonly epoch: number;
  readonly elapsedMs: number;
  readonly seed: number;
  /** Missing in those of earlier versions. */
  readonly stepsPerEpoch?: number;
  /** Early stopping: best value of the watched metric so far, epochs since. */
  readonly best: number | null;
  readonly epochsSinceBest: number;
  /** What the learning-rate schedules have seen, by objective; older checkpoints have none. */
  readonly schedules?: readonly PlateauState[];
  /** Sums of the train metrics since the last point, so that the next point is the same. */
  readonly pending: { readonly samples: number; readonly sums: Readonly<Record<string, number>> };
  /** Paused within the evaluation that ends an epoch: it begins anew. */
  readonly evaluationDue?: true;
  /** Gradients of the steps before wait for an update: they are in the checkpoint. */
  readonly midUpdate?: true;
}

/** JSON has no NaN: it is written as null. */
const sum = z
  .number()
  .nullable()
  .transform((value) => value ?? NaN);

const pending = z.object({ samples: z.number(), sums: z.record(z.string(), sum) });
/** Earlier versions summed the loss and the right answers of one head, each under its own key. */
const formerPending = z
  .object({ samples: z.number(), loss: sum, correct: sum })
  .transform(({ samples, loss, correct }) => ({ samples, sums: { loss, accuracy: correct } }));

const schedule = z.object({
  best: z.number().nullable(),
  epochsSinceBest: z.number(),
  cooldown: z.number(),
  cuts: z.number(),
  cutsBefore: z.number().exactOptional(),
}) satisfies z.ZodType<PlateauState>;

const position: z.ZodType<RunPosition> = z.object({
  step: z.number(),
  epoch: z.number(),
  elapsedMs: z.number(),
  seed: z.number(),
  stepsPerEpoch: z.number().exactOptional(),
  best: z.number().nullable(),
  epochsSinceBest: z.number(),
  schedules: z.array(schedule).exactOptional(),
  pending: z.union([pending, formerPending]),
  evaluationDue: z.literal(true).exactOptional(),
  midUpdate: z.literal(true).exactOptional(),
});

/** Null where it is none. */
export const parsePosition = (text: string): RunPosition | null => parseJson(position, text);
