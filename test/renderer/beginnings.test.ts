/** Rules of branching: which checkpoint is taken at a step, what is said of the weights, and which run came of which. */
import { afterEach, describe, expect, it } from 'vitest';
import type { RunCheckpoint } from '#engine/protocol/index.ts';
import { lineageOf } from '#renderer/runs/lineage.ts';
import {
  beginningOf,
  beginningStore,
  checkpointFor,
  originOf,
  setBeginning,
  weightsText,
} from '#renderer/state/beginnings.ts';
import { epochsAt, usualEpochs } from '#renderer/training/branch.ts';
import { runRow } from '#test/support/runRows.ts';
import { restoredAfter } from '../support/restoredAfter.ts';

restoredAfter(beginningStore);

const checkpoint = (step: number, which: RunCheckpoint['which'] = 'kept'): RunCheckpoint => ({
  ...{ which, step, epoch: 1, timeMs: 1, sizeBytes: 1, isWhole: which !== 'best' },
});

describe('the checkpoint of a past step', () => {
  const kept = [checkpoint(10), checkpoint(25, 'best'), checkpoint(40, 'last')];
  it('is the latest that was kept by then, else the first after it', () => {
    expect(checkpointFor(kept, 39)?.step).toBe(25);
    expect(checkpointFor(kept, 40)?.step).toBe(40);
    expect(checkpointFor(kept, 3)?.step).toBe(10);
    expect(checkpointFor([], 3)).toBeNull();
  });
});

describe('what the next run begins with', () => {
  afterEach(() => beginningStore.setState({ byDocument: {} }));
  it('is of the document for which it was chosen, until it is let go of', () => {
    setBeginning({ id: 'a' }, { run: 'r', runName: 'R', step: 25 });
    expect(originOf({ id: 'a' })).toEqual({ run: 'r', step: 25 });
    expect(originOf({ id: 'b' })).toBeUndefined();
    setBeginning({ id: 'a' }, null);
    expect(beginningOf({ id: 'a' })).toBeNull();
  });
  it('is said with the weights that begin anew', () => {
    const report = { loaded: ['a', 'b'], otherShape: [], fresh: [], unused: ['x'] };
    expect(weightsText(report, 'R')).toBe('2 of 2 weights are those of R.');
    const other = { name: 'c', file: [1], network: [2] };
    expect(weightsText({ ...report, otherShape: [other], fresh: ['d', 'e', 'f'] }, 'R')).toBe(
      '2 of 6 weights are those of R. Begun anew: c, d, e and 1 more, which the log names.',
    );
  });
});

describe('training on', () => {
  const { progress } = runRow('run');
  const run = { progress: { ...progress, stepsPerEpoch: 10, totalEpochs: 5 } };
  it('counts from the epochs done, and offers what was left, or as many again', () => {
    expect(epochsAt(29, run)).toBe(2);
    expect(usualEpochs(29, run)).toBe(3);
    expect(usualEpochs(50, run)).toBe(5);
  });
});

describe('lineage', () => {
  const born = (id: string, parent: string, step = 5) => ({
    ...runRow(id),
    parent: { run: parent, step },
  });
  const family = [runRow('eldest'), born('b', 'eldest', 7), born('c', 'b'), born('d', 'b')];
  const byId = new Map([...family, runRow('other')].map((run) => [run.id, run]));
  const told = (id: string) =>
    lineageOf(byId.get(id)!, byId).map(({ run, depth, step }) => [run?.id ?? null, depth, step]);
  it('goes from the eldest down to all that came of a run', () => {
    expect(told('b')).toEqual([
      ['eldest', 0, null],
      ['b', 1, 7],
      ['c', 2, 5],
      ['d', 2, 5],
    ]);
    expect(told('d')).toEqual([
      ['eldest', 0, null],
      ['b', 1, 7],
      ['d', 2, 5],
    ]);
    expect(told('other')).toEqual([['other', 0, null]]);
  });
  it('says where the one it began with is gone', () => {
    const orphan = born('orphan', 'nobody', 3);
    expect(lineageOf(orphan, new Map([['orphan', orphan]]))).toMatchObject([
      { run: null, depth: 0 },
      { run: { id: 'orphan' }, depth: 1, step: 3 },
    ]);
  });
});
