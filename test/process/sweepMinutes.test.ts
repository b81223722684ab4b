/** Rule: when a sweep's minutes are over it ends, with the trial that trains then: stopped, kept, and said. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { NO_FILES } from '#engine/datasets/index.ts';
import type { EngineEvents, RunSummary, SweepInfo } from '#engine/protocol/index.ts';
import { readSpace } from '#engine/search/index.ts';
import { SweepsService } from '#main/services/sweeps/sweeps.ts';
import type { TrialTrainer } from '#main/services/sweeps/trainer.ts';
import { temporaryFolder } from '#test/support/cli.ts';
import { pointsDocument } from '#test/support/documents.ts';
import { runSummary } from '#test/support/runFixtures.ts';

const DOCUMENT = pointsDocument('moons', 2);

// The minutes pass when the test says so.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }));
afterEach(() => void vi.useRealTimers());

/** Trials that tell one epoch and then train until they are stopped. */
function endlessTrainer() {
  const runs = new Map<string, RunSummary>();
  const ends = new Map<string, () => void>();
  const listeners: ((event: EngineEvents['metrics']) => void)[] = [];
  const trainer: TrialTrainer = {
    atOnce: async () => 1,
    async begin() {
      const run = runSummary(`run ${runs.size + 1}`, 'running');
      runs.set(run.id, run);
      const point = { split: 'validation', step: 1, epoch: 1, timeMs: 1 } as const;
      setImmediate(() => {
        for (const tell of listeners) {
          tell({ runId: run.id, points: [{ ...point, values: { loss: 0.5 } }] });
        }
      });
      return run;
    },
    goOn: async () => null,
    async stop(id) {
      runs.set(id, runSummary(id, 'stopped'));
      ends.get(id)?.();
    },
    async end(id) {
      const now = (): RunSummary => runs.get(id) ?? runSummary(id, 'failed');
      if (now().progress.state === 'running') {
        await new Promise<void>((done) => ends.set(id, done));
      }
      return now();
    },
    summary: (id) => runs.get(id) ?? null,
    points: () => [],
    discard: () => undefined,
    onMetrics: (listener) => void listeners.push(listener),
    close: () => undefined,
  };
  return { trainer, runs };
}

async function swept(minutes: number): Promise<{
  readonly ended: SweepInfo;
  readonly again: SweepInfo;
  readonly runs: ReadonlyMap<string, RunSummary>;
}> {
  const folder = temporaryFolder();
  const { trainer, runs } = endlessTrainer();
  const faults: string[] = [];
  /** Called with the number of trials that train and have told their epoch. */
  let told = (_trials: number): void => undefined;
  const sweeps = new SweepsService({
    ...{ folder: folder.path, trainer },
    onChanged({ trials }) {
      const last = trials.at(-1);
      if (last?.state === 'running' && last.reports.length > 0) told(trials.length);
    },
    onFault: (message) => faults.push(message),
  });
  /** The minutes are over while this trial trains. */
  const over = async (id: string, trial: number): Promise<SweepInfo> => {
    await new Promise<void>((done) => (told = (trials) => trials === trial && done()));
    vi.advanceTimersByTime(minutes * 60_000);
    return sweeps.done(id);
  };
  try {
    const { id } = sweeps.start({
      ...{ document: DOCUMENT, name: 'widths', space: readSpace(['lr=0.1,0.01'], DOCUMENT) },
      ...{ strategy: 'grid', stopping: null, trials: 2, seeds: 1, minutes },
      access: NO_FILES,
    });
    const ended = await over(id, 1);
    sweeps.resume(id, { minutes });
    const again = await over(id, 2);
    expect(faults).toEqual([]);
    return { ended, again, runs };
  } finally {
    await sweeps.close();
    folder.remove();
  }
}

test('what trains is stopped, kept and said; more minutes go on with the next trial', async () => {
  const { ended, again, runs } = await swept(0.002);
  expect(ended).toMatchObject({ state: 'paused', reason: 'The 0.002 minutes were over.' });
  expect(ended.trials).toMatchObject([
    { run: 'run 1', state: 'stopped', reason: ended.reason, reports: [{ epoch: 1, value: 0.5 }] },
  ]);
  // The second was the last of the plan: with it the sweep is over, only early.
  expect(again.trials).toMatchObject([
    { run: 'run 1', state: 'stopped' },
    { run: 'run 2', state: 'stopped' },
  ]);
  expect([...runs.keys()]).toEqual(['run 1', 'run 2']);
});
