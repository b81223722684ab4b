/**
 * The parts of a run as they are in a file, checked before any of it is recorded: a file may come from anybody.
 * JSON has no NaN: numbers of metrics may be null, and are read as the record reads them (oldRecords.ts).
 */
import { z } from 'zod';
import {
  isActive,
  type MetricColumns,
  RUN_STATES,
  type RunEvent,
  type RunLogEntry,
  type RunSummary,
} from '#engine/protocol/index.ts';
import { readSummary } from '../oldRecords.ts';

const text = (most: number) => z.string().max(most);
const count = z.int().min(0);
const number = z.number().nullable();
const values = z.record(text(500), number);
const point = z.looseObject({ step: count, epoch: number, timeMs: number, values });
const figure = z.looseObject({ value: number, step: count, epoch: number });
const ofSplits = <T extends z.ZodType>(each: T) =>
  z.strictObject({ train: each, validation: each, test: each }).partial();

const progress = z.looseObject({
  state: z.enum(RUN_STATES).refine((state) => !isActive(state), 'This run was being trained.'),
  ...{ step: count, totalSteps: count, epoch: count, totalEpochs: count, stepsPerEpoch: count },
  elapsedMs: z.number().min(0),
  samplesPerSecond: number,
  etaMs: number,
  reason: text(10_000).optional(),
  trained: z.looseObject({ values, samples: count }).optional(),
});

const summary = z.looseObject({
  id: text(100).min(1),
  name: text(1000).min(1),
  projectName: text(1000),
  documentId: text(200).nullable(),
  createdAt: z.iso.datetime(),
  parent: z
    .looseObject({ run: text(100), step: count, trainedOn: z.literal(true).optional() })
    .optional(),
  group: text(1000).optional(),
  seed: z.number(),
  device: text(1000),
  threads: count,
  dataFingerprint: text(1000),
  parameters: count,
  progress,
  best: point.optional(),
  bests: ofSplits(z.record(text(500), figure)).optional(),
  last: ofSplits(point).optional(),
  hasCheckpoint: z.boolean(),
  versions: z.record(text(100), text(200)).optional(),
  tags: z.array(text(1000)).max(1000),
  notes: text(1_000_000),
  starred: z.boolean(),
  archived: z.boolean(),
  sizeBytes: z.number().nullable(),
  colorSlot: z.int().min(0).max(100),
}) satisfies z.ZodType<{ readonly [K in keyof RunSummary]?: unknown }>;

/** Throws ZodError. */
export function parseSummary(value: unknown): RunSummary {
  return readSummary(summary.parse(value));
}

const level = z.enum(['debug', 'info', 'warning', 'error']);
export const runEvent: z.ZodType<RunEvent> = z.looseObject({
  kind: z.enum([
    ...(['paused', 'resumed', 'learningRate', 'checkpoint', 'problem'] as const),
    ...(['rolledBack', 'device', 'ended'] as const),
  ]),
  step: count,
  timeMs: z.number(),
  message: text(100_000),
  level,
  subject: text(1000).exactOptional(),
});
export const logEntry: z.ZodType<RunLogEntry> = z.looseObject({
  timeMs: z.number(),
  level,
  message: text(100_000),
  node: text(1000).exactOptional(),
});

const MOST_POINTS = 100_000;
const MOST_NUMBERS = 10_000;
const numbers = z.instanceof(Float64Array);
const columns = z.object({
  step: numbers,
  epoch: numbers,
  timeMs: numbers,
  values: z.record(
    text(500),
    z.object({ values: numbers, rows: z.instanceof(Int32Array).optional() }),
  ),
});

/** Points in columns, in step order from `after` on; null where they are none. */
export function asColumns(value: unknown, after: number): MetricColumns | null {
  const read = columns.safeParse(value);
  if (!read.success) return null;
  const { step, epoch, timeMs, values: named } = read.data;
  const { length } = step;
  if (length === 0 || length > MOST_POINTS) return null;
  if (epoch.length !== length || timeMs.length !== length) return null;
  if (!isAscending(step, after)) return null;
  const all = Object.entries(named);
  if (all.length > MOST_NUMBERS) return null;
  for (const [, { values: own, rows }] of all) {
    if (own.length !== (rows?.length ?? length)) return null;
    if (rows && (rows.at(-1) ?? -1) >= length) return null;
    if (rows && !isAscending(rows, -1, true)) return null;
  }
  return {
    ...{ step, epoch, timeMs },
    values: Object.fromEntries(
      all.map(([key, { values: own, rows }]) => [key, { values: own, ...(rows && { rows }) }]),
    ),
  };
}

/** Two points may be of one step, two rows are never the same. */
function isAscending(list: Float64Array | Int32Array, after: number, isStrict = false): boolean {
  let before = after;
  for (const each of list) {
    if (!(isStrict ? each > before : each >= before)) return false;
    before = each;
  }
  return Number.isFinite(before);
}
