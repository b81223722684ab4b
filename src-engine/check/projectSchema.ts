/**
 * JSON Schema of project files, for editors and for whoever writes or reads them elsewhere: the schema of
 * the document with the attributes of every known layer and optimiser. Types it does not know are allowed,
 * as restoreDocument allows them. Published as resources/schema/project.schema.json (tested to be fresh).
 */
import { z } from 'zod';
import type { Attr, AttrSchema } from '../ir/attrs.ts';
import { DOCUMENT_VERSION, networkDocument } from '../ir/document.ts';
import { attrLabel } from '../ir/readAttrs.ts';
import { layers } from '../layers/index.ts';
import { optimizers } from '../optimizers/index.ts';

type Json = Readonly<Record<string, unknown>>;

export function projectSchema(): Json {
  const document = z.toJSONSchema(networkDocument, { io: 'input', target: 'draft-7' });
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
    }),
    // A document without a name is read as Untitled.
    required: (required as readonly string[]).filter((name) => name !== 'name'),
    definitions: {
      ...record(rest['definitions']),
      ...Object.fromEntries(
        [...layers.values()].map((layer) => [
          `layer.${layer.type}`,
          attrsSchema(layer.attrs, layer.doc),
        ]),
      ),
      ...Object.fromEntries(
        [...optimizers.values()].map((optimizer) => [
          `optimizer.${optimizer.type}`,
          attrsSchema(optimizer.attrs, optimizer.doc),
        ]),
      ),
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

function attrsSchema(schema: AttrSchema, description: string): Json {
  return {
    type: 'object',
    description,
    properties: Object.fromEntries(
      Object.entries(schema).map(([name, attr]) => [
        name,
        {
          title: attrLabel(name, attr),
          description: attr.help,
          default: attr.default,
          ...valueSchema(attr),
        },
      ]),
    ),
  };
}

/** What readAttrs accepts, kind by kind. */
function valueSchema(attr: Attr): Json {
  const whole = (least?: number) => ({
    type: 'integer',
    ...(least === undefined ? {} : { minimum: least }),
  });
  switch (attr.kind) {
    case 'int':
    case 'number':
      return {
        type: attr.kind === 'int' ? 'integer' : 'number',
        ...(attr.min === undefined ? {} : { minimum: attr.min }),
        ...(attr.max === undefined ? {} : { maximum: attr.max }),
      };
    case 'bool':
      return { type: 'boolean' };
    case 'choice':
      return { enum: attr.options };
    case 'pair':
      return {
        oneOf: [
          whole(attr.min),
          { type: 'array', items: whole(attr.min), minItems: 2, maxItems: 2 },
        ],
      };
    case 'shape':
      return { type: 'array', items: whole() };
    case 'text':
    case 'source':
      return { type: 'string' };
    case 'options':
      return { type: 'object' };
    case 'fields':
      return { type: 'array', items: FIELD };
    default:
      return attr satisfies never;
  }
}

const FIELD: Json = {
  type: 'object',
  properties: {
    name: { type: 'string', minLength: 1 },
    role: { enum: ['input', 'label', 'target'] },
    dtype: { enum: ['f32', 'i32'] },
    shape: { type: 'array', items: { type: 'integer', minimum: 1 } },
    classes: { type: 'integer', minimum: 1 },
    classNames: { type: 'array', items: { type: 'string' } },
    range: { type: 'array', items: { type: 'number' }, minItems: 2, maxItems: 2 },
  },
  required: ['name', 'role', 'dtype', 'shape'],
  not: { properties: { role: { const: 'label' } }, required: ['range'] },
};
