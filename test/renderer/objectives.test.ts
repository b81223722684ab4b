/**
 * Rules of objectives in the page: nodes of equal settings are one group, a node without settings is in none; each
 * objective has a letter of its own; every change is one step of undo; the drawn rate is the engine's.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { restoreDocumentText } from '#engine/ir/restoreDocument.ts';
import { defaultSettings } from '#engine/ir/settings.ts';
import { parameterGroupSettings } from '#engine/ir/trainingSettings.ts';
import { rateCurve } from '#renderer/inspector/ScheduleCurve.tsx';
import { documentStore } from '#renderer/state/document.ts';
import {
  addObjective,
  nodeTraining,
  objectiveMarks,
  regrouped,
  removeObjective,
  setNodeGroup,
  setObjective,
} from '#renderer/training/objectives.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'resources', 'examples');

function open(name: string): void {
  const restored = restoreDocumentText(readFileSync(join(FOLDER, `${name}.netloom.json`), 'utf8'));
  if (!restored.ok) throw new Error(name);
  documentStore.load(restored.document);
}
const training = () => documentStore.getState().document.training;
const analysis = () => documentStore.getState().analysis;

describe('groups', () => {
  const frozen = {
    ...defaultSettings(parameterGroupSettings),
    nodes: ['a', 'b'],
    frozen: true,
  };

  test('of equal settings are one', () => {
    expect(regrouped([frozen], ['c'], { frozen: true })).toEqual([
      { ...frozen, nodes: ['a', 'b', 'c'] },
    ]);
  });
  test('a node that is as the rest is in none', () => {
    expect(regrouped([frozen], ['a'], { frozen: false })).toEqual([{ ...frozen, nodes: ['b'] }]);
    expect(regrouped([frozen], ['a', 'b'], { frozen: false })).toEqual([]);
  });
  test('a change leaves the other settings', () => {
    expect(regrouped([frozen], ['b'], { learningRateFactor: 0.1 })).toEqual([
      { ...frozen, nodes: ['a'] },
      { ...frozen, nodes: ['b'], learningRateFactor: 0.1 },
    ]);
  });
});

describe('a network with one objective', () => {
  beforeEach(() => open('digits-mlp'));

  test('nodes of the same penalty are one group', () => {
    setNodeGroup(documentStore, ['fc1'], { l1: 0.01 }, 'Set L1 penalty');
    setNodeGroup(documentStore, ['fc2'], { l1: 0.01 }, 'Set L1 penalty');
    expect(training().objectives[0]?.groups).toMatchObject([
      { nodes: ['fc1', 'fc2'], l1: 0.01, l2: 0 },
    ]);
  });

  test('a node has a weight decay of its own until it is taken away', () => {
    setNodeGroup(documentStore, ['fc1'], { weightDecay: 0 }, 'Set weight decay');
    expect(nodeTraining(analysis(), 'fc1').group).toMatchObject({ weightDecay: 0 });
    expect(nodeTraining(analysis(), 'fc2').group).toBeNull();
    setNodeGroup(documentStore, ['fc1'], { weightDecay: null }, 'Set weight decay');
    expect(training().objectives[0]?.groups).toEqual([]);
  });

  test('a node is frozen and thawed in one step each', () => {
    setNodeGroup(documentStore, ['fc1'], { frozen: true }, 'Freeze');
    expect(nodeTraining(analysis(), 'fc1')).toMatchObject({ frozen: true, objectives: [] });
    expect(nodeTraining(analysis(), 'fc2')).toMatchObject({ frozen: false, objectives: [0] });
    documentStore.undo();
    expect(training().objectives[0]?.groups).toEqual([]);
  });
});

describe('a GAN', () => {
  beforeEach(() => open('digits-gan'));

  test('each objective has the letter of its name', () => {
    expect(objectiveMarks(analysis()).map(({ letter, name }) => [letter, name])).toEqual([
      ['D', 'Discriminator'],
      ['G', 'Generator'],
    ]);
    setObjective(documentStore, 0, { name: 'Guard' }, 'Name objective');
    expect(objectiveMarks(analysis()).map(({ letter }) => letter)).toEqual(['A', 'B']);
  });
  test('which trains which node; shared weights are their owner’s', () => {
    expect(nodeTraining(analysis(), 'd1').objectives).toEqual([0]);
    expect(nodeTraining(analysis(), 'e1').objectives).toEqual([0]);
    expect(nodeTraining(analysis(), 'g1').objectives).toEqual([1]);
    expect(nodeTraining(analysis(), 'loss_fool').objectives).toEqual([1]);
    expect(nodeTraining(analysis(), 'flat').objectives).toEqual([]);
  });
  test('another objective takes a loss from one that has several', () => {
    addObjective(documentStore);
    expect(training().objectives.map(({ losses }) => losses)).toEqual([
      ['loss_real'],
      ['loss_fool'],
      ['loss_fake'],
    ]);
    removeObjective(documentStore, 2);
    expect(training().objectives).toHaveLength(2);
    documentStore.undo();
    documentStore.undo();
    expect(training().objectives[0]?.losses).toEqual(['loss_real', 'loss_fake']);
  });
});

test('the drawn rate rises in the warm-up and falls with the schedule', () => {
  const schedule = { type: 'CosineAnnealingLR', attrs: {}, warmupEpochs: 2 };
  const curve = rateCurve(schedule, 0.1, 10);
  const at = (epoch: number): number => curve?.rates[Math.round(epoch * 24)] ?? NaN;
  expect(at(1)).toBeGreaterThan(at(0) * 10);
  expect(at(3)).toBeGreaterThan(at(9));
  expect(at(10)).toBeLessThan(0.001);
  expect(rateCurve({ type: 'Unheard', attrs: {}, warmupEpochs: 0 }, 0.1, 10)).toBeNull();
});
