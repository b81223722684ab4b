/** The document whose run is prepared, trained or paused now, if one is. */
import { useStore } from 'zustand';
import { own } from '#engine/ir/record.ts';
import { runStore } from '../state/runs.ts';

export function useTrainingDocument(): string | null {
  return useStore(runStore, ({ runs, activeRunId }) =>
    activeRunId === null ? null : (own(runs, activeRunId)?.documentId ?? null),
  );
}
