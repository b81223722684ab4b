/** Data sets from the network: what there is to be had, how far a fetch is, and what went wrong with one. */
import { useCallback, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { errorSentence } from '#engine/ir/errors.ts';
import type { DownloadProgress, OfferedDataset } from '#engine/protocol/appContract.ts';
import { RemoteError } from '#engine/protocol/rpc.ts';
import { bridge, connectionStore } from '../bridge/index.ts';

export interface Offered {
  readonly sets: readonly OfferedDataset[];
  readonly progress: DownloadProgress | null;
  readonly failure: string | null;
  /** The set once it is there; null where it did not come. */
  readonly get: (id: string) => Promise<OfferedDataset | null>;
  readonly cancel: (id: string) => void;
}

export function useOffered(): Offered {
  const generation = useStore(connectionStore, (connection) => connection.generation);
  const [sets, setSets] = useState<readonly OfferedDataset[]>([]);
  const [progress, setProgress] = useState<DownloadProgress | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const refresh = useCallback(
    () => bridge.call('datasets.offered', null).then(setSets, () => undefined),
    [],
  );
  useEffect(() => {
    void refresh();
    return bridge.on('datasets.progress', setProgress);
  }, [generation, refresh]);
  const get = async (id: string): Promise<OfferedDataset | null> => {
    setFailure(null);
    const fetching = bridge.call('datasets.get', { id });
    void refresh();
    try {
      return await fetching;
    } catch (error) {
      const [problem] = error instanceof RemoteError ? error.problems : [];
      setFailure(problem?.message ?? errorSentence(error));
      return null;
    } finally {
      setProgress(null);
      void refresh();
    }
  };
  const cancel = (id: string): void =>
    void bridge.call('datasets.cancel', { id }).catch(() => undefined);
  return { sets, progress, failure, get, cancel };
}
