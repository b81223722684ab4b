/** How far the queue is as a whole, with what trains now. */
import { useMemo } from 'react';
import { useStore } from 'zustand';
import { own } from '#engine/ir/record.ts';
import { queueProgress, type QueueProgress } from '#engine/runs/queueTime.ts';
import { runStore } from '../state/runs.ts';
import { queue } from './queueStore.ts';

export function useQueueProgress(): QueueProgress {
  const entries = useStore(queue.store, (state) => state.entries);
  const runs = useStore(runStore, (state) => state.runs);
  return useMemo(
    () => queueProgress(entries, (runId) => own(runs, runId)?.progress ?? null),
    [entries, runs],
  );
}
