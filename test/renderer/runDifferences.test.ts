/** Rule: what trains another network than the run's is told, with both values; what trains nothing is not. */
import { describe, expect, it } from 'vitest';
import type { NetworkDocument } from '#engine/ir/document.ts';
import { applyEdits } from '#engine/ir/applyEdits.ts';
import type { DocumentEdit } from '#engine/ir/edits.ts';
import { differenceText, runDifferences } from '#renderer/state/runDifferences.ts';
import { ranBelow } from '#renderer/state/useRunDifferences.ts';
import { pointsDocument } from '#test/support/documents.ts';

const ran = pointsDocument('moons', 2);
const after = (...edits: readonly DocumentEdit[]): readonly string[] =>
  runDifferences(ran, applyEdits(ran, edits)).map(differenceText);
const withTraining = (training: Partial<NetworkDocument['training']>): readonly string[] =>
  after({ kind: 'setTraining', training });
const [objective] = ran.training.objectives;
if (!objective) throw new Error('a document has an objective');

describe('since a run was started', () => {
  it.each<readonly [string, readonly DocumentEdit[], readonly string[]]>([
    [
      'an attribute',
      [{ kind: 'setAttrs', id: 'fc1', attrs: { outFeatures: 32 } }],
      ['fc1: Out features 16, now 32'],
    ],
    ['a default written out', [{ kind: 'setAttrs', id: 'fc1', attrs: { bias: true } }], []],
    [
      'bypass',
      [{ kind: 'setBypassed', id: 'relu1', bypassed: true }],
      ['relu1: Bypassed no, now yes'],
    ],
    [
      'a wire',
      [
        {
          kind: 'addWire',
          wire: { from: { node: 'fc1', port: 'y' }, to: { node: 'fc2', port: 'x' } },
        },
      ],
      ['fc2: Wire to x relu1.y, now fc1.y'],
    ],
    [
      'a node taken out, and the wire that closes the gap',
      [{ kind: 'removeNode', id: 'relu1', heal: true }],
      ['relu1: removed ReLU', 'fc2: Wire to x relu1.y, now fc1.y'],
    ],
    [
      'names, places, notes',
      [
        { kind: 'renameNode', id: 'fc1', name: 'first' },
        { kind: 'moveNode', id: 'fc1', x: 9, y: 9 },
        { kind: 'setMeta', name: 'other', notes: 'many' },
      ],
      [],
    ],
  ])('%s', (_name, edits, expected) => {
    expect(after(...edits)).toEqual(expected);
  });

  it('settings and the optimiser, by their names', () => {
    expect(withTraining({ epochs: 7, shuffle: false })).toEqual([
      'Epochs 30, now 7',
      'Shuffle yes, now no',
    ]);
    const faster = { ...objective, optimizer: { type: 'Adam', attrs: { lr: 0.1 } } };
    const [rate] = withTraining({ objectives: [faster] });
    expect(rate).toMatch(/0\.01, now 0\.1$/);
    const other = { ...objective, optimizer: { type: 'SGD', attrs: { lr: 0.01 } } };
    expect(withTraining({ objectives: [other] })).toEqual(['Optimiser Adam, now SGD']);
    expect(withTraining({ objectives: [objective, objective] })).toEqual(['Objectives 1, now 2']);
    const warm = { ...objective, schedule: { ...objective.schedule, warmupEpochs: 3 } };
    expect(withTraining({ objectives: [warm] })).toEqual(['Warm-up 0, now 3']);
  });

  it('each by the path of its field', () => {
    const schedule = { type: 'StepLR', attrs: { gamma: 0.5 }, warmupEpochs: 0 };
    const edited = {
      ...ran,
      training: {
        ...ran.training,
        split: { ...ran.training.split, validation: 0.3 },
        objectives: [{ ...objective, schedule, optimizer: { type: 'Adam', attrs: { lr: 0.1 } } }],
      },
    };
    const keys = runDifferences(ran, edited).map(({ key }) => key);
    expect(keys).toEqual([
      'split.validation',
      'objectives.0.optimizer.lr',
      'objectives.0.schedule',
    ]);
    // As the fields of one objective ask.
    const below = ranBelow(new Map(keys.map((key) => [key, 'x'])), 'objectives.0.');
    expect([...below.keys()]).toEqual(['optimizer.lr', 'schedule']);
  });

  it('no number of threads that the program chose itself', () => {
    const chosen = { ...ran, training: { ...ran.training, threads: 2 } };
    expect(runDifferences(chosen, ran)).toEqual([]);
  });

  it('nothing in the same document', () => {
    expect(runDifferences(ran, structuredClone(ran))).toEqual([]);
  });
});
