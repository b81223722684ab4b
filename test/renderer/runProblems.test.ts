/** Rule: what is wrong with the run on show stands in Problems until it has been acted upon. */
import { describe, expect, it } from 'vitest';
import { applyEdits } from '#engine/ir/applyEdits.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import type { Problem } from '#engine/ir/problem.ts';
import type { RunSummary } from '#engine/protocol/run.ts';
import { problemsOfRun } from '#renderer/state/runProblems.ts';
import { pointsDocument } from '#test/support/documents.ts';
import { runSummary, telemetryFrame } from '#test/support/runFixtures.ts';

const document = pointsDocument('moons', 2);
const NOT_A_NUMBER: Problem = {
  code: 'training.non-finite',
  severity: 'error',
  node: 'fc1',
  message: 'fc1 produced NaN since step 4; learning rate 100.',
  fixes: [{ label: 'Set learning rate to 10', edits: [] }],
};
const SILENT: Problem = {
  code: 'training.silent-units',
  severity: 'warning',
  node: 'relu1',
  message: '9 of 16 units answer zero to all 1,024 training samples looked at.',
};

const failed = (problem?: Problem): RunSummary => {
  const run = runSummary('a', 'failed', 4);
  return {
    ...run,
    progress: { ...run.progress, reason: 'It broke.', ...(problem && { problem }) },
  };
};
const of = (run: RunSummary, now: NetworkDocument, problems: readonly Problem[] = []) =>
  problemsOfRun({
    run,
    runDocument: document,
    document: now,
    frame: { ...telemetryFrame(4, ['relu1']), problems },
  });
const edited = (...edits: Parameters<typeof applyEdits>[1]) => applyEdits(document, edits);

describe('problems of a run', () => {
  it('are why it failed, and what its last frame tells', () => {
    expect(of(failed(NOT_A_NUMBER), document, [SILENT])).toEqual([NOT_A_NUMBER, SILENT]);
    expect(of(runSummary('a', 'running', 4), document, [SILENT])).toEqual([SILENT]);
    expect(of(runSummary('a', 'finished', 4), document)).toEqual([]);
  });
  it('have the reason where the engine gave no more', () => {
    expect(of(failed(), document)).toMatchObject([{ severity: 'error', message: 'It broke.' }]);
  });
  it('leave when their cause is edited, and return when that is undone', () => {
    const slower = edited({
      kind: 'setTraining',
      training: {
        objectives: document.training.objectives.map((objective) => ({
          ...objective,
          optimizer: { type: 'SGD', attrs: { lr: 1e-4 } },
        })),
      },
    });
    const clipped = edited({
      kind: 'setTraining',
      training: { gradientClip: { kind: 'norm', max: 1 } },
    });
    const wider = edited({ kind: 'setAttrs', id: 'fc1', attrs: { outFeatures: 64 } });
    for (const now of [slower, clipped, wider]) {
      expect(of(failed(NOT_A_NUMBER), now, [SILENT])).toEqual([]);
    }
    expect(of(failed(NOT_A_NUMBER), document)).toEqual([NOT_A_NUMBER]);
  });
  it('stay for what is no cause: places, epochs, the seed', () => {
    const moved = edited(
      { kind: 'moveNode', id: 'fc1', x: 5, y: 6 },
      { kind: 'setTraining', training: { epochs: 77, seed: 8 } },
    );
    expect(of(failed(NOT_A_NUMBER), moved)).toEqual([NOT_A_NUMBER]);
  });
  it('are not those of another document, whatever it is called', () => {
    expect(of(failed(NOT_A_NUMBER), { ...document, id: 'other' })).toEqual([]);
    const unread = { run: failed(), runDocument: null, document, frame: null };
    expect(problemsOfRun(unread)).toEqual([]);
  });
});
