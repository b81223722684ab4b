/**
 * Rule: what every layer must keep, checked over the registry without naming any: a new layer file is under
 * these tests as soon as it exists, and fails them until it has a test of its own.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { defaultAttrs, type JsonValue } from '#engine/ir/attrs.ts';
import { camelCase } from '#engine/ir/naming.ts';
import { ShapeError } from '#engine/ir/problem.ts';
import { readValue } from '#engine/ir/readAttrs.ts';
import { bindBatch, type TensorType } from '#engine/ir/tensor.ts';
import { LAYER_CATEGORIES, type LayerDefinition } from '#engine/layers/define.ts';
import { layer, layerRegistry, layers } from '#engine/layers/index.ts';
import { bothTypes, labelType, type } from '#test/support/layerCase.ts';

const ALL = [...layers.values()];
const ROOT = join(import.meta.dirname, '..', '..');

/** What a port may be offered; a layer takes some of it and refuses the rest in words. */
const OFFERS: readonly TensorType[] = [
  type('N', 6, 8, 8),
  type('N', 4, 5, 5),
  type('N', 4, 2, 2),
  type('N', 6),
  type('N', 784),
  type('N', 1),
  type('N'),
  type('N', 3, 784),
  type('N', 8, 9),
  type(),
  labelType(6),
  labelType(2),
  labelType(),
  labelType(4, 'N', 3),
];

function combinations(count: number): readonly (readonly TensorType[])[] {
  if (count === 0) return [[]];
  return combinations(count - 1).flatMap((rest) => OFFERS.map((offer) => [...rest, offer]));
}

type Trial = ReturnType<typeof trial>;

/** Inputs this layer accepts with its defaults, and the errors of the others. */
function trial(definition: LayerDefinition) {
  const attrs = defaultAttrs(definition.attrs);
  const accepted: (readonly TensorType[])[] = [];
  const errors: ShapeError[] = [];
  for (const inputs of combinations(definition.ports(attrs).in.length)) {
    try {
      definition.infer(inputs, attrs);
      accepted.push(inputs);
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
      errors.push(error);
    }
  }
  return { attrs, accepted, errors };
}

const withInputs = ALL.filter(
  (definition) => definition.ports(defaultAttrs(definition.attrs)).in.length > 0,
);
/** Once each: of three inputs there are thousands of combinations. */
const trials = new Map(withInputs.map((definition) => [definition, trial(definition)]));
function trialOf(definition: LayerDefinition): Trial {
  const found = trials.get(definition);
  if (!found) throw new Error(`${definition.type} has no inputs`);
  return found;
}

describe.each(ALL)('$type', (definition) => {
  const { attrs: schema } = definition;
  const values = defaultAttrs(schema);

  test('has a test of its own', () => {
    const path = join(ROOT, 'test', 'layers', `${camelCase(definition.type)}.test.ts`);
    expect(existsSync(path), path).toBe(true);
  });
  test('is described', () => {
    expect(LAYER_CATEGORIES).toContain(definition.category);
    expect(definition.doc).toMatch(/^[A-Z].{30,}\.$/);
    expect(definition.label).not.toBe('');
    expect(definition.keywords?.length ?? 0).toBeGreaterThan(0);
    for (const [name, { help }] of Object.entries(schema)) {
      expect(help, name).toMatch(/^[A-Z0-9-].*\.$/);
    }
  });
  test('has defaults that fit', () => {
    for (const [name, attr] of Object.entries(schema)) {
      expect(readValue(attr, attr.default as JsonValue), name).toMatchObject({ ok: true });
    }
  });
  test('has ports with different names', () => {
    const { in: inputs, out } = definition.ports(values);
    expect(new Set(inputs).size).toBe(inputs.length);
    expect(new Set(out).size).toBe(out.length);
  });
  test('says its attributes in one short line', () => {
    expect(definition.summary(values, undefined)).toMatch(/^.{1,28}$/);
  });
  test('names a width that it has', () => {
    if (definition.widthAttr !== undefined) expect(schema[definition.widthAttr]?.kind).toBe('int');
  });
});

describe.each(withInputs)('$type', (definition) => {
  const { attrs, accepted, errors } = trialOf(definition);

  test('accepts something and refuses the rest in words', () => {
    expect(accepted.length).toBeGreaterThan(0);
    expect(errors.length).toBeGreaterThan(0);
    for (const { code, message, detail } of errors) {
      expect(code).toMatch(/^(shape|loss)\.[a-z-]+$/);
      expect(message).toMatch(/^[A-Z0-9].*\.$/);
      expect(message).not.toMatch(/undefined|NaN/);
      if (detail.port !== undefined) expect(definition.ports(attrs).in).toContain(detail.port);
    }
  });
  test('infers the same whether the batch is named or bound', () => {
    for (const inputs of accepted) {
      const named = definition.infer(inputs, attrs).map((each) => bindBatch(each, 5));
      const bound = definition.infer(
        inputs.map((each) => bindBatch(each, 5)),
        attrs,
      );
      expect(bound).toEqual(named);
    }
  });
  test('keeps the batch first', () => {
    if (definition.category === 'Loss') return;
    for (const inputs of accepted) {
      for (const { shape } of definition.infer(inputs, attrs)) expect(shape[0]).toBe('N');
    }
  });
  test.each(['train', 'eval'] as const)('lowers to what it infers, mode %s', (mode) => {
    for (const inputs of accepted) {
      const bound = inputs.map((each) => bindBatch(each, 4));
      const [inferred, lowered] = bothTypes(definition.type, bound, mode);
      const shapes = (types: readonly TensorType[]) =>
        types.map(({ dtype, shape }) => ({ dtype, shape }));
      expect(shapes(lowered)).toEqual(shapes(inferred));
    }
  });
  test('assumes types that are what it infers, where it assumes any', () => {
    for (const inputs of accepted) {
      const assumed = definition.inferPartial?.(inputs, attrs);
      if (!assumed) continue;
      const ranks = (types: readonly TensorType[]) => types.map(({ shape }) => shape.length);
      expect(ranks(assumed)).toEqual(ranks(definition.infer(inputs, attrs)));
    }
    const open = definition.ports(attrs).in.map(() => undefined);
    expect(() => definition.inferPartial?.(open, attrs)).not.toThrow();
  });
  test('says how PyTorch writes it', () => {
    for (const inputs of accepted) {
      expect(definition.torch?.(attrs, inputs)).toMatch(/^[A-Za-z][\w.]*(\(.*\))?$/);
    }
  });
});

const inUse = withInputs.filter(({ role }) => role !== 'loss' && role !== 'noise');

describe.each(inUse)('$type', (definition) => {
  const { attrs, accepted } = trialOf(definition);

  test('says what it is in Keras, with all its tensors, or why it is nothing', () => {
    for (const inputs of accepted) {
      const form = definition.keras?.form(attrs, inputs, (axis) => axis, 0);
      if (!form)
        throw new Error('a layer that models have in use has a form in Keras, or a reason');
      if ('none' in form) expect(form.none).toMatch(/^[a-z].*[^.]$/);
      if (!('steps' in form)) continue;
      const variables = form.steps.flatMap((step) =>
        'layer' in step ? Object.entries(step.variables ?? {}) : [],
      );
      const tensors = {
        ...definition.params?.(inputs, attrs),
        ...definition.buffers?.(inputs, attrs),
      };
      expect(variables.map(([key]) => key).toSorted()).toEqual(Object.keys(tensors).toSorted());
      for (const [key, { axes }] of variables) {
        const all = tensors[key]?.shape.map((_, axis) => axis);
        if (axes) expect(axes.toSorted((a, b) => a - b)).toEqual(all);
      }
    }
  });
});

describe('the registry', () => {
  test('has no form in Keras for what a model in use has not', () => {
    const others = ALL.filter((each) => !inUse.includes(each));
    expect(others.filter(({ keras }) => keras !== undefined)).toEqual([]);
  });
  test('holds every file of the folder', () => {
    const files = readdirSync(join(ROOT, 'src-engine', 'layers'))
      .filter((name) => name.endsWith('.ts') && !['define.ts', 'index.ts'].includes(name))
      .map((name) => name.slice(0, -3));
    expect([...layers.keys()].map(camelCase).toSorted()).toEqual(files.toSorted());
  });
  test('is ordered by category', () => {
    const order = ALL.map(({ category }) => LAYER_CATEGORIES.indexOf(category));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });
  test('refuses a type twice and a file of another name', () => {
    const relu = { default: layer('ReLU') };
    expect(() => layerRegistry({ './reLU.ts': relu, './more/reLU.ts': relu })).toThrow('two files');
    expect(() => layerRegistry({ './relu.ts': relu })).toThrow('its file must be reLU.ts');
    expect(() => layer('Hologram')).toThrow('no layer of type Hologram');
  });
});
