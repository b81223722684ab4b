/** Rule: what a run was set to is said by path, with defaults, and without what trains nothing. */
import { expect, test } from 'vitest';
import { settingPath, settingsOf, shortName, withPoint } from '#engine/runs/index.ts';
import { restoreDocument } from '#engine/ir/restoreDocument.ts';
import type { MetricPoint } from '#engine/protocol/index.ts';
import { pointsDocument } from '#test/support/documents.ts';

const DOCUMENT = pointsDocument('moons', 2, { epochs: 3 });

test('attributes and training settings by path, each with its default', () => {
  const settings = settingsOf(DOCUMENT);
  expect(settings).toMatchObject({
    fc1: 'Linear',
    'fc1.bias': true,
    'training.epochs': 3,
    'training.split.validation': DOCUMENT.training.split.validation,
    'training.optimizer.beta1': 0.9,
    'training.schedule': 'ConstantLR',
  });
  expect(settingsOf({ ...DOCUMENT, name: 'other', notes: 'x' })).toEqual(settings);
  const moved = DOCUMENT.nodes.map((node) => ({ ...node, position: { x: 9, y: 9 } }));
  expect(settingsOf({ ...DOCUMENT, nodes: moved })).toEqual(settings);
});

test('what the file leaves out is as what it writes', () => {
  const written = JSON.parse(JSON.stringify(DOCUMENT)) as { nodes: { attrs: object }[] };
  const nodes = written.nodes.map((node) => ({ ...node, attrs: { bias: true, ...node.attrs } }));
  const restored = restoreDocument({ ...written, nodes });
  expect(restored.ok && settingsOf(restored.document)['fc1.bias']).toBe(true);
});

test('each of several objectives has a place of its own', () => {
  const [objective] = DOCUMENT.training.objectives;
  if (!objective) throw new Error('no objective');
  const training = { ...DOCUMENT.training, objectives: [objective, objective] };
  const paths = Object.keys(settingsOf({ ...DOCUMENT, training }));
  expect(paths).toContain('training.objectives.0.optimizer.lr');
  expect(paths).toContain('training.objectives.1.optimizer');
  expect(paths).not.toContain('training.optimizer.lr');
});

test('short names stand for paths, both ways', () => {
  expect(settingPath('lr')).toBe('training.optimizer.lr');
  expect(settingPath('fc1.outFeatures')).toBe('fc1.outFeatures');
  expect(shortName('training.batchSize')).toBe('batch');
  expect(settingPath('constructor')).toBe('constructor');
});

test('the best of each metric is by its direction, the first of equals, and never a NaN', () => {
  const point = (step: number, values: MetricPoint['values']): MetricPoint => ({
    ...{ split: 'validation', step, epoch: 1, timeMs: 1, values },
  });
  const points = [
    point(1, { loss: NaN, accuracy: 0.5, learningRate: 0.1 }),
    point(2, { loss: 2, accuracy: 0.5, learningRate: 0.2 }),
    point(3, { loss: 3, accuracy: 0.4 }),
  ];
  const bests = points.reduce(withPoint, {});
  expect(bests).toEqual({
    validation: {
      accuracy: { value: 0.5, step: 1, epoch: 1 },
      loss: { value: 2, step: 2, epoch: 1 },
    },
  });
  expect(withPoint(bests, point(4, { loss: 5 }))).toBe(bests);
});
