/**
 * The network document: what a `*.netloom.json` file holds. Plain JSON, diffable, hand-writable.
 * The zod schema is the source of the TypeScript types and of resources/schema/project.schema.json.
 * Reading one from outside goes through restoreDocument alone.
 */
import { z } from 'zod';
import type { JsonValue } from './attrs.ts';

export const DOCUMENT_FORMAT = 'netloom';
/** 2: documents have ids. Files of version 1 open as ever. */
export const DOCUMENT_VERSION = 2;

const jsonValue: z.ZodType<JsonValue> = z.lazy(() =>
  z.union([
    z.string(),
    z.number(),
    z.boolean(),
    z.null(),
    z.array(jsonValue),
    z.record(z.string(), jsonValue),
  ]),
);

const identifier = z.string().min(1).max(120);
const portRef = z.strictObject({ node: identifier, port: identifier });
const rawAttrs = z.record(z.string(), jsonValue);

/** What a file holds beside the keys of this version; serializeDocument writes it back in its place. */
const unknownKeys = rawAttrs.describe('Keys this version does not know, kept as they were.');

const documentNode = z.strictObject({
  id: identifier.describe('Unique in the document; names the weights (`fc1.weight`).'),
  type: identifier.describe('A layer type, such as Linear or Conv2d.'),
  attrs: rawAttrs.default({}).describe("The layer's attributes; missing ones take their defaults."),
  position: z.strictObject({ x: z.number(), y: z.number() }).describe('Canvas position in px.'),
  name: z.string().max(200).optional().describe('Shown instead of the id.'),
  bypassed: z.boolean().optional().describe('Acts as identity where shapes allow.'),
  sharesWith: z
    .strictObject({
      node: identifier.describe('A node of the same type, whose weights this one uses.'),
      transposed: z
        .boolean()
        .default(false)
        .describe('Its matrix is used the other way round; everything else is of its own.'),
    })
    .optional()
    .describe('Computes with the weights of another node instead of its own.'),
  extra: unknownKeys.optional(),
});

const wire = z.strictObject({ from: portRef, to: portRef });

const component = z.strictObject({ type: identifier, attrs: rawAttrs.default({}) });

const parameterGroup = z.strictObject({
  nodes: z.array(identifier).min(1).describe('Nodes whose parameters these settings are for.'),
  frozen: z.boolean().default(false).describe('Their parameters stay as they are.'),
  learningRateFactor: z
    .number()
    .min(0)
    .max(1000)
    .default(1)
    .describe("Times the optimiser's learning rate."),
  weightDecay: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .default(null)
    .describe("Instead of the optimiser's own."),
});

const objective = z.strictObject({
  name: z.string().min(1).max(60).optional().describe('Generator, Discriminator, ...'),
  losses: z
    .union([z.literal('all'), z.array(identifier).min(1)])
    .default('all')
    .describe('Loss nodes summed into this objective.'),
  trains: z
    .union([z.literal('all'), z.array(identifier).min(1)])
    .default('all')
    .describe('Nodes whose parameters it updates.'),
  lossWeights: z
    .record(identifier, z.number().min(0).max(1e6))
    .default({})
    .describe('What a loss counts for in the sum, by its node; 1 where it is not named.'),
  groups: z
    .array(parameterGroup)
    .max(100)
    .default([])
    .describe('Parameters that are trained otherwise than the rest.'),
  optimizer: component.default({ type: 'Adam', attrs: {} }),
  schedule: component
    .extend({
      warmupEpochs: z
        .number()
        .min(0)
        .max(10_000)
        .default(0)
        .describe('In which the rate rises evenly from nearly 0.'),
    })
    .default({ type: 'ConstantLR', attrs: {}, warmupEpochs: 0 }),
});

export const trainingSettings = z.strictObject({
  objectives: z
    .array(objective)
    .min(1)
    .default([objective.parse({})]),
  epochs: z.int().min(1).max(100_000).default(5),
  batchSize: z.int().min(1).max(65_536).default(64),
  seed: z.int().min(0).max(0xffff_ffff).default(42),
  shuffle: z.boolean().default(true),
  dropLast: z
    .boolean()
    .default(false)
    .describe('Leaves out the last batch of an epoch where it is smaller than the others.'),
  accumulateSteps: z
    .int()
    .min(1)
    .max(10_000)
    .default(1)
    .describe(
      'Batches whose gradients make one update: as one batch of so many times the size, in the memory of one.',
    ),
  ema: z
    .strictObject({
      decay: z
        .number()
        .min(0)
        .max(0.999999)
        .default(0.999)
        .describe('Share of the average that is kept at each update.'),
      evaluate: z
        .boolean()
        .default(true)
        .describe('Evaluation, samples and saved weights are those of the average.'),
    })
    .nullable()
    .default(null)
    .describe('Keeps a moving average of the weights beside them.'),
  split: z
    .strictObject({
      validation: z.number().min(0).max(0.9).default(0.1).describe('Share of the training data.'),
      test: z
        .number()
        .min(0)
        .max(0.9)
        .default(0.1)
        .describe('Share of all data; ignored where the source has a test split of its own.'),
    })
    .default({ validation: 0.1, test: 0.1 }),
  gradientClip: z
    .strictObject({ kind: z.enum(['norm', 'value']), max: z.number().positive() })
    .nullable()
    .default(null),
  monitor: z
    .string()
    .min(1)
    .max(250)
    .nullable()
    .default(null)
    .describe(
      'The metric of validation that says which epoch is best, for early stopping, the best checkpoint and ReduceLROnPlateau: loss, accuracy, f1; of several losses NODE.f1. Null: the loss, but nothing where objectives work against each other.',
    ),
  earlyStopping: z
    .strictObject({
      patience: z.int().min(1).default(5).describe('Epochs without improvement.'),
      minDelta: z.number().min(0).default(0),
    })
    .nullable()
    .default(null),
  device: z.enum(['auto', 'cpu', 'webgpu']).default('auto'),
  precision: z
    .enum(['float32', 'float16'])
    .default('float32')
    .describe(
      'How a GPU keeps activations and their gradients while training. Weights, sums and the CPU use float32.',
    ),
  threads: z.int().min(0).max(256).default(0).describe('0 takes the physical cores.'),
});

export const networkDocument = z.strictObject({
  format: z.literal(DOCUMENT_FORMAT),
  version: z.literal(DOCUMENT_VERSION),
  id: identifier
    .optional()
    .describe(
      'Names the document wherever its file lies, so that runs find it; made when it is saved.',
    ),
  parent: identifier.optional().describe('The document that this one was made from as a copy.'),
  name: z.string().min(1).max(200),
  notes: z.string().max(100_000).default(''),
  nodes: z.array(documentNode).max(5_000),
  wires: z.array(wire).max(20_000),
  training: trainingSettings.default(trainingSettings.parse({})),
  extra: unknownKeys.optional(),
});

export type NetworkDocument = Readonly<z.infer<typeof networkDocument>>;
export type DocumentNode = Readonly<z.infer<typeof documentNode>>;
export type Wire = Readonly<z.infer<typeof wire>>;
export type PortRef = Readonly<z.infer<typeof portRef>>;
export type TrainingSettings = Readonly<z.infer<typeof trainingSettings>>;
export type Objective = Readonly<z.infer<typeof objective>>;
export type ParameterGroup = Readonly<z.infer<typeof parameterGroup>>;

export function emptyDocument(name: string): NetworkDocument {
  return networkDocument.parse({
    format: DOCUMENT_FORMAT,
    version: DOCUMENT_VERSION,
    name,
    nodes: [],
    wires: [],
  });
}

/** Its content alone: two documents may hold the same. */
export function withoutIdentity(document: NetworkDocument): NetworkDocument {
  const { id: _id, parent: _parent, ...content } = document;
  return content;
}

/** A wire has no id of its own: an input port holds at most one, so its target names it. */
export function wireKey(wire: Pick<Wire, 'to'>): string {
  return `${wire.to.node}.${wire.to.port}`;
}
