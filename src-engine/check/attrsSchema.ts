/** Attributes as JSON Schema: of a layer, an optimiser, a schedule. */
import type { Attr, AttrSchema, StepSchema } from '../ir/attrs.ts';
import { attrLabel } from '../ir/readAttrs.ts';

export type Json = Readonly<Record<string, unknown>>;

export function attrsSchema(schema: AttrSchema, description: string): Json {
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

/** What readValue accepts, kind by kind. */
export function valueSchema(attr: Attr): Json {
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
        ...(attr.kind === 'int' || attr.above === undefined
          ? {}
          : { exclusiveMinimum: attr.above }),
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
    case 'numbers': {
      const bound = attr.min === undefined ? {} : { minimum: attr.min };
      return { type: 'array', items: { type: 'number', ...bound } };
    }
    case 'text':
      return {
        type: 'string',
        ...(attr.minLength === undefined ? {} : { minLength: attr.minLength }),
        ...(attr.maxLength === undefined ? {} : { maxLength: attr.maxLength }),
      };
    case 'source':
      return { type: 'string' };
    case 'options':
      return { type: 'object' };
    case 'fields':
      return { type: 'array', items: FIELD };
    case 'names':
      return { type: 'array', items: { type: 'string', minLength: 1 } };
    case 'steps':
      return { type: 'array', items: { oneOf: Object.entries(attr.steps).map(stepSchema) } };
    default:
      return attr satisfies never;
  }
}

function stepSchema([name, { help, attrs }]: readonly [string, StepSchema]): Json {
  const { properties } = attrsSchema(attrs, help);
  return {
    type: 'object',
    description: help,
    properties: { step: { const: name }, off: { type: 'boolean' }, ...(properties as Json) },
    required: ['step'],
    additionalProperties: false,
  };
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
    labels: { type: 'array', items: { type: 'string' } },
    range: { type: 'array', items: { type: 'number' }, minItems: 2, maxItems: 2 },
  },
  required: ['name', 'role', 'dtype', 'shape'],
  not: { properties: { role: { const: 'label' } }, required: ['range'] },
};
