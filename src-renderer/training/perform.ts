/** Carries a training action out on the document and run of this window. */
import { documentStore } from '../state/document.ts';
import { runs, runStore, type TrainingAction } from '../state/runs.ts';

export function performTraining(action: TrainingAction): Promise<void> {
  switch (action) {
    case 'start':
      return runs.start(documentStore.getState().document);
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
        ? runs.start(documentStore.getState().document, { paused: true }).then(() => runs.step())
        : runs.step();
  }
}
