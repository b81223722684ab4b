/**
 * Validation of every input that crosses from a page (or the network) into main. Total over the contract:
 * a call without a schema does not compile. Documents go through restoreDocument on top.
 */
import { z } from 'zod';
import { InputError, type NetworkDocument, type Problem } from '#engine/ir/index.ts';
import { restoreDocument } from '#engine/ir/restoreDocument.ts';
import {
  type AppCalls,
  SNAPSHOT_KINDS,
  TRAINING_PACES,
  WATCH_LEVELS,
} from '#engine/protocol/index.ts';
import { settingsSchema } from './settings.ts';

const nothing = z.null();
const path = z.string().min(1).max(4096);
const runId = z.string().min(1).max(100);
const runOnly = z.strictObject({ runId });
const document = z.unknown().transform((value, context): NetworkDocument => {
  const restored = restoreDocument(value);
  if (restored.ok) return restored.document;
  for (const problem of restored.problems) {
    context.addIssue({ code: 'custom', message: problem.message, params: { problem } });
  }
  return z.NEVER;
});

const lastStep = z.int().min(-1).optional();
const position = z.strictObject({ train: lastStep, validation: lastStep, test: lastStep });

const schemas = {
  'app.info': nothing,
  'projects.examples': nothing,
  'projects.recent': nothing,
  'projects.open': z.strictObject({ path }),
  'projects.parse': z.strictObject({
    text: z.string().max(64 * 2 ** 20),
    name: z.string().max(500),
  }),
  'projects.openDialog': nothing,
  'projects.save': z.strictObject({ path, document }),
  'projects.saveAs': z.strictObject({ suggestedName: z.string().max(200), document }),
  'projects.list': nothing,
  'projects.saveDraft': z.strictObject({
    id: z.string().min(1).max(200),
    path: path.optional(),
    document,
  }),
  'projects.drafts': nothing,
  'projects.discardDraft': z.strictObject({ id: z.string().min(1).max(200) }),
  'datasets.list': nothing,
  'datasets.describe': z.strictObject({
    source: z.string().min(1).max(4096),
    options: z.record(z.string(), z.json()),
    previewCount: z.int().min(0).max(100),
    project: path.optional(),
  }),
  'datasets.allow': z.strictObject({ project: path, path }),
  'uploads.begin': z.strictObject({ sizeBytes: z.int().min(0) }),
  'uploads.append': z.strictObject({ id: z.uuid(), bytes: z.instanceof(Uint8Array) }),
  'runs.list': nothing,
  'runs.get': z.strictObject({
    runId,
    since: position.optional(),
    buckets: z.int().min(1).max(100_000).optional(),
  }),
  'runs.curves': z.strictObject({
    runId,
    metrics: z.array(z.string().min(1).max(500)).min(1).max(100),
    from: z.number(),
    to: z.number(),
    width: z.int().min(1).max(10_000),
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
  }),
  'runs.delete': runOnly,
  'runs.restore': runOnly,
  'training.start': z.strictObject({
    document,
    paused: z.boolean().optional(),
    project: path.optional(),
    from: runOnly.shape.runId.optional(),
    weights: z.uuid().optional(),
  }),
  'training.pause': runOnly,
  'training.resume': runOnly,
  'training.step': runOnly,
  'training.stop': runOnly,
  'training.watch': z
    .strictObject({ level: z.enum(WATCH_LEVELS), pace: z.enum(TRAINING_PACES) })
    .partial(),
  'training.look': z.strictObject({ visible: z.boolean() }),
  'training.hand': z.strictObject({ moves: z.boolean() }),
  'training.recover': runOnly,
  'settings.get': nothing,
  'settings.set': settingsSchema.omit({ watching: true }).partial(),
} satisfies Record<keyof AppCalls, z.ZodType>;

type Method = keyof AppCalls;

/** The input as its handler may trust it. Throws InputError with every issue and its path. */
export function validateAppCall(method: Method, input: unknown): unknown {
  const result = schemas[method].safeParse(input);
  if (result.success) return result.data satisfies unknown;
  const [first, ...others] = result.error.issues.map((issue): Problem => {
    const params =
      'params' in issue ? (issue.params as { problem?: Problem } | undefined) : undefined;
    if (params?.problem) return params.problem;
    return {
      code: 'rpc.invalid-input',
      severity: 'error',
      message: issue.message,
      path: [method, ...issue.path.map(String)].join('.'),
    };
  });
  throw first
    ? new InputError([first, ...others])
    : new InputError([{ code: 'rpc.invalid-input', severity: 'error', message: 'Invalid input.' }]);
}
