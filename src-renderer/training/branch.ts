/**
 * Branching: the next run of the document in front is to begin with a checkpoint of a run, whatever was changed
 * in the document since and will be. Nothing is trained yet.
 */
import { errorMessage } from '#engine/ir/errors.ts';
import type { RunCheckpoint, RunSummary } from '#engine/protocol/index.ts';
import { createStore } from 'zustand/vanilla';
import { toast } from 'sonner';
import { bridge } from '../bridge/index.ts';
import { checkpointFor, setBeginning } from '../state/beginnings.ts';
import { documentStore } from '../state/document.ts';
import { runStore, shownRun } from '../state/runs.ts';
import { timeline } from '../state/timeline.ts';
import { formatInteger } from '../ui/format.ts';

/** Of the run whose past is looked at; read anew when the clock goes there and as the run goes on. */
export const checkpointStore = createStore<{
  readonly run: string | null;
  readonly checkpoints: readonly RunCheckpoint[];
}>(() => ({ run: null, checkpoints: [] }));

export async function readCheckpoints(runId: string): Promise<readonly RunCheckpoint[]> {
  const checkpoints = await bridge.call('runs.checkpoints', { runId }).catch(() => []);
  checkpointStore.setState({ run: runId, checkpoints });
  return checkpoints;
}

/** What "Branch from here" takes now: the clock looks back, and something is kept. */
export function branchPoint(): RunCheckpoint | null {
  const { step } = timeline.store.getState();
  const { run, checkpoints } = checkpointStore.getState();
  const shown = runStore.getState().shownRunId;
  return step === 'live' || run === null || run !== shown ? null : checkpointFor(checkpoints, step);
}

export async function branchAtClock(): Promise<void> {
  const run = shownRun(runStore.getState());
  const { step } = timeline.store.getState();
  if (!run || step === 'live') return;
  // Of a run that trains those of its past are thinned meanwhile.
  const found = checkpointFor(await readCheckpoints(run.id), step);
  if (found) branchFrom(run, found.step);
  else toast.error(`${run.name} has kept no checkpoint to begin with.`);
}

export function branchFrom({ id, name }: Pick<RunSummary, 'id' | 'name'>, step: number): void {
  setBeginning(documentStore.getState().document, { run: id, runName: name, step });
  toast(`The next run begins with ${name}, step ${formatInteger(step)}.`, {
    description: 'Change what you like, then train. The weights that fit are kept.',
  });
}

/** The epochs that a checkpoint has behind it; the rest counts from there. */
export function epochsAt(step: number, { progress }: Pick<RunSummary, 'progress'>): number {
  return progress.stepsPerEpoch > 0 ? Math.floor(step / progress.stepsPerEpoch) : 0;
}

/** As many epochs as were left of the plan; at its end as many again. */
export function usualEpochs(step: number, run: Pick<RunSummary, 'progress'>): number {
  const done = epochsAt(step, run);
  const planned = run.progress.totalEpochs;
  return Math.max(1, done < planned ? planned - done : planned);
}

/** The last state of a run that it can be trained on from; null where it left none. */
export async function lastWhole(runId: string): Promise<RunCheckpoint | null> {
  try {
    const all = await bridge.call('runs.checkpoints', { runId });
    return all.findLast(({ isWhole }) => isWhole) ?? null;
  } catch (error) {
    toast.error(errorMessage(error));
    return null;
  }
}
