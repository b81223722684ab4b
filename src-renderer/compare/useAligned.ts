/** The compared runs with one name for each node, as soon as their graphs are read (runs/alignRuns.ts). */
import { useCallback, useMemo, useSyncExternalStore } from 'react';
import { alignNodesOf, alignRuns } from '#engine/runs/index.ts';
import type { RunView } from '../state/runView.ts';
import type { Compared } from './compared.ts';

export function useAligned(compared: Compared, views: ReadonlyMap<string, RunView>): Compared {
  const { runs, baseline } = compared;
  // Those of runs that train change with every step; their graphs do not.
  const ids = runs.map(({ id }) => id).join(' ');
  const sessions = useMemo(
    () => (ids === '' ? [] : ids.split(' ')).map((id) => views.get(id)?.session() ?? null),
    [ids, views],
  );
  const read = useSyncExternalStore(
    useCallback(
      (changed: () => void) => {
        const stops = sessions.map((session) =>
          session?.subscribe((news) => {
            if (news === 'document' || news === 'all') changed();
          }),
        );
        return () => {
          for (const stop of stops) stop?.();
        };
      },
      [sessions],
    ),
    () => sessions.map((session) => (session?.document ? '+' : '-')).join(''),
  );
  const base = Math.max(
    0,
    runs.findIndex((run) => run === baseline),
  );
  const alignment = useMemo(() => {
    void read;
    return alignNodesOf(
      sessions.map((session) => session?.document ?? null),
      base,
    );
  }, [sessions, read, base]);
  return useMemo(() => {
    const aligned = alignRuns(runs, alignment);
    if (aligned.every((run, i) => run === runs[i])) return { runs, baseline };
    return { runs: aligned, baseline: baseline && (aligned[base] ?? null) };
  }, [runs, baseline, alignment, base]);
}
