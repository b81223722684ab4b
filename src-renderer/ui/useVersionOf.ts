/** Renders again when something that is no React state changed: at once, then no oftener than people read. */
import { useMemo, useSyncExternalStore } from 'react';
import { atReadingPace } from './atReadingPace.ts';

/** `subscribe` answers how to stop; another one begins anew. `inTurns`: as atReadingPace.ts has it. */
export function useVersionOf(
  subscribe: (changed: () => void) => () => void,
  inTurns = false,
): number {
  const store = useMemo(() => {
    let version = 0;
    const atPace = atReadingPace(subscribe, { inTurns });
    return {
      get: () => version,
      subscribe: (changed: () => void) => {
        // What came after rendering and before this is told to nobody: React looks once more for it.
        version += 1;
        return atPace(() => {
          version += 1;
          changed();
        });
      },
    };
  }, [subscribe, inTurns]);
  return useSyncExternalStore(store.subscribe, store.get);
}
