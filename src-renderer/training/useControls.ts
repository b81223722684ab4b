/** The state of the training buttons, from the run on show, the document and the connection. */
import { useMemo } from 'react';
import { useStore } from 'zustand';
import { connectionStore } from '../bridge/index.ts';
import { documentStore, type DocumentState } from '../state/document.ts';
import { runStore, shownRun } from '../state/runs.ts';
import { trainingControls, type Controls, type ControlsInput } from './controls.ts';

export function errorCount({ analysis }: Pick<DocumentState, 'analysis'>): number {
  return analysis.problems.reduce((sum, { severity }) => sum + (severity === 'error' ? 1 : 0), 0);
}

/** As things are now, for commands. */
export function currentControls(): Controls {
  const state = runStore.getState();
  const run = shownRun(state);
  return trainingControls({
    state: run?.progress.state ?? null,
    hasCheckpoint: run?.hasCheckpoint ?? false,
    pending: state.pending,
    errors: errorCount(documentStore.getState()),
    connected: connectionStore.getState().state === 'connected',
  });
}

export function useControls(): Controls & Pick<ControlsInput, 'errors' | 'state' | 'connected'> {
  const state = useStore(runStore, (runs) => shownRun(runs)?.progress.state ?? null);
  const hasCheckpoint = useStore(runStore, (runs) => shownRun(runs)?.hasCheckpoint ?? false);
  const pending = useStore(runStore, (runs) => runs.pending);
  const errors = useStore(documentStore, errorCount);
  const connected = useStore(connectionStore, (connection) => connection.state === 'connected');
  return useMemo(
    () => ({
      ...trainingControls({ state, hasCheckpoint, pending, errors, connected }),
      state,
      errors,
      connected,
    }),
    [state, hasCheckpoint, pending, errors, connected],
  );
}
