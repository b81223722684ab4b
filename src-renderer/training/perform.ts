/** Carries a training action out on the document and run of this window. */
import { dataSources } from '../app/services.ts';
import { documentStore } from '../state/document.ts';
import { runs, runStore, type TrainingAction } from '../state/runs.ts';

export function performTraining(action: TrainingAction): Promise<void> {
  switch (action) {
    case 'start':
      return start();
    case 'trainOn': {
      const from = runStore.getState().shownRunId;
      return from === null ? start() : start({ from });
    }
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
  await runs.start(documentStore.getState().document, { ...options, project });
  dataSources.noteProblems(runStore.getState().failure?.problems ?? []);
}
