/**
 * Each open document keeps its run on show and its place in time while another one is in front: coming back
 * to it shows what was looked at. A run of it that trains meanwhile comes first, as anywhere.
 */
import { own } from '#engine/ir/record.ts';
import type { DocumentSession } from './document.ts';
import { activeRunOf } from './activeRun.ts';
import { isRunOf } from './isRunOf.ts';
import type { OpenDocuments } from './openDocuments.ts';
import type { Runs } from './runs.ts';
import type { Timeline, TimelineStep } from './timeline.ts';

interface Place {
  readonly runId: string;
  readonly step: TimelineStep;
}

/** Returns the way to stop. */
export function keepClocks(
  open: Pick<OpenDocuments, 'store' | 'onLeave'>,
  runs: Pick<Runs, 'store' | 'show'>,
  timeline: Timeline,
): () => void {
  const places = new WeakMap<DocumentSession, Place>();
  /** Ends the waiting for a run that is being read. */
  let stopWaiting = (): void => undefined;

  const goTo = ({ runId, step }: Place): void => {
    const look = (): boolean => {
      const { shownRunId, shownDocument } = runs.store.getState();
      if (shownRunId === runId && shownDocument === null) return false;
      if (shownRunId === runId) timeline.goTo(step);
      return true;
    };
    if (look()) return;
    stopWaiting = runs.store.subscribe(() => {
      // After it has told all of it.
      if (look()) stopWaiting();
    });
  };

  const comeBack = (session: DocumentSession): void => {
    const place = places.get(session);
    if (!place) return;
    const state = runs.store.getState();
    const run = own(state.runs, place.runId);
    const { document } = session.documents.getState();
    if (!run || !isRunOf(run, document)) return;
    const active = activeRunOf(state, (each) => isRunOf(each, document));
    if (active && !state.activeRunIds.includes(run.id)) return;
    runs.show(run.id).catch(() => undefined);
    if (place.step !== 'live') goTo(place);
  };

  const stops = [
    open.onLeave((session) => {
      stopWaiting();
      const runId = runs.store.getState().shownRunId;
      if (runId === null) places.delete(session);
      else places.set(session, { runId, step: timeline.store.getState().step });
    }),
    open.store.subscribe(({ front }, before) => {
      // Once everything that follows the document in front has followed.
      if (front !== before.front)
        queueMicrotask(() => open.store.getState().front === front && comeBack(front));
    }),
  ];
  return () => {
    stopWaiting();
    for (const stop of stops) stop();
  };
}
