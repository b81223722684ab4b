/** The live view for small components of panels: they render when a frame comes, ten times a second at most. */
import { useCallback, useSyncExternalStore } from 'react';
import type { SnapshotKind, TelemetryFrame } from '#engine/protocol/run.ts';
import { live } from '../state/live.ts';
import type { Subscribe } from './useCanvas.ts';

const subscribe = (changed: () => void): (() => void) => live.subscribeFrames(changed);

/** For canvases, which redraw without rendering. */
export const onFrame: Subscribe = subscribe;

/** The frame on show. */
export function useFrame(): TelemetryFrame | null {
  return useSyncExternalStore(subscribe, () => live.frame);
}

/** Whether a frame is there at all: renders a panel once, when the first one comes. */
export function useHasFrames(): boolean {
  return useSyncExternalStore(subscribe, () => live.frame !== null);
}

/** Of the step on show, or the last one before it. */
export function useSnapshot<K extends SnapshotKind>(kind: K) {
  return useSyncExternalStore(
    useCallback((changed: () => void) => live.subscribeKind(kind, changed), [kind]),
    () => live.shown(kind),
  );
}
