/** Inputs of calls about runs. */
import { z } from 'zod';
import { METRIC_SPLITS, type RunCalls, SNAPSHOT_KINDS } from '#engine/protocol/index.ts';
import { document, nothing, runId, runOnly } from './common.ts';

const metric = z.string().min(1).max(500);
const lastStep = z.int().min(-1).optional();
const position = z.strictObject({ train: lastStep, validation: lastStep, test: lastStep });

/** A file that was handed over, and what it is called. */
const given = { file: z.uuid(), name: z.string().min(1).max(1000) };

export const runsSchemas = {
  'runs.list': nothing,
  'runs.rows': z.strictObject({
    runIds: z.array(runId).max(100_000).optional(),
    newest: z.int().min(1).max(100_000).optional(),
  }),
  'runs.changes': z.strictObject({ since: z.string().max(100).optional() }),
  'runs.get': z.strictObject({
    runId,
    since: position.optional(),
    buckets: z.int().min(1).max(100_000).optional(),
  }),
  'runs.document': runOnly,
  'runs.curves': z.strictObject({
    runId,
    metrics: z.array(metric).min(1).max(100),
    from: z.number(),
    to: z.number(),
    width: z.int().min(1).max(10_000),
  }),
  'runs.smallCurves': z.strictObject({
    runIds: z.array(runId).max(1_000),
    metric,
    points: z.int().min(2).max(1_000),
  }),
  'runs.atEpoch': z.strictObject({
    runIds: z.array(runId).max(100_000),
    metric,
    split: z.enum(METRIC_SPLITS),
    epoch: z.number().min(0),
  }),
  'runs.recorded': runOnly,
  'runs.snapshots': z.strictObject({
    runId,
    kind: z.enum(SNAPSHOT_KINDS),
    steps: z.array(z.int().min(0)).max(100),
  }),
  'runs.gradients': z.strictObject({ runId, rows: z.int().min(1).max(10_000) }),
  'runs.channels': z.strictObject({
    runId,
    rows: z.int().min(1).max(1_000),
    until: z.int().min(0).optional(),
  }),
  'runs.annotate': z.strictObject({
    runId,
    name: z.string().min(1).max(200).optional(),
    notes: z.string().max(100_000).optional(),
    tags: z.array(z.string().min(1).max(60)).max(50).optional(),
    starred: z.boolean().optional(),
  }),
  'runs.checkpoints': runOnly,
  'runs.archive': runOnly,
  'runs.unarchive': runOnly,
  'runs.thinSavings': z.strictObject({ runIds: z.array(runId).max(100_000) }),
  'runs.thin': z.strictObject({
    runId,
    checkpoints: z.enum(['half', 'past', 'all']).optional(),
    snapshots: z.enum(['half', 'all']).optional(),
  }),
  'runs.export': z.strictObject({ runIds: z.array(runId).min(1).max(10_000) }),
  'runs.import': z.strictObject({
    ...given,
    asNew: z.boolean().optional(),
  }),
  'runs.importModel': z.strictObject(given),
  'runs.importWeights': z.strictObject({ ...given, document }),
  'runs.delete': runOnly,
  'runs.restore': runOnly,
} satisfies Record<keyof RunCalls, z.ZodType>;
