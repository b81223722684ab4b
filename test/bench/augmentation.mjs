/**
 * What augmentation costs W4 (the CNN with batch norm, batches of 64 of 28x28): runs of the same steps with and without
 * it in turn. Prints medians and what it takes to make a batch; asserts nothing.
 *
 *   npm run build && node test/bench/augmentation.mjs [PAIRS] [STEPS] [DEVICE]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { projectNode } from '../../scripts/lib/project.mjs';

const [pairs = '5', steps = '150', device = 'cpu'] = process.argv.slice(2);
const ROOT = resolve(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'netloom-bench-'));
const env = { ...process.env, NETLOOM_HOME: join(folder, 'home') };

const LISTS = {
  'crop and flip': [{ step: 'crop', padding: 2 }, { step: 'flip' }],
  'crop, rotate, erase': [{ step: 'crop', padding: 2 }, { step: 'rotate' }, { step: 'erase' }],
  'resized crop, colour, noise': [
    { step: 'resizedCrop' },
    { step: 'colourJitter' },
    { step: 'noise' },
  ],
  'crop, cutmix': [{ step: 'crop', padding: 2 }, { step: 'cutmix' }],
};

const block = (channels, at) => [
  [`conv${at}`, 'Conv2d', { outChannels: channels, kernelSize: [3, 3], padding: [1, 1] }],
  [`norm${at}`, 'BatchNorm2d', {}],
  [`relu${at}`, 'ReLU', {}],
  [`pool${at}`, 'MaxPool2d', {}],
];
const LAYERS = [
  ...[...block(32, 1), ...block(64, 2), ['flat', 'Flatten', {}]],
  ...[
    ['fc1', 'Linear', { outFeatures: 128 }],
    ['relu3', 'ReLU', {}],
    ['dropout', 'Dropout', {}],
  ],
  ['fc2', 'Linear', { outFeatures: 10 }],
];

function project(name, augment) {
  const fields = [
    { name: 'image', role: 'input', dtype: 'f32', shape: [1, 28, 28] },
    { name: 'label', role: 'label', dtype: 'i32', shape: [], classes: 10 },
  ];
  const attrs = { source: 'digits', options: { count: 12_000 }, fields, augment };
  const nodes = [['data', 'Data', attrs], ...LAYERS, ['loss', 'CrossEntropyLoss', {}]];
  const chained = LAYERS.map(([id], i) => ({
    from: i === 0 ? { node: 'data', port: 'image' } : { node: LAYERS[i - 1][0], port: 'y' },
    to: { node: id, port: 'x' },
  }));
  const path = join(folder, `${name}.netloom.json`);
  const document = {
    ...{ format: 'netloom', version: 2, name },
    nodes: nodes.map(([id, type, own], i) => ({
      ...{ id, type, attrs: own, position: { x: i * 200, y: 0 } },
    })),
    wires: [
      ...chained,
      { from: { node: 'fc2', port: 'y' }, to: { node: 'loss', port: 'prediction' } },
      { from: { node: 'data', port: 'label' }, to: { node: 'loss', port: 'target' } },
    ],
    training: { epochs: 100, batchSize: 64, split: { validation: 0, test: 0 } },
  };
  writeFileSync(path, JSON.stringify(document));
  return path;
}

function stepMs(path) {
  const args = ['train', path, '--steps', steps, '--device', device, '--telemetry-hz', '0'];
  const command = [join(ROOT, 'out', 'main', 'cli.js'), ...args, '--json'];
  const { status, stdout, stderr } = spawnSync(projectNode(), command, {
    encoding: 'utf8',
    env,
  });
  if (status !== 0) throw new Error(stderr);
  const { seconds, steps: done } = JSON.parse(stdout);
  const [, made] = /Augmentation took ([\d.]+) ms/.exec(stderr) ?? [];
  return { ms: (seconds * 1000) / done, made: Number(made) };
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const plain = project('plain', []);
for (const [name, augment] of Object.entries(LISTS)) {
  const path = project(name.replaceAll(/\W+/g, '-'), augment);
  const found = Array.from({ length: Number(pairs) }, () => [stepMs(plain), stepMs(path)]);
  const ratio = median(found.map(([before, after]) => after.ms / before.ms));
  const [before, after] = [0, 1].map((i) => median(found.map((pair) => pair[i].ms)));
  const made = median(found.map(([, { made: ms }]) => ms));
  console.log(
    `${name}: ${before.toFixed(2)} ms a step without, ${after.toFixed(2)} with, ${((ratio - 1) * 100).toFixed(1)} % slower (median of pairs); a batch takes ${made} ms`,
  );
}
rmSync(folder, { recursive: true, force: true });
