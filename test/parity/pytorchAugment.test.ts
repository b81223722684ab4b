/**
 * Rule: an exported PyTorch project augments, mixes and weighs as training here does. Steps whose numbers leave nothing
 * to chance give the same losses; the others the same distribution of every pixel, of pictures drawn there and here.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { augment, augmentSteps, type Picture, pipelineOf } from '#engine/augment/index.ts';
import type { NetworkDocument } from '#engine/ir/index.ts';
import type { Step } from '#engine/ir/attrs.ts';
import { RandomStream } from '#engine/ops/philox.ts';
import { treatmentOf } from '#engine/export/pytorch/augment.ts';
import { augmentedBy, batchNormCnn } from '../support/smallNetworks.ts';
import { writeContent } from '#main/exportProcess/writeContent.ts';
import { deviation } from '../support/lossCurve.ts';
import { pythonWith, sayWithoutPython, withoutPython } from '../support/python.ts';
import {
  ruffFindings,
  trainedHere,
  trainedThere,
  withoutDrawing,
  writeProjectTo,
} from '../support/pytorchProject.ts';

const folder = mkdtempSync(join(tmpdir(), 'netloom-augment-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Each leaves nothing to chance. */
const CERTAIN: readonly Step[] = [
  { step: 'flip', chance: 1 },
  { step: 'flip', chance: 1, direction: 'vertical' },
  { step: 'rotate', degrees: 0 },
  { step: 'scale', smallest: 1, largest: 1 },
  { step: 'shift', pixels: 0 },
  { step: 'crop', padding: 0, edge: 'reflect' },
  { step: 'resizedCrop', smallest: 1, largest: 1, ratio: 1 },
  { step: 'colourJitter', brightness: 0, contrast: 0, saturation: 0 },
  { step: 'grayscale', chance: 1 },
  { step: 'noise', sigma: 0 },
  { step: 'erase', chance: 1, smallest: 1e-9, largest: 1e-9 },
];
const UNMIXED: readonly Step[] = [
  { step: 'mixup', chance: 0 },
  { step: 'cutmix', chance: 0 },
];
const SETTINGS = { epochs: 2, batchSize: 32 };
const weighed: Partial<NetworkDocument['training']> = { classWeights: 'balanced' };
const plain = withoutDrawing(batchNormCnn(SETTINGS));
const heavy = withoutDrawing(batchNormCnn({ ...SETTINGS, ...weighed }));
/** Its loss is no function of PyTorch's, but written out. */
const focal: NetworkDocument = {
  ...heavy,
  nodes: heavy.nodes.map((node) =>
    node.type === 'CrossEntropyLoss' ? { ...node, type: 'FocalLoss', attrs: {} } : node,
  ),
};

const CASES: Readonly<Record<string, NetworkDocument>> = {
  'steps without chance': augmentedBy(plain, CERTAIN),
  'labels as shares': augmentedBy(plain, [...CERTAIN.slice(0, 1), ...UNMIXED]),
  'classes that count alike': heavy,
  'all of it': augmentedBy(heavy, [...CERTAIN, ...UNMIXED]),
};
const RANDOM: readonly Step[] = [...augmentSteps.keys()].map((step) => ({ step }));

test
  .skipIf(withoutPython !== '')
  .each([...Object.entries(CASES), ['every step', augmentedBy(heavy, RANDOM)] as const])(
  '%s: it is Python as ruff leaves it',
  async (name, document) => {
    const project = join(folder, `${name}-read`);
    await writeProjectTo(project, document);
    expect(ruffFindings(project)).toBe('');
  },
);

sayWithoutPython();

describe.skipIf(withoutPython !== '')('a project', () => {
  test.each([
    ...Object.entries(CASES),
    ['classes that count alike, by a loss that is written out', focal] as const,
  ])('of %s has the losses here', async (name, document) => {
    const project = join(folder, name);
    await writeProjectTo(project, document);
    const { losses: wanted } = await trainedHere(document);
    expect(deviation(trainedThere(project).losses, wanted)).toBeLessThan(1e-4);
    const { losses: together } = trainedThere(project, {
      processes: 2,
      args: ['--sync-batchnorm'],
    });
    expect(deviation(together, wanted)).toBeLessThan(1e-4);
  });

  test('of every step trains, by its seed alone', async () => {
    const project = join(folder, 'random');
    await writeProjectTo(project, augmentedBy(heavy, RANDOM));
    const { losses } = trainedThere(project);
    expect(losses.length).toBeGreaterThan(5);
    expect(losses.every((loss) => Number.isFinite(loss) && loss > 0)).toBe(true);
    expect(trainedThere(project).losses).toEqual(losses);
  });
});

/** Two pictures, so that what is mixed is seen; of RGB. */
const [HEIGHT, WIDTH, DRAWS] = [6, 8, 3000];
const random = new RandomStream(3, 'data');
const PICTURES = [0, 1].map((): Picture => ({
  ...{ channels: 3, height: HEIGHT, width: WIDTH },
  pixels: Float32Array.from({ length: 3 * HEIGHT * WIDTH }, () => random.uniform()),
}));
const VARIED: readonly Step[] = [
  ...RANDOM,
  { step: 'crop', padding: 9, edge: 'reflect' },
  { step: 'flip', direction: 'vertical', chance: 0.2 },
  { step: 'rotate', degrees: 120, fill: 0.5 },
  { step: 'scale', smallest: 0.5, largest: 2, fill: 1 },
  { step: 'shift', pixels: 5, fill: 0.7 },
  { step: 'resizedCrop', smallest: 0.05, largest: 0.3, ratio: 3 },
  { step: 'colourJitter', brightness: 0.6, contrast: 0.5, saturation: 0.9, hue: 0.4 },
  { step: 'erase', chance: 0.8, smallest: 0.1, largest: 0.9, fill: 0.4 },
  { step: 'mixup', alpha: 2, chance: 0.7 },
  { step: 'cutmix', alpha: 0.4, chance: 0.6 },
];

interface Moments {
  readonly mean: readonly number[];
  readonly square: readonly number[];
}

/** Of each pixel over many draws, and at the end of how much is of the first picture. */
function momentsHere(step: Step): Moments {
  const pipeline = pipelineOf([step]);
  const source = { read: (row: number) => PICTURES[row > 0 ? 1 : 0] ?? fail(), others: [1e9] };
  const size = 3 * HEIGHT * WIDTH + 1;
  const [mean, square] = [new Float64Array(size), new Float64Array(size)];
  for (let epoch = 0; epoch < DRAWS; epoch++) {
    const { picture, shares } = augment(source, pipeline, { seed: 5, epoch, row: 0 });
    const own = shares.reduce((sum, { row, share }) => sum + (row === 0 ? share : 0), 0);
    [...picture.pixels, own].forEach((value, i) => {
      mean[i] = (mean[i] ?? 0) + value / DRAWS;
      square[i] = (square[i] ?? 0) + value ** 2 / DRAWS;
    });
  }
  return { mean: [...mean], square: [...square] };
}
const fail = (): never => {
  throw new Error('no such picture');
};

const SCRIPT = `
import json, sys, torch, augment

torch.manual_seed(1)
given = json.loads(sys.stdin.read())
first, second = (
    torch.tensor(each).reshape(1, 3, ${HEIGHT}, ${WIDTH}).expand(${DRAWS}, -1, -1, -1)
    for each in given
)
kept = first.clone()
found = []
for step, settings in augment.STEPS:
    if step in augment.MIXING:
        x, share = step(first, second, **settings)
    else:
        x, share = step(first, **settings), torch.ones(${DRAWS})
    assert x.shape == first.shape and torch.equal(first, kept)
    all = torch.cat([x.flatten(1), share[:, None]], dim=1).double()
    found.append({"mean": all.mean(0).tolist(), "square": all.square().mean(0).tolist()})
print(json.dumps(found))
`;

const torchOnly = pythonWith(['torch', 'numpy']);
describe.skipIf(withoutPython !== '')('of each step', () => {
  test('every pixel has the same distribution', async () => {
    const table = { columns: [], count: 0 } as unknown as Parameters<
      typeof treatmentOf
    >[0]['table'];
    const shape = [3, HEIGHT, WIDTH];
    const field = { name: 'image', role: 'input', dtype: 'f32', shape } as const;
    const { augment: code } = treatmentOf(
      { pipeline: pipelineOf(VARIED), weights: { drawing: null, loss: null }, table },
      [{ field, normalisation: null, name: 'image' }],
      () => null,
    );
    const bytes = new TextEncoder().encode(code ?? '');
    const path = join(folder, 'steps');
    await writeContent(path, 'folder', { folder: [{ path: 'augment.py', bytes }] });
    const { stdout, stderr, status } = spawnSync(torchOnly ?? '', ['-W', 'error', '-c', SCRIPT], {
      cwd: path,
      encoding: 'utf8',
      input: JSON.stringify(PICTURES.map(({ pixels }) => [...pixels])),
      maxBuffer: 2 ** 26,
    });
    expect([status, stderr]).toEqual([0, '']);
    const there = JSON.parse(stdout) as readonly Moments[];
    expect(there).toHaveLength(VARIED.length);
    for (const [i, step] of VARIED.entries()) {
      const here = momentsHere(step);
      const odd = here.mean.map((mean, at) => {
        const other = there[i]?.mean[at] ?? NaN;
        const varies = (moments: Moments | undefined): number =>
          Math.max(0, (moments?.square[at] ?? NaN) - (moments?.mean[at] ?? NaN) ** 2);
        // Deviations of the difference of two means; what never varies is the same.
        const deviations = Math.sqrt((varies(here) + varies(there[i]) + 1e-9) / DRAWS);
        // Squares, too: by the widest that they can spread.
        const spread = Math.sqrt((2 * (here.square[at] ?? NaN) + 1e-9) / DRAWS);
        const squares = Math.abs((here.square[at] ?? NaN) - (there[i]?.square[at] ?? NaN));
        return Math.max(Math.abs(mean - other) / deviations, squares / spread);
      });
      expect(Math.max(...odd), JSON.stringify(step)).toBeLessThan(5.5);
    }
  });
});
