/** Data: one port for each field of the source; it says when the fields are not known. */
import { expect, test } from 'vitest';
import type { DataField } from '#engine/ir/attrs.ts';
import { layer } from '#engine/layers/index.ts';
import { advice, attrsOf, infer } from '#test/support/layerCase.ts';

const FIELDS = [
  { name: 'image', role: 'input', dtype: 'f32', shape: [1, 28, 28] },
  { name: 'label', role: 'label', dtype: 'i32', shape: [], classes: 10 },
] as const satisfies readonly DataField[];
const attrs = {
  source: 'digits',
  fields: FIELDS.map((field) => ({ ...field, shape: [...field.shape] })),
};

test('has a port and a type for each field', () => {
  expect(layer('Data').ports(attrsOf('Data', attrs))).toEqual({ in: [], out: ['image', 'label'] });
  expect(infer('Data', [], attrs)).toEqual([['N', 1, 28, 28], ['N']]);
});
test('hands on how many classes there are', () => {
  expect(layer('Data').infer([], attrsOf('Data', attrs))[1]).toMatchObject({
    dtype: 'i32',
    classes: 10,
  });
});
test('says what it holds on its card', () => {
  expect(layer('Data').summary(attrsOf('Data', attrs), undefined)).toBe('28×28, 10 classes');
});
test('says when its fields are not known yet', () => {
  expect(advice('Data', [], { attrs: { source: 'digits' } })[0]?.code).toBe('data.unresolved');
  expect(advice('Data', [], { attrs })).toEqual([]);
});
