/** Carries a training action out on the document and run of this window. */
import { dataSources } from '../app/services.ts';
import { documentStore } from '../state/document.ts';
import { runs, runStore, type TrainingAction } from '../state/runs.ts';

export function performTraining(action: TrainingAction): Promise<void> {
  switch (action) {
    case 'start':
      return start(false);
    case 'pause':
      return runs.pause();
    case 'resume':
      return runs.resume();
    case 'stop':
      return runs.stop();
    case 'recover':
      return runs.recover();
    case 'step':
      // Nothing runs yet: a run that begins paused, and its first step.
      return runStore.getState().activeRunId === null
        ? start(true).then(() => runs.step())
        : runs.step();
  }
}

async function start(paused: boolean): Promise<void> {
  const project = dataSources.project();
  await runs.start(documentStore.getState().document, { paused, project });
  dataSources.noteProblems(runStore.getState().failure?.problems ?? []);
}
