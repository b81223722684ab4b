/** The runs of the document in front that can be tried, newest first. */
import { useMemo } from 'react';
import { useStore } from 'zustand';
import type { RunSummary } from '#engine/protocol/run.ts';
import { useDocument } from '../state/documentSession.ts';
import { isRunOf } from '../state/isRunOf.ts';
import { runStore } from '../state/runs.ts';

export function useTriedRuns(): readonly RunSummary[] {
  const id = useDocument((state) => state.document.id);
  const runs = useStore(runStore, (state) => state.runs);
  return useMemo(
    () =>
      Object.values(runs)
        .filter((run) => isRunOf(run, { id }))
        .sort((a, b) => b.createdAt.localeCompare(a.createdAt)),
    [runs, id],
  );
}
