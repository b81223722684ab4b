/**
 * Rule: the published JSON Schema is the one the code has, and it agrees with restoreDocument and check on
 * what is a valid file. It is written anew by itself.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { describe, expect, test } from 'vitest';
import { analyse } from '#engine/check/analyse.ts';
import { projectSchema } from '#engine/check/projectSchema.ts';
import { DOCUMENT_VERSION } from '#engine/ir/document.ts';
import { modelJsonSchema } from '#engine/export/modelJson.ts';
import { restoreDocument } from '#engine/ir/restoreDocument.ts';
import { layers } from '#engine/layers/index.ts';
import { expectDerivedFile } from '#test/support/derivedFile.ts';

const RESOURCES = join(import.meta.dirname, '..', '..', 'resources');
const FILE = join(RESOURCES, 'schema', 'project.schema.json');

test('the published schema is fresh', () => {
  expectDerivedFile(FILE, `${JSON.stringify(projectSchema(), null, 2)}\n`);
});

test('so is that of models', () => {
  const file = join(RESOURCES, 'schema', 'model.schema.json');
  expectDerivedFile(file, `${JSON.stringify(modelJsonSchema(), null, 2)}\n`);
});

test('every layer is described', () => {
  const definitions = projectSchema()['definitions'] as Record<string, { properties: object }>;
  for (const [type, { attrs }] of layers) {
    expect(Object.keys(definitions[`layer.${type}`]?.properties ?? {})).toEqual(Object.keys(attrs));
  }
});

describe('the schema decides as the program does', () => {
  // A validator that has nothing to do with the program.
  const validate = new Ajv({ allErrors: true }).compile(projectSchema());
  const valid = (value: unknown) => validate(value) === true;

  test.each(readdirSync(join(RESOURCES, 'examples')))('%s is valid', (name) => {
    const text = readFileSync(join(RESOURCES, 'examples', name), 'utf8');
    validate(JSON.parse(text));
    expect(validate.errors ?? []).toEqual([]);
  });

  const base = { format: 'netloom', version: 1, name: 'x', nodes: [], wires: [] };
  const node = (more: object) => ({ ...base, nodes: [{ id: 'a', type: 'Linear', ...more }] });
  const dataNode = (field: object) =>
    node({ type: 'Data', attrs: { fields: [{ name: 'y', shape: [1], ...field }] } });
  test.each([
    ['a bare document', base],
    ['a range of targets', dataNode({ role: 'target', dtype: 'f32', range: [-1, 0.5] })],
    ['a document without a name', { format: 'netloom', version: 1, nodes: [], wires: [] }],
    ['a node without attributes or position', node({})],
    ['an unknown layer', node({ type: 'Hologram', attrs: { depth: 3 } })],
    ['unknown keys', { ...node({ colour: 'red' }), frames: [] }],
  ])('%s is valid', (_name, value) => {
    expect(valid(value)).toBe(true);
    expect(restoreDocument(value).ok).toBe(true);
  });
  test.each([
    ['no nodes', { ...base, nodes: undefined }],
    ['another format', { ...base, format: 'onnx' }],
    ['a later version', { ...base, version: DOCUMENT_VERSION + 1 }],
    ['a node without an id', { ...base, nodes: [{ type: 'Linear' }] }],
    ['a wire without an end', { ...base, wires: [{ from: { node: 'a', port: 'y' } }] }],
    ['epochs below one', { ...base, training: { epochs: 0 } }],
    ['an unknown setting', { ...base, training: { epoch: 3 } }],
    ['a position that is text', node({ position: '0,0' })],
  ])('%s is not', (_name, value) => {
    expect(valid(JSON.parse(JSON.stringify(value)))).toBe(false);
    expect(restoreDocument(value).ok).toBe(false);
  });
  test.each([
    ['too few outputs', node({ attrs: { outFeatures: 0 } }), 'attrs.range'],
    ['a bias that is text', node({ attrs: { bias: 'yes' } }), 'attrs.type'],
    ['a range of labels', dataNode({ role: 'label', dtype: 'i32', range: [0, 9] }), 'attrs.type'],
    ['half a range', dataNode({ role: 'target', dtype: 'f32', range: [0] }), 'attrs.type'],
    ['no such initialiser', node({ attrs: { weightInit: 'magic' } }), 'attrs.choice'],
  ])('%s is not, and check says so', (_name, value, code) => {
    expect(valid(value)).toBe(false);
    const restored = restoreDocument(value);
    const problems = restored.ok ? analyse(restored.document).problems : [];
    expect(problems.map((problem) => problem.code)).toContain(code);
  });
});
