/** The problems of the run on show, for components. */
import { useSyncExternalStore } from 'react';
import type { Problem } from '#engine/ir/problem.ts';
import { runProblemsStore } from './runProblems.ts';

export function useRunProblems(): readonly Problem[] {
  return useSyncExternalStore(runProblemsStore.subscribe, runProblemsStore.getState);
}
