/**
 * Random networks here and in PyTorch, taking turns: MLPs, and convolutions of every kind. Prints the best time
 * of each step, the ratio of the two (and of the rounds), and of all the geometric mean and the lowest.
 * Asserts nothing. Other work on the machine makes rounds differ, with two threads by a factor of ten; the best
 * of several on one thread says most then.
 *
 *   npm run build && node test/bench/randomNetworks.mjs [THREADS] [COUNT] [ROUNDS] [SECONDS] [SEED]
 *
 * NETLOOM_PYTHON names the Python that has PyTorch (default python3). Of its eager variants the fastest counts.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { projectNode } from '../../scripts/lib/project.mjs';

const [threads = '2', count = '20', rounds = '3', seconds = '0.5', seed = '1'] =
  process.argv.slice(2);
const ROOT = resolve(import.meta.dirname, '..', '..');
const python = process.env.NETLOOM_PYTHON ?? 'python3';
/** Multiply-adds of a forward pass: enough to tell speeds apart, few enough to take turns. */
const LEAST = 2e6;
const MOST = 1.5e9;

/** Mulberry32. */
function dice(from) {
  let state = from;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    one: (list) => list[Math.floor(next() * list.length)],
    chance: (share) => next() < share,
  };
}

function mlp({ one, chance }) {
  const norm = chance(0.5);
  const width = one([16, 32, 64, 128, 256, 512]);
  const hidden = Array.from({ length: one([1, 2, 3, 5, 8]) }, () => [
    ['Linear', { outFeatures: width }],
    ...(norm ? [['BatchNorm1d', {}]] : []),
    ['ReLU', {}],
  ]);
  return {
    shape: [one([20, 64, 200, 784])],
    layers: [...hidden.flat(), ['Linear', { outFeatures: 10 }]],
  };
}

/** Of one kind throughout, so that what is slow shows. */
function convolutional({ one, chance }) {
  const kind = one([
    'plain',
    'plain',
    'wide',
    'five',
    'grouped',
    'depthwise',
    'pointwise',
    'strided',
  ]);
  const norm = chance(0.6);
  const average = chance(0.5);
  let channels = one([1, 3, 3]);
  let size = one([8, 16, 28, 32, 32, 64]);
  const shape = [channels, size, size];
  const layers = [];
  const conv = (outChannels, kernel, stride = 1, groups = 1) => {
    const pair = (each) => [each, each];
    const attrs = { outChannels, kernelSize: pair(kernel), stride: pair(stride), groups };
    layers.push(['Conv2d', { ...attrs, padding: pair(kernel >> 1), bias: !norm }]);
    if (norm) layers.push(['BatchNorm2d', {}]);
    layers.push(['ReLU', {}]);
    channels = outChannels;
    size = Math.ceil(size / stride);
  };
  const first = kind === 'wide' ? one([64, 128]) : one([8, 16, 32, 48]);
  conv(first, 3);
  for (let depth = one([1, 2, 3, 4]); depth > 0; depth--) {
    const width = Math.min(256, channels * one([1, 1, 2]));
    if (kind === 'plain' || kind === 'wide') conv(width, 3);
    if (kind === 'five') conv(width, 5);
    if (kind === 'grouped') conv(width, 3, 1, one([2, 4]));
    if (kind === 'pointwise') conv(width, 1);
    if (kind === 'strided' && size > 4) conv(width, one([2, 3, 3]), 2);
    if (kind === 'depthwise') {
      conv(channels, one([3, 3, 5]), 1, channels);
      conv(width, 1);
    }
    if (kind !== 'strided' && size >= 8 && chance(0.5)) {
      layers.push([average ? 'AvgPool2d' : 'MaxPool2d', { kernelSize: [2, 2] }]);
      size >>= 1;
    }
  }
  if (chance(0.5)) layers.push(['AdaptiveAvgPool2d', {}]);
  layers.push(['Flatten', {}], ['Linear', { outFeatures: 10 }]);
  return { kind, shape, layers };
}

function draw(index) {
  const roll = dice(Number(seed) * 1000 + index);
  for (;;) {
    const { kind = 'MLP', shape, layers } = index % 5 === 0 ? mlp(roll) : convolutional(roll);
    const batch = roll.one([8, 16, 32, 64, 128, 256]);
    const work = batch * multiplyAdds(shape, layers);
    if (work >= LEAST && work <= MOST) return { name: `${index} ${kind}`, batch, shape, layers };
  }
}

function multiplyAdds([channels, size = 1], layers) {
  let [now, side, sum] = [channels, size, 0];
  for (const [type, { outChannels, outFeatures, kernelSize, stride, groups }] of layers) {
    if (type === 'Conv2d') {
      // A window of even size and half as much border makes one more of an even image.
      side = Math.floor((side + 2 * (kernelSize[0] >> 1) - kernelSize[0]) / stride[0]) + 1;
      sum += (side ** 2 * outChannels * now * kernelSize[0] ** 2) / groups;
      now = outChannels;
    } else if (type.endsWith('Pool2d')) side = type.startsWith('Adaptive') ? 1 : side >> 1;
    else if (type === 'Flatten') [now, side] = [now * side ** 2, 1];
    else if (type === 'Linear') {
      sum += now * outFeatures;
      now = outFeatures;
    }
  }
  return sum;
}

function documentOf({ name, batch, shape, layers }) {
  const fields = [
    { name: 'x', role: 'input', dtype: 'f32', shape },
    { name: 'label', role: 'label', dtype: 'i32', shape: [], classes: 10 },
  ];
  const nodes = [
    ['data', 'Data', { source: 'digits', fields, normalise: 'none' }],
    ...layers.map(([type, attrs], i) => [`layer${i}`, type, attrs]),
    ['loss', 'CrossEntropyLoss', {}],
  ].map(([id, type, attrs], i) => ({ id, type, attrs, position: { x: i * 200, y: 0 } }));
  const wires = layers.map((_, i) => ({
    from: i === 0 ? { node: 'data', port: 'x' } : { node: `layer${i - 1}`, port: 'y' },
    to: { node: `layer${i}`, port: 'x' },
  }));
  const last = { node: `layer${layers.length - 1}`, port: 'y' };
  wires.push({ from: last, to: { node: 'loss', port: 'prediction' } });
  wires.push({ from: { node: 'data', port: 'label' }, to: { node: 'loss', port: 'target' } });
  return { format: 'netloom', version: 2, name, nodes, wires, training: { batchSize: batch } };
}

function run(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr}`);
  return JSON.parse(stdout);
}

const networks = Array.from({ length: Number(count) }, (_, i) => draw(i));
const folder = mkdtempSync(join(tmpdir(), 'random-networks-'));
const took = { netloom: networks.map(() => []), torch: networks.map(() => []) };
try {
  const files = networks.map((network, i) => {
    const file = join(folder, `${i}.netloom.json`);
    writeFileSync(file, JSON.stringify(documentOf(network)));
    return file;
  });
  const list = join(folder, 'networks.json');
  writeFileSync(list, JSON.stringify(networks));
  const cli = join(ROOT, 'out', 'main', 'cli.js');
  const options = ['--threads', threads, '--seconds', seconds, '--json'];
  for (let round = 0; round < Number(rounds); round++) {
    const { steps } = run(projectNode(), [cli, 'bench', ...files, ...options]);
    steps.forEach(({ stepMs }, i) => took.netloom[i].push(stepMs));
    const script = join(import.meta.dirname, 'torch_networks.py');
    const { torch, results } = run(python, [script, threads, list, seconds]);
    results.forEach((variants, i) => took.torch[i].push(Math.min(...Object.values(variants))));
    if (round === 0) console.log(`PyTorch ${torch}, ${threads} threads`);
  }
} finally {
  rmSync(folder, { recursive: true });
}

const ratios = networks.map(({ name, batch, shape, layers }, i) => {
  const each = took.netloom[i].map((ms, round) => took.torch[i][round] / ms);
  const best = [took.netloom[i], took.torch[i]].map((times) => Math.min(...times));
  const ratio = best[1] / best[0];
  const text = layers
    .filter(([type]) => /Conv|Linear|Pool|BatchNorm/.test(type))
    .map(([type, { outChannels, outFeatures, kernelSize, stride, groups }]) => {
      if (type === 'Conv2d') {
        return `c${outChannels}k${kernelSize[0]}${stride[0] > 1 ? 's2' : ''}${groups > 1 ? `g${groups}` : ''}`;
      }
      return type === 'Linear' ? `l${outFeatures}` : type.replace(/[a-z0-9]/g, '').toLowerCase();
    });
  const ms = best.map((time) => time.toFixed(2).padStart(8));
  const range = `(${Math.min(...each).toFixed(2)} .. ${Math.max(...each).toFixed(2)})`;
  const what = `${batch}x${shape.join('x')} ${text.join(' ')}`;
  console.log(name.padEnd(14), ...ms, ratio.toFixed(2).padStart(6), range.padEnd(16), what);
  return ratio;
});
const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
console.log(`geometric mean ${mean.toFixed(2)}, lowest ${Math.min(...ratios).toFixed(2)}`);
