/** Going on from a run of the table: it is opened as it was, and the next run begins with one of its checkpoints. */
import { toast } from 'sonner';
import type { RunSummary } from '#engine/protocol/index.ts';
import { openDialog } from '../app/appStore.ts';
import { branchFrom, lastWhole } from '../training/branch.ts';
import { reopen } from './openRun.ts';

/** Without a step: the last that is kept. */
async function stepOf(run: RunSummary, step: number | undefined): Promise<number | null> {
  const found = step ?? (await lastWhole(run.id))?.step ?? null;
  if (found === null) toast.error(`${run.name} has kept no checkpoint to go on from.`);
  return found;
}

export async function branchRun(run: RunSummary, step?: number): Promise<void> {
  const from = await stepOf(run, step);
  if (from === null) return;
  await reopen(run);
  branchFrom(run, from);
}

/** For how many epochs is asked there. */
export async function trainRunOn(run: RunSummary, step?: number): Promise<void> {
  const from = await stepOf(run, step);
  if (from === null) return;
  await reopen(run);
  openDialog('trainOn', String(from));
}
