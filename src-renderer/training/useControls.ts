/** The state of the training buttons, from the run on show, the document and the connection. */
import { useMemo } from 'react';
import { useStore } from 'zustand';
import { isActive, trainsHere } from '#engine/protocol/runState.ts';
import { connectionStore } from '../bridge/index.ts';
import { documentStore, type DocumentState } from '../state/document.ts';
import { useDocument } from '../state/documentSession.ts';
import { barRun, runStore, type RunsState } from '../state/runs.ts';
import { isRunOf } from '../state/isRunOf.ts';
import { sameNetwork } from '../state/sameNetwork.ts';
import { trainingControls, type Controls, type ControlsInput } from './controls.ts';

export function errorCount({ analysis }: Pick<DocumentState, 'analysis'>): number {
  return analysis.problems.reduce((sum, { severity }) => sum + (severity === 'error' ? 1 : 0), 0);
}

/** What the buttons go by; an ended run of another project is none of theirs. */
function inputOf(
  runs: RunsState,
  { document, analysis }: Pick<DocumentState, 'document' | 'analysis'>,
  connected: boolean,
): ControlsInput {
  const run = barRun(runs);
  // One that another program trains can be neither paused nor stopped from here.
  const isOfOthers = run !== null && isActive(run.progress.state) && !trainsHere(run);
  const state = isOfOthers ? undefined : run?.progress.state;
  const ofThisDocument = isRunOf(run, document);
  const { shownDocument } = runs;
  return {
    state: state !== undefined && (ofThisDocument || isActive(state)) ? state : null,
    sameNetwork: shownDocument === null || sameNetwork(shownDocument, document),
    hasCheckpoint: run?.hasCheckpoint ?? false,
    pending: runs.pending,
    errors: errorCount({ analysis }),
    connected,
  };
}

/** As things are now, for commands. */
export function currentControls(): Controls {
  const connected = connectionStore.getState().state === 'connected';
  return trainingControls(inputOf(runStore.getState(), documentStore.getState(), connected));
}

export function useControls(): Controls & Pick<ControlsInput, 'errors' | 'state' | 'connected'> {
  // Renders when one of these few changes, not with every step.
  const key = useStore(runStore, (runs) =>
    JSON.stringify([
      ...[barRun(runs)?.progress.state, barRun(runs)?.elsewhere, barRun(runs)?.hasCheckpoint],
      runs.pending,
    ]),
  );
  const shownDocument = useStore(runStore, (runs) => runs.shownDocument);
  const document = useDocument((state) => state.document);
  // Changes without the document, too: what is known of the data is learned later.
  const analysis = useDocument((state) => state.analysis);
  const connected = useStore(connectionStore, (connection) => connection.state === 'connected');
  return useMemo(() => {
    const input = inputOf(runStore.getState(), { document, analysis }, connected);
    const { state, errors } = input;
    return { ...trainingControls(input), state, errors, connected };
    // What the key and the run's document stand for is read from the store.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [key, shownDocument, document, analysis, connected]);
}
