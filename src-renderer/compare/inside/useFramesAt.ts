/** What all compared runs showed of one kind where they are looked at: each at its own step of the common place. */
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import type { RunRow, SnapshotKind, SnapshotMap } from '#engine/protocol/run.ts';
import { useComparedViews } from '../compared.ts';
import { onSnapshots } from '../useRecord.ts';
import { lengthOf, stepAt } from './align.ts';
import { insideStore } from './insideStore.ts';

export interface FrameOf<K extends SnapshotKind> {
  readonly run: RunRow;
  /** Null where nothing of it was recorded by then. */
  readonly frame: SnapshotMap[K] | null;
}

export function useFramesAt<K extends SnapshotKind>(
  runs: readonly RunRow[],
  kind: K,
): readonly FrameOf<K>[] {
  const views = useComparedViews();
  const { align, at } = useStore(insideStore);
  const sessions = useMemo(
    () => runs.map(({ id }) => views.get(id)?.session() ?? null),
    [runs, views],
  );
  const subscribe = useMemo(() => onSnapshots(sessions, kind), [sessions, kind]);
  const scales = runs.map(({ progress }) => ({
    stepsPerEpoch: progress.stepsPerEpoch,
    lastStep: progress.step,
  }));
  const place = lengthOf(scales, align) * at;
  const steps = scales.map((scale) => (at === 1 ? Infinity : stepAt(place, scale, align)));
  const frameAt = (i: number): SnapshotMap[K] | null =>
    // One kind has one body.
    sessions[i]?.snapshots[kind].at(steps[i] ?? 0) ?? null;
  // Renders when another frame is the one to show.
  const shown = (): string => steps.map((_, i) => frameAt(i)?.step ?? '').join();
  useSyncExternalStore(subscribe, shown, shown);
  const stepsKey = steps.join();
  useEffect(() => {
    if (stepsKey.includes('Infinity')) return;
    stepsKey.split(',').forEach((step, i) => sessions[i]?.look(Number(step)));
  }, [sessions, stepsKey]);
  return runs.map((run, i) => ({ run, frame: frameAt(i) }));
}
