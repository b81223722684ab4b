/** How far the reader is with a source, as far as it says so, and the way to end it. */
import { useEffect, useState } from 'react';
import { bridge } from '../bridge/index.ts';

export function stopReading(source: string): void {
  void bridge.call('datasets.stopReading', { source }).catch(() => undefined);
}

/** From 0 to 1; null before it is known. */
export function useReadingProgress(source: string): number | null {
  const [share, setShare] = useState<number | null>(null);
  useEffect(
    () =>
      bridge.on('datasets.reading', (told) => {
        if (told.source === source && told.total > 0) setShare(Math.min(1, told.done / told.total));
      }),
    [source],
  );
  return share;
}
