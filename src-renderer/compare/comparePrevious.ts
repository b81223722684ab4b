/** Two runs into Compare, the earlier one as the baseline. */
import { previousRun } from '#engine/runs/index.ts';
import { chooseRuns, pinBaseline } from '../state/chosenRuns.ts';
import { showView } from '../state/frontView.ts';
import { runList } from '../state/runList.ts';
import { runStore } from '../state/runs.ts';

export function comparePair(before: string, after: string): void {
  chooseRuns([before, after]);
  pinBaseline(before);
  showView('compare');
}

/** The run on show and the one before it of the same document. */
export async function compareWithPrevious(): Promise<void> {
  const { shownRunId } = runStore.getState();
  if (shownRunId === null) return;
  if (!runList.store.getState().byId.has(shownRunId)) await runList.refresh();
  const { byId, rows } = runList.store.getState();
  const run = byId.get(shownRunId);
  const before = run ? previousRun(rows, run) : null;
  if (!before) {
    throw new Error('This is the first run of this network: there is none before it to compare.');
  }
  comparePair(before.id, shownRunId);
}
