/**
 * JSON Schema of project files, for editors and for whoever writes or reads them elsewhere: the schema of
 * the document with the attributes of every known layer, optimiser and schedule. Types it does not know are allowed,
 * as restoreDocument allows them. Published as resources/schema/project.schema.json (tested to be fresh).
 */
import { z } from 'zod';
import { DOCUMENT_VERSION, networkDocument } from '../ir/document.ts';
import { DEFAULT_TRAINING, trainingSchema } from '../ir/trainingSettings.ts';
import { layers } from '../layers/index.ts';
import { attrsSchema, type Json } from './attrsSchema.ts';
import { componentDefinitions, settingsSchema } from './settingsSchema.ts';

export function projectSchema(): Json {
  const document = z.toJSONSchema(networkDocument, {
    io: 'input',
    target: 'draft-7',
    // The settings' own schema says what zod cannot.
    unrepresentable: 'any',
  });
  const { $schema, properties, required, ...rest } = mutable(document);
  const { nodes, ...others } = record(properties);
  const node = record(record(nodes)['items']);
  return {
    $schema,
    $id: `urn:netloom:project:${DOCUMENT_VERSION}`,
    title: 'Netloom project',
    description:
      'A network, its data and its training settings: the content of a *.netloom.json file.',
    ...open(rest),
    properties: withoutExtra({
      ...others,
      // Files of earlier versions open as well.
      version: { type: 'integer', minimum: 1, maximum: DOCUMENT_VERSION },
      nodes: { ...record(nodes), items: nodeSchema(node) },
      training: {
        description: 'How it is trained.',
        ...settingsSchema(trainingSchema),
        default: DEFAULT_TRAINING,
      },
    }),
    // A document without a name is read as Untitled.
    required: (required as readonly string[]).filter(
      (name) => name !== 'name' && name !== 'training',
    ),
    definitions: {
      ...record(rest['definitions']),
      ...Object.fromEntries(
        [...layers.values()].map((layer) => [
          `layer.${layer.type}`,
          attrsSchema(layer.attrs, layer.doc),
        ]),
      ),
      ...componentDefinitions(),
    },
  };
}

/** The schema as plain objects, its own types forgotten. */
const mutable = (schema: unknown): Record<string, unknown> =>
  JSON.parse(JSON.stringify(schema)) as Record<string, unknown>;

function record(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null)
    throw new Error('the schema has changed its form');
  return value as Record<string, unknown>;
}

/** Unknown keys are kept and reported, not refused. */
function open(schema: Record<string, unknown>): Record<string, unknown> {
  const { additionalProperties: _closed, definitions: _definitions, ...rest } = schema;
  return rest;
}

/** How a document holds unknown keys in memory is no concern of its file. */
function withoutExtra(properties: Record<string, unknown>): Record<string, unknown> {
  const { extra: _extra, ...rest } = properties;
  return rest;
}

function nodeSchema(node: Record<string, unknown>): Json {
  const { properties, required, ...rest } = node;
  return {
    ...open(rest),
    properties: withoutExtra(record(properties)),
    // Nodes without a position are placed.
    required: (required as readonly string[]).filter((name) => name !== 'position'),
    allOf: [...layers.keys()].map((type) => ({
      if: { properties: { type: { const: type } }, required: ['type'] },
      then: { properties: { attrs: { $ref: `#/definitions/layer.${type}` } } },
    })),
  };
}
