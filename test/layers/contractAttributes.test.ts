/**
 * Rule: what every layer keeps, checked over the registry without naming any: attributes hold to their bounds here as
 * in the published schema, and a node comes back from a file as it was.
 */
import Ajv from 'ajv';
import { describe, expect, test } from 'vitest';
import { projectSchema } from '#engine/check/projectSchema.ts';
import type { Attr, JsonValue } from '#engine/ir/attrs.ts';
import { DOCUMENT_VERSION, networkDocument, type RawAttrs } from '#engine/ir/index.ts';
import { ShapeError } from '#engine/ir/problem.ts';
import { readAttrs, readValue } from '#engine/ir/readAttrs.ts';
import { restoreDocumentText, serializeDocument } from '#engine/ir/restoreDocument.ts';
import { layers } from '#engine/layers/index.ts';
import { acceptedInputs, layersWithInputs, variations } from '#test/support/layerTrials.ts';

const ALL = [...layers.values()];
const validate = new Ajv({ allErrors: true }).compile(projectSchema());

const documentOf = (type: string, attrs: RawAttrs) => ({
  format: 'netloom',
  version: DOCUMENT_VERSION,
  name: 'one node',
  nodes: [{ id: 'node', type, attrs, position: { x: 0, y: 0 } }],
  wires: [],
});

interface Bound {
  readonly name: string;
  readonly inside: JsonValue;
  readonly outside: JsonValue;
}

/** Each bound an attribute states, and what lies just beyond it. */
function boundsOf(name: string, attr: Attr): readonly Bound[] {
  if (attr.kind !== 'int' && attr.kind !== 'number' && attr.kind !== 'pair') return [];
  const of = (value: number): JsonValue => (attr.kind === 'pair' ? [value, value] : value);
  const max = attr.kind === 'pair' ? undefined : attr.max;
  return [
    ...(attr.min === undefined ? [] : [{ name, inside: of(attr.min), outside: of(attr.min - 1) }]),
    ...(max === undefined ? [] : [{ name, inside: of(max), outside: of(max + 1) }]),
  ];
}

describe.each(ALL)('$type', ({ type, attrs: schema }) => {
  const bounds = Object.entries(schema).flatMap(([name, attr]) => boundsOf(name, attr));

  test.runIf(bounds.length > 0)('holds to its bounds, as the schema does', () => {
    for (const { name, inside, outside } of bounds) {
      const attr = schema[name];
      if (!attr) throw new Error(name);
      expect(readValue(attr, inside), name).toMatchObject({ ok: true });
      expect(readValue(attr, outside), name).toMatchObject({ ok: false });
      expect(validate(documentOf(type, { [name]: inside })), name).toBe(true);
      expect(validate(documentOf(type, { [name]: outside })), name).toBe(false);
    }
  });
  test('comes back from a file as it was', () => {
    const atBounds = bounds.map(({ name, inside }): RawAttrs => ({ [name]: inside }));
    for (const attrs of [...variations(schema), ...atBounds]) {
      const document = networkDocument.parse(documentOf(type, attrs));
      const text = serializeDocument(document);
      const restored = restoreDocumentText(text);
      if (!restored.ok) throw new Error(JSON.stringify(restored.problems));
      expect(readAttrs(schema, restored.document.nodes[0]?.attrs ?? {}).attrs).toEqual(
        readAttrs(schema, attrs).attrs,
      );
      expect(serializeDocument(restored.document)).toBe(text);
    }
  });
});

describe.each(layersWithInputs)('$type', (definition) => {
  test('has a type or an error in words at each of its bounds', () => {
    const [inputs = []] = acceptedInputs(definition, {});
    const bounds = Object.entries(definition.attrs).flatMap(([name, attr]) => boundsOf(name, attr));
    for (const { name, inside } of bounds) {
      const { attrs } = readAttrs(definition.attrs, { [name]: inside });
      try {
        const inferred = definition.infer(inputs, attrs);
        expect(inferred.flatMap(({ shape }) => shape).every((dim) => dim === 'N' || dim >= 1)).toBe(
          true,
        );
      } catch (error) {
        if (!(error instanceof ShapeError)) throw error;
        expect(error.message, name).toMatch(/^[A-Z0-9].*\.$/);
      }
    }
  });
});
