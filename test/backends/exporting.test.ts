/**
 * Rule: an export proves itself: what ONNX Runtime answers is compared with what the network answers, a file that
 * differs is told with the first layer that does, and what cannot be exported says so with a code and a place.
 */
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { expect, it } from 'vitest';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import { exportModel } from '#engine/export/exportModel.ts';
import { bytesOf } from '#test/support/exportedBytes.ts';
import { ModelProtoSchema } from '#engine/export/onnx/schema/onnx_pb.js';
import { readSafetensors } from '#engine/export/safetensors.ts';
import type { FileRunner } from '#engine/export/verify.ts';
import type { NetworkDocument } from '#engine/ir/index.ts';
import { createOnnxRunner } from '#main/exportProcess/onnxRuntime.ts';
import { pointsDocument } from '../support/documents.ts';
import { nodePlatform } from '../support/nodePlatform.ts';
import { noPictures } from '../support/pictures.ts';
import { onnxAnswers } from '../support/onnxRun.ts';
import { problemOf } from '../support/problems.ts';
import { tensor } from '../support/random.ts';

const PRODUCER = { name: 'Netloom', version: '0' };
const noBundle = () => Promise.reject(new Error('no page is written here'));
type Request = Parameters<typeof exportModel>[0];

async function exported(change: Partial<Request> = {}, runner: FileRunner = createOnnxRunner()) {
  const platform = nodePlatform();
  const request = {
    ...{ document: pointsDocument('moons', 2), weights: null, format: 'onnx' },
    ...{ options: {}, outputs: [], metadata: { name: 'moons' }, producer: PRODUCER },
    ...change,
  };
  return exportModel(request, {
    platform,
    createBackend: () => Promise.resolve(createReferenceBackend()),
    createRunner: () => Promise.resolve(runner),
    readPlayerBundle: noBundle,
    pictures: noPictures,
  });
}

/** Changes a weight of the file before it is run, where it has it: a writer with a mistake. */
function mistaken(name: string, spoil: (numbers: ArrayBuffer) => unknown = nudge): FileRunner {
  const real = createOnnxRunner();
  return {
    ...real,
    open(bytes) {
      const model = fromBinary(ModelProtoSchema, bytes);
      const weights = model.graph?.initializer.find((each) => each.name === name);
      if (weights) {
        const numbers = weights.rawData.slice().buffer;
        spoil(numbers);
        weights.rawData = new Uint8Array(numbers);
      }
      return real.open(toBinary(ModelProtoSchema, model));
    },
  };
}

function nudge(bytes: ArrayBuffer): void {
  const numbers = new Float32Array(bytes);
  numbers[0] = (numbers[0] ?? 0) + 0.5;
}

it('tells that the answers are the same, on samples that training leaves out', async () => {
  const { report } = await exported();
  expect(report).toMatchObject({
    trained: false,
    leftOut: ['loss'],
    // Neither a table nor a target that is scaled nor classes with names.
    idleOptions: ['units', 'classNames', 'columns'],
    inputs: [{ name: 'features', dtype: 'f32', shape: [null, 2] }],
    outputs: [{ name: 'logits', dtype: 'f32', shape: [null, 2] }],
    verification: { from: 'validation', isSame: true, firstDifferent: null, note: null },
  });
  const { verification } = report;
  expect(verification?.samples).toBeGreaterThan(16);
  expect(verification?.batches).toEqual([1, 7, verification?.samples]);
  const [output] = verification?.outputs ?? [];
  expect(output?.relative).toBeLessThan(1e-5);
  const counted = output?.decades.reduce((sum, count) => sum + count, 0);
  expect(counted).toBe((verification?.samples ?? 0) * 2);
  expect(verification?.classes).toMatchObject([{ output: 'logits', same: verification?.samples }]);
});

it('names the first layer whose values differ', async () => {
  const { report } = await exported({}, mistaken('fc2.bias'));
  expect(report.verification).toMatchObject({ isSame: false, firstDifferent: 'fc2' });
  const early = await exported({}, mistaken('fc1.weight'));
  expect(early.report.verification?.firstDifferent).toBe('fc1');
});

it('takes raw or scaled inputs, raw scores or probabilities, and answers of any node', async () => {
  const plain = await exported();
  const other = await exported({
    options: { standardise: false, activate: true, opset: '20' },
    outputs: ['relu1'],
  });
  expect(other.report.outputs.map(({ name }) => name)).toEqual(['probabilities', 'relu1']);
  expect(other.report.verification?.isSame).toBe(true);
  const kinds = ({ report }: typeof plain): string[] => report.operators.map(({ name }) => name);
  expect(kinds(plain)).toEqual(expect.arrayContaining(['Sub', 'Mul']));
  expect(kinds(other)).not.toContain('Sub');
  const features = tensor([3, 2], [0, 1, -1, 0.5, 2, -2]);
  const answers = await onnxAnswers(bytesOf(other), { features });
  const [a = 0, b = 0] = answers.get('probabilities')?.data ?? [];
  expect(a + b).toBeCloseTo(1, 5);
});

it('tells two classes apart by one number, as a score and as a probability', async () => {
  const document = pointsDocument('moons', 2);
  const single: NetworkDocument = {
    ...document,
    nodes: document.nodes.map((node) => {
      if (node.id === 'fc2') return { ...node, attrs: { ...node.attrs, outFeatures: 1 } };
      return node.id === 'loss' ? { ...node, type: 'BCEWithLogitsLoss', attrs: {} } : node;
    }),
  };
  const scores = await exported({ document: single });
  const chances = await exported({ document: single, options: { activate: true } });
  const [raw] = scores.report.verification?.classes ?? [];
  const [activated] = chances.report.verification?.classes ?? [];
  expect(raw).toMatchObject({ output: 'logits', same: 45 });
  expect(activated).toEqual({ ...raw, output: 'probabilities' });
  // Initial weights answer some of either class.
  const rows = chances.report.verification?.outputs[0]?.range ?? [0, 0];
  expect(rows[0]).toBeLessThan(0.5);
  expect(rows[1]).toBeGreaterThan(0.5);
});

it('writes a fixed batch where one is asked for', async () => {
  const { report } = await exported({ options: { batch: 5 } });
  expect(report.inputs[0]?.shape).toEqual([5, 2]);
  expect(report.verification).toMatchObject({ samples: 45, batches: [5], isSame: true });
});

it('writes half of the numbers as float16, and a quarter of the weights with int8, nearly as good', async () => {
  const whole = await exported();
  const half = await exported({ options: { precision: 'float16' } });
  const eight = await exported({ options: { precision: 'int8' } });
  // All but the four numbers that scale the inputs.
  expect(half.report.weightBytes).toBe((whole.report.weightBytes + 4 * 4) / 2);
  expect(half.report.verification).toMatchObject({ precision: 'float16', isSame: true });
  const { report } = eight;
  expect(report.notes[0]).toMatch(/^Ranges of eight bits were measured on \d+ training samples\.$/);
  expect(report.verification).toMatchObject({ precision: 'int8', isSame: true });
  const [loss] = report.verification?.losses ?? [];
  expect(loss).toMatchObject({
    output: 'logits',
    measure: 'accuracy',
    limit: expect.closeTo(1 / 45) as number,
  });
  const counted = Object.fromEntries(report.operators.map(({ name, count }) => [name, count]));
  // What goes into both products, and their weights and biases.
  expect(counted).toMatchObject({ Gemm: 2, QuantizeLinear: 2, DequantizeLinear: 6 });
  // No number is as it was, yet none is far away.
  expect(report.verification?.outputs[0]?.relative).toBeGreaterThan(1e-4);
});

it('names the layer that costs too much with eight bits', async () => {
  const { report } = await exported(
    { options: { precision: 'int8' } },
    mistaken('fc2.bias_of_fc2.weight_int32', (bytes) => new Int32Array(bytes).fill(1_000_000_000)),
  );
  expect(report.verification).toMatchObject({ isSame: false, firstDifferent: 'fc2' });
});

it('asks for samples where int8 has none', async () => {
  const document = pointsDocument('moons', 2);
  const gone = withSource(document, 'csv:gone.csv');
  const weights = await weightsFile();
  const problem = await problemOf(() => exportWith(gone, weights, { precision: 'int8' }));
  expect(problem.code).toBe('export.no-samples');
});

it('says why samples are random where the data cannot be read', async () => {
  const trained = await weightsFile();
  const document = pointsDocument('moons', 2);
  const { report } = await exportWith(withSource(document, 'csv:gone.csv'), trained);
  expect(report.verification).toMatchObject({ from: 'random', isSame: true });
  expect(report.verification?.note).not.toBe('');
});

it('keeps weights by the names of a state_dict', async () => {
  const { tensors, metadata } = readSafetensors(await weightsFile(), 'x');
  expect([...tensors.keys()]).toEqual(['fc1.weight', 'fc1.bias', 'fc2.weight', 'fc2.bias']);
  expect(metadata).toMatchObject({ name: 'moons' });
});

it('refuses with a code and a place', async () => {
  expect(await problemOf(() => exported({ format: 'tensorflow' }))).toMatchObject({
    code: 'export.unknown-format',
  });
  expect(await problemOf(() => exported({ outputs: ['nobody'] }))).toMatchObject({
    ...{ code: 'export.unknown-output', path: 'nobody' },
  });
  expect((await problemOf(() => exported({ options: { opset: '3' } }))).path).toContain('opset');
  const document = pointsDocument('moons', 2);
  const wider = {
    ...document,
    nodes: document.nodes.map((node) =>
      node.id === 'fc1' ? { ...node, attrs: { outFeatures: 17 } } : node,
    ),
  };
  const weights = await weightsFile();
  expect(await problemOf(() => exportWith(wider, weights))).toMatchObject({
    code: 'weights.shape',
    message: 'fc1.weight is 16x2 in the file, the network needs 17x2.',
  });
});

const weightsFile = async (): Promise<Uint8Array> =>
  bytesOf(await exported({ format: 'safetensors' }));

const withSource = (document: NetworkDocument, source: string): NetworkDocument => ({
  ...document,
  nodes: document.nodes.map((node) =>
    node.id === 'data' ? { ...node, attrs: { ...node.attrs, source } } : node,
  ),
});

async function exportWith(
  document: NetworkDocument,
  weights: Uint8Array,
  options: Request['options'] = {},
) {
  const platform = nodePlatform();
  return exportModel(
    {
      ...{ document, weights: 'weights.safetensors', format: 'onnx', options },
      ...{ outputs: [], metadata: {}, producer: PRODUCER },
    },
    {
      platform: {
        ...platform,
        files: { ...platform.files, read: () => Promise.resolve(weights) },
      },
      createBackend: () => Promise.resolve(createReferenceBackend()),
      createRunner: () => Promise.resolve(createOnnxRunner()),
      readPlayerBundle: noBundle,
      pictures: noPictures,
    },
  );
}
