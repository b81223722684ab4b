/** The chosen runs as rows, kept true while they train; and the sessions of them, held while Compare shows. */
import { useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { RunRow } from '#engine/protocol/run.ts';
import { runList } from '../state/runList.ts';
import { runs } from '../state/runs.ts';
import { viewOfRun, type RunView } from '../state/runView.ts';
import { viewStore } from '../state/view.ts';
import { compareTimeline, type Compared } from './compared.ts';

/** Every run, newest first; read, and kept true, while somebody asks. */
export function useRunRows(): readonly RunRow[] {
  useEffect(() => runList.follow(), []);
  return useStore(runList.store, ({ rows }) => rows);
}

/** Of runs that were deleted nothing is left to compare. */
export function comparedOf(
  byId: ReadonlyMap<string, RunRow>,
  chosen: readonly string[],
  baseline: string | null,
): Compared {
  const compared = chosen.flatMap((id) => byId.get(id) ?? []);
  return { runs: compared, baseline: compared.find(({ id }) => id === baseline) ?? null };
}

/** The same object while nothing of it changes, however much other runs do. */
export function useCompared(): Compared {
  useEffect(() => runList.follow(), []);
  const byId = useStore(runList.store, (list) => list.byId);
  const chosen = useStore(viewStore, ({ chosenRuns }) => chosenRuns);
  const baseline = useStore(viewStore, ({ baselineRun }) => baselineRun);
  const last = useRef<Compared>({ runs: [], baseline: null });
  return useMemo(() => {
    const next = comparedOf(byId, chosen, baseline);
    const { runs: before } = last.current;
    const isSame =
      before.length === next.runs.length &&
      before.every((run, i) => run === next.runs[i]) &&
      last.current.baseline === next.baseline;
    if (!isSame) last.current = next;
    return last.current;
  }, [byId, chosen, baseline]);
}

/** One view for each run, made when it comes and let go of when it goes. */
class HeldViews {
  #held = new Map<string, ReturnType<typeof viewOfRun>>();

  /** These and no others; the same map where nothing came or went. */
  hold(ids: readonly string[]): ReadonlyMap<string, RunView> {
    const before = this.#held;
    const gone = [...before.keys()].filter((id) => !ids.includes(id));
    const come = ids.filter((id) => !before.has(id));
    if (gone.length === 0 && come.length === 0) return before;
    this.#held = new Map(
      ids.map((id) => [id, before.get(id) ?? viewOfRun(runs, id, compareTimeline)]),
    );
    for (const id of gone) before.get(id)?.release();
    return this.#held;
  }
}

export function useHeldViews(ids: readonly string[]): ReadonlyMap<string, RunView> {
  const [held] = useState(() => new HeldViews());
  const [views, setViews] = useState<ReadonlyMap<string, RunView>>(new Map());
  const key = ids.join(' ');
  useEffect(() => setViews(held.hold(key === '' ? [] : key.split(' '))), [held, key]);
  useEffect(() => () => void held.hold([]), [held]);
  return views;
}
