/** Rule: a model that was written as JSON is read back exactly; what is damaged is refused with a code and a place. */
import { describe, expect, it } from 'vitest';
import { type Model, readModelJson, writeModelJson } from '#engine/export/modelJson.ts';
import { pointsDocument } from '#test/support/documents.ts';
import { problemOf } from '#test/support/problems.ts';

const model: Model = {
  document: pointsDocument('moons', 2),
  tensors: new Map([
    ['fc1.weight', { shape: [2, 2], data: Float32Array.of(0.1, -1e-38, 3.4e38, 1 / 3) }],
    ['fc1.bias', { shape: [1], data: Float32Array.of(-0) }],
  ]),
  metadata: { name: 'moons', normalisation: '{}' },
};

describe.each(['base64', 'decimal'] as const)('%s', (numbers) => {
  it('is read back as it was, bit for bit', () => {
    const back = readModelJson(writeModelJson(model, numbers), 'x.json');
    expect(back.metadata).toEqual(model.metadata);
    expect(back.document.nodes).toEqual(model.document.nodes);
    for (const [name, { shape, data }] of model.tensors) {
      const found = back.tensors.get(name);
      expect(found?.shape).toEqual(shape);
      // JSON has no negative zero.
      const sent = numbers === 'decimal' ? Array.from(data, (x) => (x === 0 ? 0 : x)) : [...data];
      expect([...(found?.data ?? [])]).toEqual(sent);
    }
  });
});

const text = new TextDecoder().decode(writeModelJson(model, 'base64'));
const read = (changed: string) =>
  problemOf(() => readModelJson(new TextEncoder().encode(changed), 'x.json'));

it('says what is wrong and where', async () => {
  expect(await read(text.slice(0, 500))).toMatchObject({ code: 'model.not-json', path: 'x.json' });
  expect(await read('{"format": "netloom"}')).toMatchObject({ code: 'model.invalid' });
  const shape = text.replace('"shape": [\n    2,\n    2\n   ]', '"shape": [3, 2]');
  expect(await read(shape)).toMatchObject({
    ...{ code: 'model.shape', path: 'x.json: weights.fc1.weight' },
    message: 'fc1.weight of shape 3x2 holds 4 numbers.',
  });
  const giant = text.replace(
    '"shape": [\n    2,\n    2\n   ]',
    '"shape": [1000000000, 1000000000]',
  );
  expect(await read(giant)).toMatchObject({ code: 'model.too-large' });
});
