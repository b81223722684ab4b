/** What keeps the sources of this document from being read, as problems of their nodes. */
import { useMemo } from 'react';
import { useStore } from 'zustand';
import type { Problem } from '#engine/ir/problem.ts';
import { dataFields } from '../app/services.ts';

export function useDataProblems(): readonly Problem[] {
  const failures = useStore(dataFields.store, (state) => state.failures);
  return useMemo(
    () => Object.entries(failures).map(([node, problem]) => ({ ...problem, node })),
    [failures],
  );
}
