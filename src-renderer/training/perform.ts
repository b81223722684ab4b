/** Carries a training action out on the document and run of this window. */
import { toast } from 'sonner';
import type { NetworkDocument } from '#engine/ir/document.ts';
import type { RunOrigin } from '#engine/protocol/index.ts';
import { openDialog } from '../app/appStore.ts';
import { dataSources } from '../app/services.ts';
import {
  type Beginning,
  beginningOf,
  originOf,
  setBeginning,
  weightsText,
} from '../state/beginnings.ts';
import { documentStore } from '../state/document.ts';
import { runs, runStore, shownRun, type TrainingAction } from '../state/runs.ts';
import { formatInteger } from '../ui/format.ts';

export function performTraining(action: TrainingAction): Promise<void> {
  switch (action) {
    case 'start':
      return start();
    case 'trainOn':
      // For how many epochs is asked first.
      return Promise.resolve(openDialog('trainOn'));
    case 'pause':
      return runs.pause();
    case 'resume':
      return runs.resume();
    case 'stop':
      return runs.stop();
    case 'recover':
      return runs.recover();
    case 'step':
      // Nothing was trained yet: a run that begins paused, and its first step.
      return runStore.getState().activeRunId === null ? stepAnew() : runs.step();
  }
}

/** A run from the beginning, one batch at a time. */
export function stepAnew(): Promise<void> {
  return start({ paused: true }).then(() => runs.step());
}

/** A run that goes on from a state of another one. */
export const trainOnFrom = (from: RunOrigin): Promise<void> => start({ from });

/** A run that begins with the weights of a file that was handed over. */
export const startFromFile = (weights: string): Promise<void> => start({ weights });

/** Ends the run and begins another one with the document as it is now. */
export async function restart(): Promise<void> {
  await runs.stop();
  await new Promise<void>((ended) => {
    const look = (): boolean => runStore.getState().activeRunId === null;
    if (look()) {
      ended();
      return;
    }
    const stop = runStore.subscribe(() => {
      if (!look()) return;
      stop();
      ended();
    });
  });
  await start();
}

async function start(options: Parameters<typeof runs.start>[1] = {}): Promise<void> {
  const project = dataSources.project();
  const { document } = documentStore.getState();
  // A file or a run that is asked for by name goes before what was chosen for the next one.
  const isTold = options.from !== undefined || options.weights !== undefined;
  const beginning = isTold ? null : beginningOf(document);
  const from = options.from ?? (beginning ? originOf(document) : undefined);
  await runs.start(document, { ...options, project, ...(from === undefined ? {} : { from }) });
  const { failure } = runStore.getState();
  dataSources.noteProblems(failure?.problems ?? []);
  if (beginning && failure === null) hasBegun(document, beginning);
}

/** The next run after it begins from scratch again; what of the weights fitted is said. */
function hasBegun(document: NetworkDocument, { runName, step }: Beginning): void {
  setBeginning(document, null);
  const report = shownRun(runStore.getState())?.weights;
  const source = `${runName}, step ${formatInteger(step)}`;
  if (report) toast.success(weightsText(report, source), { duration: 10_000 });
}
