/** The documents of whose runs one is prepared, trained or paused now. */
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import { own } from '#engine/ir/record.ts';
import { runStore } from '../state/runs.ts';

export function useTrainingDocuments(): readonly string[] {
  return useStore(
    runStore,
    useShallow(({ runs, activeRunIds }) =>
      activeRunIds.flatMap((runId) => own(runs, runId)?.documentId ?? []),
    ),
  );
}
