/** What is done to runs from their table: named, tagged, starred, deleted with a way back, compared. */
import { toast } from 'sonner';
import { errorMessage } from '#engine/ir/errors.ts';
import type { AppCalls, RunRow } from '#engine/protocol/index.ts';
import { isStarred, withStar } from '#engine/runs/index.ts';
import { bridge } from '../bridge/index.ts';
import { commands, runCommand } from '../commands/registry.ts';
import { chooseRuns, removeChosenRuns } from '../state/chosenRuns.ts';
import { isActive } from '#engine/protocol/runState.ts';
import { runList } from '../state/runList.ts';
import { viewStore } from '../state/view.ts';
import { formatCount } from '../ui/format.ts';
import { cursorStore } from './cursor.ts';

type Change = Omit<Parameters<AppCalls['runs.annotate']>[0], 'runId'>;

export async function annotate(runId: string, change: Change): Promise<void> {
  try {
    await bridge.call('runs.annotate', { runId, ...change });
  } catch (error) {
    toast.error(errorMessage(error));
  }
}

export function rename(run: RunRow, name: string): Promise<void> {
  const text = name.trim();
  return text === '' || text === run.name ? Promise.resolve() : annotate(run.id, { name: text });
}

/** Each once, without blanks around it; the star is set apart. */
export function tagsFrom(text: string, run: Pick<RunRow, 'tags'>): readonly string[] {
  const tags = text.split(',').flatMap((tag) => tag.trim() || []);
  return [...new Set([...tags, ...withStar({ tags: [] }, isStarred(run))])];
}

export async function star(runs: readonly RunRow[]): Promise<void> {
  const isOn = runs.every(isStarred);
  for (const { id } of runs) await annotate(id, { starred: !isOn });
}

/** Of several those that can be had; what trains is named. */
export async function remove(runs: readonly RunRow[]): Promise<void> {
  const gone: RunRow[] = [];
  for (const run of runs.filter(({ progress }) => !isActive(progress.state))) {
    try {
      await bridge.call('runs.delete', { runId: run.id });
      gone.push(run);
    } catch (error) {
      toast.error(`${run.name} was not deleted: ${errorMessage(error)}`);
    }
  }
  const [training] = runs.filter(({ progress }) => isActive(progress.state));
  const where = training?.elsewhere ? ' by another program' : '';
  if (training) {
    toast.warning(`${training.name} is being trained${where}. Stop it first, then delete it.`);
  }
  const [first] = gone;
  if (!first) return;
  const chosen = viewStore.getState().chosenRuns.filter((id) => gone.some((run) => run.id === id));
  removeChosenRuns(chosen);
  const what = gone.length === 1 ? first.name : formatCount(gone.length, 'run');
  toast(`${what} ${gone.length === 1 ? 'was' : 'were'} deleted.`, {
    duration: 10_000,
    action: { label: 'Undo', onClick: () => void restore(gone, chosen) },
  });
}

async function restore(runs: readonly RunRow[], chosen: readonly string[]): Promise<void> {
  for (const run of runs) {
    try {
      await bridge.call('runs.restore', { runId: run.id });
    } catch (error) {
      toast.error(`${run.name} cannot be had back: ${errorMessage(error)}`);
    }
  }
  chooseRuns([...viewStore.getState().chosenRuns, ...chosen]);
}

/** Into the archive; out of it where all of them are there. */
export async function archive(runs: readonly RunRow[]): Promise<void> {
  const isBack = runs.every(({ archived }) => archived);
  const moved = runs.filter(({ archived }) => archived === isBack);
  const done = await putAway(moved, !isBack);
  const [first] = done;
  if (!first) return;
  const what = done.length === 1 ? `${first.name} is` : `${formatCount(done.length, 'run')} are`;
  toast(`${what} ${isBack ? 'back in the list.' : 'archived.'}`, {
    action: { label: 'Undo', onClick: () => void putAway(done, isBack) },
  });
}

async function putAway(runs: readonly RunRow[], isAway: boolean): Promise<readonly RunRow[]> {
  const done: RunRow[] = [];
  try {
    for (const run of runs) {
      await bridge.call(isAway ? 'runs.archive' : 'runs.unarchive', { runId: run.id });
      done.push(run);
    }
  } catch (error) {
    toast.error(errorMessage(error));
  }
  return done;
}

/** The run at the cursor. */
export function runAtCursor(): RunRow | null {
  const { at, lines } = cursorStore.getState();
  const line = lines.find(({ key }) => key === at);
  return line?.kind === 'run' ? line.run : null;
}

/** Those chosen that are in sight, where the cursor is at one of them or at none; else the one at the cursor. */
export function targets(): readonly RunRow[] {
  const at = runAtCursor();
  const { chosenRuns } = viewStore.getState();
  const shown = cursorStore
    .getState()
    .lines.flatMap((line) => (line.kind === 'run' ? line.run : []));
  const chosen = shown.filter(({ id }) => chosenRuns.includes(id));
  if (at && !chosen.includes(at)) return [at];
  return chosen;
}

/** Of the chosen those that there are. */
export function chosenThatAre(
  chosen: readonly string[],
  byId: ReadonlyMap<string, RunRow> = runList.store.getState().byId,
): readonly string[] {
  return chosen.filter((id) => byId.has(id));
}

const COMPARE = 'view.goto.compare';

/** Why nothing can be compared; null where it can. */
export function whyNotCompare(count: number): string | null {
  if (!commands().has(COMPARE)) return 'This version has no Compare view yet';
  return count < 2 ? 'Choose two runs or more with the boxes at the left or Space' : null;
}

export function compare(): void {
  if (whyNotCompare(chosenThatAre(viewStore.getState().chosenRuns).length) !== null) return;
  void runCommand(COMPARE);
}
