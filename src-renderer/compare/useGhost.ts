/** The baseline under the curves of the run on show: which run that is, and whether it is wanted. */
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { own } from '#engine/ir/record.ts';
import { areComparable } from '#engine/runs/index.ts';
import { runs, runStore } from '../state/runs.ts';
import { useShownRun, viewOfRun, type RunView } from '../state/runView.ts';
import { timeline } from '../state/timeline.ts';
import { viewStore } from '../state/view.ts';

/**
 * The run that could be seen under the one on show; null where none is pinned, it is that one, or the two have nothing to
 * do with each other: a baseline of another project would only stretch the axes.
 */
export function useGhostRun(): string | null {
  const baseline = useStore(viewStore, ({ baselineRun }) => baselineRun);
  const known = useStore(runStore, (state) => own(state.runs, baseline ?? ''));
  const isUsable = useShownRun(
    (shown) => shown !== null && known?.id !== shown.id && known && areComparable(shown, known),
  );
  return isUsable ? (known?.id ?? null) : null;
}

/** Its record, held while it is shown. */
export function useGhost(): RunView | null {
  const wanted = useStore(viewStore, ({ ghost }) => ghost);
  const candidate = useGhostRun();
  const id = wanted ? candidate : null;
  const [view, setView] = useState<RunView | null>(null);
  useEffect(() => {
    if (id === null) return;
    const held = viewOfRun(runs, id, timeline);
    setView(held);
    return () => {
      setView(null);
      held.release();
    };
  }, [id]);
  return view;
}
