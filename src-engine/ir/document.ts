/**
 * The network document: what a `*.netloom.json` file holds. Plain JSON, diffable, hand-writable.
 * The zod schema is the source of the TypeScript types and of resources/schema/project.schema.json, but for
 * the training settings, which have a schema of their own.
 * Reading one from outside goes through restoreDocument alone.
 */
import { z } from 'zod';
import type { JsonValue } from './attrs.ts';
import { MAX_ID, MAX_NAME, MAX_NODES, MAX_NOTES, MAX_WIRES } from './limits.ts';
import { restoreTraining } from './restoreTraining.ts';
import type { TrainingSettings } from './trainingSettings.ts';

export type { Objective, ParameterGroup, TrainingSettings } from './trainingSettings.ts';

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

const identifier = z.string().min(1).max(MAX_ID);
const portRef = z.strictObject({ node: identifier, port: identifier });
const rawAttrs = z.record(z.string(), jsonValue);

/** What a file holds beside the keys of this version; serializeDocument writes it back in its place. */
const unknownKeys = rawAttrs.describe('Keys this version does not know, kept as they were.');

const documentNode = z.strictObject({
  id: identifier.describe('Unique in the document; names the weights (`fc1.weight`).'),
  type: identifier.describe('A layer type, such as Linear or Conv2d.'),
  attrs: rawAttrs.default({}).describe("The layer's attributes; missing ones take their defaults."),
  position: z.strictObject({ x: z.number(), y: z.number() }).describe('Canvas position in px.'),
  name: z.string().max(MAX_NAME).optional().describe('Shown instead of the id.'),
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

/** Read by its own schema: trainingSettings.ts is the source of its type and of its JSON Schema. */
const training = z.unknown().transform((input, context): TrainingSettings => {
  const { training: read, problems } = restoreTraining(input);
  for (const { path, message } of problems) {
    context.issues.push({ code: 'custom', input, message, path: path === undefined ? [] : [path] });
  }
  return read;
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
  name: z.string().min(1).max(MAX_NAME),
  notes: z.string().max(MAX_NOTES).default(''),
  nodes: z.array(documentNode).max(MAX_NODES),
  wires: z.array(wire).max(MAX_WIRES),
  training: training.prefault({}),
  extra: unknownKeys.optional(),
});

export type NetworkDocument = Readonly<z.infer<typeof networkDocument>>;
export type DocumentNode = Readonly<z.infer<typeof documentNode>>;
export type Wire = Readonly<z.infer<typeof wire>>;
export type PortRef = Readonly<z.infer<typeof portRef>>;
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
