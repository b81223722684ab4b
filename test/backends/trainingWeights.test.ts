/**
 * Rule: a sample that counts twice in the loss changes the weights as one that is there twice. Accuracy counts every
 * sample once, whatever it counts for in the loss.
 */
import { expect, test } from 'vitest';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import { fileStore, startRun, tensorsIn, wasm } from '../support/engineRun.ts';
import { chain, features, LABEL, target } from '../support/network.ts';
import { preparedData } from '../support/preparedData.ts';
import { fed } from '../support/smallNetworks.ts';
import { tableFiles } from '../support/tableFiles.ts';

const ROWS = [
  { x: 0.5, y: -1, kind: 'a', size: 0.5, weight: 3 },
  { x: -0.25, y: 2, kind: 'b', size: -1.5, weight: 1 },
  { x: 1.5, y: 0.75, kind: 'b', size: 2.25, weight: 2 },
  { x: -2, y: 0.125, kind: 'a', size: 0.125, weight: 0 },
];
const HEAD = 'x,y,kind,size,weight';
const line = (row: (typeof ROWS)[number]): string =>
  [row.x, row.y, row.kind, row.size, row.weight].join();
const weighed = [HEAD, ...ROWS.map(line)].join('\n');
const repeated = [
  HEAD,
  ...ROWS.flatMap((row) => new Array<string>(row.weight).fill(line({ ...row, weight: 1 }))),
].join('\n');

const LOSSES = {
  CrossEntropyLoss: { target: 'kind', ignore: 'size' },
  BCEWithLogitsLoss: { target: 'kind', ignore: 'size' },
  MSELoss: { target: 'size', ignore: 'kind' },
} as const;
type Loss = keyof typeof LOSSES;

function net(loss: Loss, options: object, training: object): NetworkDocument {
  const isOfNumbers = loss === 'MSELoss';
  const document = chain(
    [
      ['fc1', 'Linear', { outFeatures: 5 }],
      ['tanh1', 'Tanh'],
      ['fc2', 'Linear', { outFeatures: loss === 'CrossEntropyLoss' ? 2 : 1 }],
      ['loss', loss],
    ],
    {
      ...{ input: 'features', target: isOfNumbers ? 'target' : 'label' },
      fields: [
        features(2),
        isOfNumbers
          ? { ...target(1), range: [-1.5, 2.25] }
          : { ...LABEL, classes: 2, classNames: ['a', 'b'] },
      ],
      training: {
        ...{ batchSize: 64, epochs: 5, split: { validation: 0, test: 0 } },
        ...{
          objectives: [
            { losses: 'all', trains: 'all', optimizer: { type: 'SGD', attrs: { lr: 0.1 } } },
          ],
        },
        ...training,
      },
    },
  );
  const { nodes, ...rest } = fed(document, 'csv:t.csv', options as never);
  return {
    ...rest,
    nodes: nodes.map((node) =>
      node.type === 'Data' ? { ...node, attrs: { ...node.attrs, normalise: 'none' } } : node,
    ),
  };
}

async function trained(
  text: string,
  loss: Loss,
  more: object,
  training: object,
  backend: Parameters<typeof startRun>[1],
) {
  const options = { ...LOSSES[loss], ...more };
  const { content, host } = fileStore();
  const { bytes, data } = await preparedData(
    't',
    'csv:t.csv',
    options,
    tableFiles({ 't.csv': text }),
  );
  content.set('t', bytes);
  const run = await startRun(
    net(loss, options, training),
    backend,
    { saveWeights: 'w', data },
    host,
  );
  expect((await run.ended()).state).toBe('finished');
  const { tensors } = tensorsIn(content, 'w');
  const weights = [...tensors].map(
    ([name, { data: numbers }]) => [name, Array.from(numbers as Float32Array)] as const,
  );
  return { weights, figures: run.points('train').at(-1)?.values ?? {} };
}

const BACKENDS = [
  ['reference', async () => createReferenceBackend()],
  ['wasm', wasm(2)],
] as const;

test.each(
  BACKENDS.flatMap(([name, backend]) =>
    (Object.keys(LOSSES) as Loss[]).map((loss) => [name, loss, backend] as const),
  ),
)('%s, %s', async (_, loss, backend) => {
  const ignored = `${LOSSES[loss].ignore}, weight`;
  const [{ weights: twice }, { weights: counted }, { weights: plain }] = [
    await trained(repeated, loss, { ignore: ignored }, {}, backend),
    await trained(weighed, loss, { weight: 'weight' }, {}, backend),
    await trained(weighed, loss, { ignore: ignored }, {}, backend),
  ];
  expect(counted.map(([name]) => name)).toEqual(twice.map(([name]) => name));
  let off = 0;
  counted.forEach(([name, numbers], i) => {
    numbers.forEach((number, k) => {
      expect(Math.abs(number - (twice[i]?.[1][k] ?? NaN)), name).toBeLessThan(2e-6);
      off = Math.max(off, Math.abs(number - (plain[i]?.[1][k] ?? 0)));
    });
  });
  expect(off).toBeGreaterThan(1e-2);
});

// As PyTorch's and Keras's accuracy do unless they are told otherwise.
test.each(BACKENDS)('%s: the loss is weighed, accuracy is not', async (_, backend) => {
  const still = {
    epochs: 1,
    objectives: [{ losses: 'all', trains: 'all', optimizer: { type: 'SGD', attrs: { lr: 1e-9 } } }],
  };
  const of = async (text: string, more: object) =>
    (await trained(text, 'CrossEntropyLoss', more, still, backend)).figures;
  const ignore = `${LOSSES.CrossEntropyLoss.ignore}, weight`;
  const twice = await of(repeated, { ignore });
  const counted = await of(weighed, { weight: 'weight' });
  const plain = await of(weighed, { ignore });
  expect(counted['loss']).toBeCloseTo(twice['loss'] ?? NaN, 5);
  expect(counted['loss']).not.toBeCloseTo(plain['loss'] ?? NaN, 2);
  expect(counted['accuracy']).toBe(plain['accuracy']);
  expect(twice['accuracy']).not.toBeCloseTo(plain['accuracy'] ?? NaN, 2);
});
