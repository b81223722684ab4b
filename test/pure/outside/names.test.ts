/**
 * Rule: a name from outside is only a name. Every name that plain objects answer to, in every place of a document,
 * of data and of calls where a name can stand, is checked, compiled, trained or refused with a code; nothing throws.
 */
import { describe, expect, test } from 'vitest';
import { createNullBackend } from '#engine/backends/null/index.ts';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import { analyse } from '#engine/check/analyse.ts';
import { readSafetensors, writeSafetensors } from '#engine/export/safetensors.ts';
import { restoreDocument } from '#engine/ir/restoreDocument.ts';
import { documentJson } from '#engine/ir/serializeDocument.ts';
import { InputError } from '#engine/ir/problem.ts';
import { own } from '#engine/ir/record.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import { fileStore, startRun, tensorsIn } from '#test/support/engineRun.ts';
import { chain, features, LABEL } from '#test/support/network.ts';
import { compileSteps, trainSteps } from '#test/support/trainSteps.ts';
import { preparedData } from '#test/support/preparedData.ts';
import { tableFiles } from '#test/support/tableFiles.ts';

const NAMES = Object.getOwnPropertyNames(Object.prototype);
const plain = () => {
  const document = chain(
    [
      ['fc1', 'Linear', { outFeatures: 3 }],
      ['bn1', 'BatchNorm1d'],
      ['fc2', 'Linear', { outFeatures: 2 }],
      ['loss', 'CrossEntropyLoss'],
    ],
    {
      input: 'features',
      fields: [features(2), { ...LABEL, classes: 2 }],
      training: { batchSize: 8, epochs: 1 },
    },
  );
  return JSON.stringify(documentJson(document));
};

/** The text with every one of `from` another name: the only way to write `__proto__` as a key. */
const renamed = (from: string, to: string) =>
  edited((text) => text.replaceAll(JSON.stringify(from), JSON.stringify(to)));

function edited(edit: (text: string) => string): unknown {
  const text = edit(plain());
  if (text === plain()) throw new Error('nothing was edited');
  return JSON.parse(text);
}

type Place = (name: string) => unknown;
const PLACES: Readonly<Record<string, Place>> = {
  'a node': (name) => renamed('fc1', name),
  'the data': (name) => renamed('data', name),
  'the loss': (name) => renamed('loss', name),
  'a layer type': (name) => renamed('BatchNorm1d', name),
  'a field': (name) => renamed('features', name),
  'a field nobody reads': (name) =>
    edited((t) =>
      t.replace(
        '"fields":[',
        `"fields":[{"name":"${name}","role":"target","dtype":"f32","shape":[]},`,
      ),
    ),
  'a port a wire comes from': (name) =>
    edited((t) => t.replace('"fc1","port":"y"', `"fc1","port":"${name}"`)),
  'a port a wire goes to': (name) =>
    edited((t) => t.replace('"fc2","port":"x"', `"fc2","port":"${name}"`)),
  'a node a wire comes from': (name) =>
    edited((t) => t.replace('{"node":"fc1","port":"y"}', `{"node":"${name}","port":"y"}`)),
  'an attribute': (name) =>
    edited((t) => t.replace('"outFeatures":3', `"outFeatures":3,"${name}":{"a":1}`)),
  'a data option': (name) =>
    edited((t) => t.replace('"fields":[', `"options":{"${name}":1},"fields":[`)),
  'a source': (name) => edited((t) => t.replace('"fields":[', `"source":"${name}","fields":[`)),
  'an optimiser': (name) => renamed('Adam', name),
  'an attribute of the optimiser': (name) =>
    edited((t) => t.replace('"type":"Adam","attrs":{', `"type":"Adam","attrs":{"${name}":1`)),
  'a training setting': (name) => edited((t) => t.replace('"epochs":1', `"epochs":1,"${name}":1`)),
  'a key of the document': (name) =>
    edited((t) => t.replace('"format"', `"${name}":{"x":1},"format"`)),
  'a key of a node': (name) =>
    edited((t) => t.replace('"id":"fc1"', `"id":"fc1","${name}":{"x":1}`)),
};

/** Whatever can be done with it is done; what is refused is refused with a code. */
async function tryOut(json: unknown): Promise<'refused' | 'trained'> {
  const restored = restoreDocument(json);
  if (!restored.ok) {
    expect(restored.problems.every(({ code }) => code !== '')).toBe(true);
    return 'refused';
  }
  const { document } = restored;
  expect(restoreDocument(JSON.parse(JSON.stringify(documentJson(document))))).toMatchObject({
    ok: true,
  });
  const { problems } = analyse(document);
  for (const { code, message } of problems) {
    expect([typeof code, typeof message, message.includes('native code')]).toEqual([
      'string',
      'string',
      false,
    ]);
  }
  if (problems.some(({ severity }) => severity === 'error')) return 'refused';
  const { losses, parameters } = await trainSteps(createReferenceBackend(), document, {
    batch: 8,
    steps: 2,
  });
  expect(losses.every(Number.isFinite)).toBe(true);
  expect(parameters.size).toBeGreaterThan(3);
  const run = await startRun(document, async () => createNullBackend()).catch((error: unknown) => {
    // Made-up fields are not those of the source that is named.
    expect(error).toBeInstanceOf(InputError);
  });
  if (run) await run.ended();
  return 'trained';
}

describe.each(Object.entries(PLACES))('as the name of %s', (place, at) => {
  test.each(NAMES)('%s', async (name) => {
    const outcome = await tryOut(at(name));
    // Ids and fields are the user's own: any name will do.
    if (place === 'a node' || place === 'the data' || place === 'a field') {
      expect(outcome).toBe('trained');
    }
  });
});

test('the network trains by itself', async () => {
  expect(await tryOut(JSON.parse(plain()))).toBe('trained');
});

test('what a port is not called has no type', () => {
  const restored = restoreDocument(PLACES['a port a wire comes from']?.('constructor'));
  if (!restored.ok) throw new Error('not restored');
  const { problems, nodes } = analyse(restored.document);
  expect(problems.map(({ code }) => code)).toContain('wire.unknown-port');
  expect(own(nodes.get('bn1')?.inputs, 'x')).toBeUndefined();
});

test('weights of a node called so are saved and read again', async () => {
  for (const name of NAMES) {
    const restored = restoreDocument(renamed('fc1', name));
    if (!restored.ok) throw new Error('not restored');
    const document: NetworkDocument = restored.document;
    const weights = [...compileSteps(document, 8).layout.parameters.keys()];
    expect(weights).toContain(`${name}.weight`);
    const tensors = new Map([[name, { shape: [1], data: Float32Array.of(2) }]]);
    const bytes = writeSafetensors({ tensors, metadata: {} });
    expect(readSafetensors(bytes, 'f').tensors).toEqual(tensors);
  }
});

test('a CSV whose columns are called so is read and trained on', async () => {
  const { content, host } = fileStore();
  const columns = [...NAMES, 'kind'];
  const rows = Array.from({ length: 40 }, (_, i) =>
    columns.map((_name, k) => (k === NAMES.length ? 'ab'[i % 2] : Math.sin(i * (k + 1)))).join(','),
  );
  const table = { target: 'kind' };
  const csv = [columns.join(','), ...rows].join('\n');
  const files = tableFiles({ 't.csv': csv });
  const { bytes, data } = await preparedData('t.data', 'csv:t.csv', table, files);
  content.set('t.data', bytes);
  const text = plain()
    .replace('"shape":[2]', `"shape":[${NAMES.length}]`)
    .replace('"fields":[', '"source":"csv:t.csv","options":{"target":"kind"},"fields":[');
  const restored = restoreDocument(JSON.parse(text));
  if (!restored.ok) throw new Error(JSON.stringify(restored.problems));
  const run = await startRun(
    restored.document,
    async () => createReferenceBackend(),
    { saveWeights: 'w', data },
    host,
  );
  expect((await run.ended()).state).toBe('finished');
  expect(tensorsIn(content, 'w').tensors.get('fc1.weight')?.shape).toEqual([3, NAMES.length]);
});

test('own() answers with what is there', () => {
  const record = JSON.parse('{"__proto__": 1, "a": 2}') as Record<string, number>;
  expect([own(record, '__proto__'), own(record, 'a'), own(record, 'toString')]).toEqual([
    1,
    2,
    undefined,
  ]);
  expect(own(undefined, 'a')).toBeUndefined();
});
