/**
 * Rules of PyTorch projects, without Python: what each file says follows from the network; the names of weights are
 * those of its modules; every layer, loss, optimiser and schedule there is can be written.
 */
import { describe, expect, it } from 'vitest';
import { readSafetensors } from '#engine/export/safetensors.ts';
import { readNpy } from '#engine/export/npy.ts';
import type { FolderEntry } from '#engine/export/define.ts';
import { wrapped } from '#engine/export/python/text.ts';
import type { NetworkDocument, RawAttrs } from '#engine/ir/index.ts';
import { layers } from '#engine/layers/index.ts';
import { optimizers } from '#engine/optimizers/index.ts';
import { schedules } from '#engine/schedules/index.ts';
import { chain, data, features, LABEL, network, type NodeText } from '#test/support/network.ts';
import { projectOf } from '#test/support/pytorchProject.ts';

const MOONS = { source: 'moons', options: { count: 64 } };
const points: NetworkDocument = withData(
  network(
    [
      data([features(2), { ...LABEL, classes: 2 }]),
      ['fc1', 'Linear', { outFeatures: 4 }],
      ['act', 'Tanh'],
      ['fc2', 'Linear', { outFeatures: 2 }],
      ['loss', 'CrossEntropyLoss'],
    ],
    [
      'data.features > fc1.x',
      'fc1.y > act.x',
      'act.y > fc2.x',
      'fc2.y > loss.prediction',
      'data.label > loss.target',
    ],
    { epochs: 2, batchSize: 16 },
  ),
);

/** From moons, whatever stands there. */
function withData(document: NetworkDocument): NetworkDocument {
  const nodes = document.nodes.map((node) =>
    node.type === 'Data' ? { ...node, attrs: { ...node.attrs, ...MOONS } } : node,
  );
  return { ...document, nodes };
}

function withTraining(training: Readonly<Record<string, unknown>>): NetworkDocument {
  const { training: plain } = network([], [], training);
  return { ...points, training: { ...plain, epochs: 2, batchSize: 16 } };
}

const fileOf = (files: readonly FolderEntry[], path: string): FolderEntry => {
  const found = files.find((file) => file.path === path);
  if (!found) throw new Error(`no ${path} in ${files.map((file) => file.path).join(', ')}`);
  return found;
};
function bytesIn(files: readonly FolderEntry[], path: string): Uint8Array {
  const file = fileOf(files, path);
  if (!('bytes' in file)) throw new Error(`${path} is an archive`);
  return file.bytes;
}
const textIn = (files: readonly FolderEntry[], path: string): string =>
  new TextDecoder().decode(bytesIn(files, path));
function arrayIn(files: readonly FolderEntry[], path: string, name: string) {
  const file = fileOf(files, path);
  const entry = 'entries' in file ? file.entries.find((each) => each.path === `${name}.npy`) : null;
  if (!entry) throw new Error(`no ${name} in ${path}`);
  return readNpy(entry.bytes, name);
}

describe('a project', () => {
  it('has all that training takes', async () => {
    const files = await projectOf(points);
    expect(files.map(({ path }) => path)).toEqual([
      'README.md',
      'model.py',
      'data.py',
      'train.py',
      'parallel.py',
      'data/samples.npz',
      'data/rows.npz',
      'weights/initial.safetensors',
      'requirements.txt',
    ]);
    expect(arrayIn(files, 'data/samples.npz', 'features').shape).toEqual([64, 2]);
    const train = arrayIn(files, 'data/rows.npz', 'train');
    const order = arrayIn(files, 'data/rows.npz', 'order');
    expect(order.shape).toEqual([2, train.data.length]);
    for (const epoch of [0, 1]) {
      const rows = order.data.slice(epoch * train.data.length, (epoch + 1) * train.data.length);
      expect(rows).not.toEqual(train.data);
      expect(rows.toSorted()).toEqual(train.data);
    }
  });
  it('leaves the data out where the network alone is wanted', async () => {
    const files = await projectOf(points, { training: false });
    expect(files.map(({ path }) => path)).toEqual([
      'README.md',
      'model.py',
      'data.py',
      'weights/initial.safetensors',
      'requirements.txt',
    ]);
    expect(textIn(files, 'data.py')).toMatch(/^def normalise_features\(/m);
  });
  it('calls modules and weights as the network calls its nodes', async () => {
    const files = await projectOf(points);
    const model = textIn(files, 'model.py');
    expect(model).toContain('self.fc1 = nn.Linear(2, 4)');
    expect(model).toContain('x = self.act(x)');
    const path = 'weights/initial.safetensors';
    const { tensors } = readSafetensors(bytesIn(files, path), path);
    expect([...tensors.keys()]).toEqual(['fc1.weight', 'fc1.bias', 'fc2.weight', 'fc2.bias']);
  });
  it('says so where Python does not take a name', async () => {
    const nodes = points.nodes.map((node) => (node.id === 'act' ? { ...node, id: 'train' } : node));
    const wires = points.wires.map(({ from, to }) => ({
      from: from.node === 'act' ? { ...from, node: 'train' } : from,
      to: to.node === 'act' ? { ...to, node: 'train' } : to,
    }));
    const files = await projectOf({ ...points, nodes, wires });
    expect(textIn(files, 'model.py')).toContain('self.train_2 = nn.Tanh()');
    expect(textIn(files, 'README.md')).toContain('`train` is called `train_2`');
  });
  it('passes by what is bypassed', async () => {
    const nodes = points.nodes.map((node) =>
      node.id === 'act' ? { ...node, bypassed: true } : node,
    );
    const model = textIn(await projectOf({ ...points, nodes }), 'model.py');
    expect(model).not.toContain('Tanh');
  });
  it('has a name for each part that is used, and none for others', async () => {
    const nodes: readonly NodeText[] = [
      data([features(2), { ...LABEL, classes: 2 }]),
      ['wide', 'Linear', { outFeatures: 6 }],
      ['parts', 'Split', { sizes: [2, 2, -1] }],
      ['less', 'Subtract'],
      ['loss', 'CrossEntropyLoss'],
    ];
    const wires = [
      'data.features > wide.x',
      'wide.y > parts.x',
      'parts.a > less.a',
      'parts.c > less.b',
      'less.y > loss.prediction',
      'data.label > loss.target',
    ];
    const model = textIn(await projectOf(withData(network(nodes, wires))), 'model.py');
    expect(model).toContain('parts_a, _, parts_c = x.split((2, 2, 2), dim=1)');
    expect(model).toContain('return parts_a - parts_c');
  });
  it('has of settings what the network has', async () => {
    const plain = textIn(await projectOf(points), 'train.py');
    expect(plain).not.toMatch(/clip|scheduler|average\.|PATIENCE|warm/);
    const full = withTraining({
      objectives: [{ schedule: { type: 'StepLR', warmupEpochs: 1 } }],
      gradientClip: { kind: 'norm', max: 0.5 },
      earlyStopping: { patience: 3, minDelta: 0.01 },
      ema: { decay: 0.9 },
      accumulateSteps: 2,
    });
    const files = await projectOf(full);
    const train = textIn(files, 'train.py');
    for (const part of [
      'CLIP = 0.5',
      'PATIENCE = 3',
      'MIN_DELTA = 0.01',
      'ACCUMULATE = 2',
      'Average(model, decay=0.9)',
      'StepLR(',
      'warmup = int(1 * self.updates_per_epoch + 0.5)',
    ]) {
      expect(train).toContain(part);
    }
    for (const path of ['average.py', 'warmup.py']) fileOf(files, path);
  });
});

describe('what a project needs', () => {
  const normed = (attrs: RawAttrs) => {
    const nodes = points.nodes.map((node) =>
      node.id === 'act' ? { ...node, type: 'LayerNorm', attrs } : node,
    );
    return projectOf({ ...points, nodes });
  };
  it.each([
    [{}, '1.13'],
    [{ bias: false }, '2.1'],
  ])('is the PyTorch that has its layers: LayerNorm %j', async (attrs, version) => {
    const files = await normed(attrs);
    expect(textIn(files, 'requirements.txt')).toContain(`torch>=${version}\n`);
    expect(textIn(files, 'README.md')).toContain(`PyTorch ${version} and later`);
  });
});

describe('everything there is can be written', () => {
  it.each([...optimizers.values()])('$type', async ({ type, torchModule, torchSince }) => {
    const files = await projectOf(
      withTraining({ objectives: [{ optimizer: { type, attrs: {} } }] }),
    );
    const train = textIn(files, 'train.py');
    expect(textIn(files, 'requirements.txt')).toContain(`torch>=${torchSince ?? '1.13'}\n`);
    if (!torchModule) {
      expect(train).toContain(`torch.optim.${type}(`);
      return;
    }
    const { name, className, source } = torchModule;
    expect(train).toContain(`from ${name} import ${className}\n`);
    expect(train).toContain(` = ${className}(`);
    expect(textIn(files, `${name}.py`)).toBe(source);
    expect(textIn(files, 'README.md')).toContain(`${name}.py`);
  });
  it.each([...schedules.values()].filter(({ type }) => type !== 'ConstantLR'))(
    '$type',
    async ({ type }) => {
      const files = await projectOf(withTraining({ objectives: [{ schedule: { type } }] }));
      const train = textIn(files, 'train.py');
      const made = new RegExp(`torch\\.optim\\.lr_scheduler\\.(${type}|LambdaLR)\\(`);
      expect(train).toMatch(made);
      expect(train.match(/self\.scheduler\.step\(|trainer\.scheduler\.step\(/g)).toHaveLength(1);
    },
  );
  it('every loss as a function, every other layer as a module or a line', () => {
    for (const { type, role, torch, torchCode } of layers.values()) {
      if (role === 'data') continue;
      expect(torch, type).toBeDefined();
      if (role === 'loss') expect(torchCode?.call, type).toBeDefined();
    }
  });
});

describe('the text', () => {
  it('breaks a function at what it takes, not at what it answers', () => {
    const answers = 'tuple[Tensor, Tensor, Tensor, Tensor]';
    expect(wrapped([`def forward(self, image: Tensor, sequence: Tensor) -> ${answers}:`])).toBe(
      `def forward(\n    self, image: Tensor, sequence: Tensor\n) -> ${answers}:\n`,
    );
  });
  it('gives each part of a tuple, list or dictionary a line, and what is called all in one', () => {
    const parts = Array.from({ length: 4 }, (_, i) => `"a_longer_word_${i}"`);
    const [all, each] = [parts.join(', '), parts.map((part) => `    ${part},\n`).join('')];
    expect(wrapped([`words_of_several = [${all}]`])).toBe(`words_of_several = [\n${each}]\n`);
    expect(wrapped([`words_of_several = called(${all})`])).toBe(
      `words_of_several = called(\n    ${all}\n)\n`,
    );
  });
  it('keeps to 88 columns', async () => {
    const ids = Array.from({ length: 8 }, (_, i) => `a_layer_with_a_long_name_${i}`);
    const long = chain(
      [
        ...ids.map((id): NodeText => [id, 'Linear', { outFeatures: 2 }]),
        ['loss', 'CrossEntropyLoss'],
      ],
      {
        input: 'features',
        fields: [features(2), { ...LABEL, classes: 2 }],
        training: { objectives: [{ groups: [{ nodes: ids.slice(2), learningRateFactor: 0.5 }] }] },
      },
    );
    const files = await projectOf(withData(long));
    for (const file of files) {
      if (!file.path.endsWith('.py')) continue;
      const lines = textIn(files, file.path).split('\n');
      expect(Math.max(...lines.map((line) => line.length)), file.path).toBeLessThanOrEqual(88);
    }
  });
});
