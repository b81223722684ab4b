/**
 * What is seen of the inside of the run that this part of the page shows, for small components of panels: they
 * render when a frame comes, ten times a second at most.
 */
import { useCallback, useSyncExternalStore } from 'react';
import type { SnapshotKind, TelemetryFrame } from '#engine/protocol/run.ts';
import type { LiveView } from '../state/live.ts';
import { useRunView } from '../state/runView.ts';
import type { Subscribe } from './useCanvas.ts';

export function useLive(): LiveView {
  return useRunView().live;
}

/** For canvases, which redraw without rendering. */
export function useOnFrame(): Subscribe {
  const live = useLive();
  return useCallback((changed) => live.subscribeFrames(changed), [live]);
}

/** The frame on show. */
export function useFrame(): TelemetryFrame | null {
  const live = useLive();
  return useSyncExternalStore(useOnFrame(), () => live.frame);
}

/** Whether a frame is there at all: renders a panel once, when the first one comes. */
export function useHasFrames(): boolean {
  const live = useLive();
  return useSyncExternalStore(useOnFrame(), () => live.frame !== null);
}

/** Whether the record has what is on show for this kind, and it is still being read. */
export function useIsOnItsWay(kind: SnapshotKind): boolean {
  const live = useLive();
  return useSyncExternalStore(
    useCallback(
      (changed: () => void) => {
        // Frames bring the news of what is recorded at all.
        const stops = [live.subscribeFrames(changed), live.subscribeKind(kind, changed)];
        return () => stops.forEach((stop) => stop());
      },
      [live, kind],
    ),
    () => live.isOnItsWay(kind),
  );
}

/** Of the step on show, or the last one before it. */
export function useSnapshot<K extends SnapshotKind>(kind: K) {
  const live = useLive();
  return useSyncExternalStore(
    useCallback((changed: () => void) => live.subscribeKind(kind, changed), [live, kind]),
    () => live.shown(kind),
  );
}
