/**
 * Rule: while a sweep trains, its one line says how many trials are over, which is the best so far, and of each
 * trial that trains how far it is, in whatever lane; on a terminal it stays one line.
 */
import { expect, test } from 'vitest';
import type { SweepInfo } from '#engine/protocol/index.ts';
import type { SweepTrial } from '#engine/search/index.ts';
import { createStatusLine } from '#main/cli/progressLine.ts';
import { sweepText } from '#main/cli/sweepProgress.ts';
import { runProgress } from '#test/support/runFixtures.ts';

const trial = (number: number, change: Partial<SweepTrial> = {}): SweepTrial => ({
  ...{ number, setting: number - 1, values: {}, seed: 1, state: 'running', run: `run ${number}` },
  ...{ reports: [], ...change },
});
const over = (number: number, ...values: readonly (number | null)[]): SweepTrial =>
  trial(number, {
    state: 'finished',
    reports: values.map((value, i) => ({ epoch: i + 1, value })),
  });
const sweep = (better: 'higher' | 'lower', ...trials: readonly SweepTrial[]): SweepInfo => ({
  ...{ id: 's', createdAt: '', documentId: null, projectName: 'x', state: 'running' },
  plan: {
    ...{ name: 's', space: [], strategy: 'grid', stopping: null, trials: 6, minutes: null },
    ...{ seeds: 2, seed: 1 },
    monitor: { key: better === 'higher' ? 'accuracy' : 'loss', better },
  },
  ...{ trials, elapsedMs: 0, reason: '' },
});
const steps: Readonly<Record<string, number>> = { 'run 3': 450, 'run 4': 10 };
const progressOf = (runId: string) =>
  steps[runId] === undefined ? undefined : runProgress('running', steps[runId]);

test('all that train side by side, with the best so far', () => {
  const trials = [over(1, 0.5, 0.75), over(2, 0.7, 0.6), trial(3), trial(4)];
  expect(sweepText(sweep('higher', ...trials), progressOf)).toBe(
    '2/12 trials, best accuracy 75.00 % (trial 1); trial 3: epoch 3/5; trial 4: epoch 1/5; 6400 samples/s',
  );
  // One that is prepared has nothing to say yet; what was no number is no best.
  const lower = [over(1, 0.5), over(2, 0.25, null), trial(4), trial(5), trial(6, { run: null })];
  expect(sweepText(sweep('lower', ...lower), progressOf)).toBe(
    '2/12 trials, best loss 0.2500 (trial 2); trial 4: epoch 1/5; 3200 samples/s',
  );
  expect(sweepText(sweep('lower', trial(1)), progressOf)).toBe('0/12 trials');
});

test('a terminal shows one line, as wide as it is; a log one line in a while', () => {
  const written: string[] = [];
  const write = (text: string): boolean => written.push(text) > 0;
  const terminal = createStatusLine({ write, isTTY: true, columns: 10 });
  terminal.show('123456789');
  terminal.show('1234567890');
  terminal.clear();
  terminal.clear();
  expect(written).toEqual(['\r\u001b[K123456789', '\r\u001b[K12345678…', '\r\u001b[K']);
  written.length = 0;
  let atMs = 0;
  const log = createStatusLine({ write, isTTY: false }, () => atMs);
  for (const text of ['a', 'b', 'c']) {
    log.show(text);
    atMs += 3_000;
  }
  expect(written).toEqual(['a\n', 'c\n']);
});
