/** What the record of a compared run has: its document, and what is known of its inside. */
import { useCallback, useSyncExternalStore } from 'react';
import type { NetworkDocument } from '#engine/ir/document.ts';
import type { SnapshotKind } from '#engine/protocol/run.ts';
import type { RunSession, SessionNews } from '../state/runSession.ts';
import { useRunViewOf } from './compared.ts';

export function useSessionOf(id: string): RunSession | null {
  return useRunViewOf(id).session();
}

/** What it was started with; null while it is being read. */
export function useRunDocument(id: string): NetworkDocument | null {
  const session = useSessionOf(id);
  const known = (): NetworkDocument | null => session?.document ?? null;
  return useSyncExternalStore(
    useCallback((changed) => session?.subscribe(changed) ?? (() => undefined), [session]),
    known,
    known,
  );
}

/** Told when more of a kind is known of any of these; for `useCanvas` and `useSyncExternalStore`. */
export function onSnapshots(
  sessions: readonly (RunSession | null)[],
  kind: SnapshotKind,
): (changed: () => void) => () => void {
  return (changed) => {
    const listen = (news: SessionNews): void => {
      if (news === kind || news === 'all') changed();
    };
    const stops = sessions.map((session) => session?.subscribe(listen));
    return () => {
      for (const stop of stops) stop?.();
    };
  };
}
