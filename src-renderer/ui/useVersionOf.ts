/** Renders again when something that is no React state changed: at once, then no oftener than people read. */
import { useMemo, useSyncExternalStore } from 'react';

const READ_INTERVAL_MS = 100;

/** `subscribe` answers how to stop; another one begins anew. */
export function useVersionOf(subscribe: (changed: () => void) => () => void): number {
  const store = useMemo(() => {
    let version = 0;
    return {
      get: () => version,
      subscribe: (changed: () => void) => {
        let timer = 0;
        let toldAtMs = -Infinity;
        const tell = (): void => {
          timer = 0;
          toldAtMs = performance.now();
          version += 1;
          changed();
        };
        const stop = subscribe(() => {
          if (timer !== 0) return;
          const wait = toldAtMs + READ_INTERVAL_MS - performance.now();
          if (wait <= 0) tell();
          else timer = window.setTimeout(tell, wait);
        });
        return () => {
          window.clearTimeout(timer);
          stop();
        };
      },
    };
  }, [subscribe]);
  return useSyncExternalStore(store.subscribe, store.get);
}
