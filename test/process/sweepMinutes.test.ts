/** Rule: when a sweep's minutes are over it ends, with the trial that trains then: stopped, kept, and said. */
import { expect, test } from 'vitest';
import { NO_FILES } from '#engine/datasets/index.ts';
import type { EngineEvents, RunSummary, SweepInfo } from '#engine/protocol/index.ts';
import { readSpace } from '#engine/search/index.ts';
import { SweepsService } from '#main/services/sweeps/sweeps.ts';
import type { TrialTrainer } from '#main/services/sweeps/trainer.ts';
import { temporaryFolder } from '#test/support/cli.ts';
import { pointsDocument } from '#test/support/documents.ts';
import { runSummary } from '#test/support/runFixtures.ts';

const DOCUMENT = pointsDocument('moons', 2);

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
      setTimeout(() => {
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
  const sweeps = new SweepsService({
    ...{ folder: folder.path, trainer },
    onChanged: () => undefined,
    onFault: (message) => faults.push(message),
  });
  try {
    const { id } = sweeps.start({
      ...{ document: DOCUMENT, name: 'widths', space: readSpace(['lr=0.1,0.01'], DOCUMENT) },
      ...{ strategy: 'grid', stopping: null, trials: 2, seeds: 1, minutes },
      access: NO_FILES,
    });
    const ended = await sweeps.done(id);
    sweeps.resume(id, { minutes });
    const again = await sweeps.done(id);
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
