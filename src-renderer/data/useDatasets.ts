/** The sources of this host, asked for once for each connection. */
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { DatasetInfo } from '#engine/protocol/appContract.ts';
import { bridge, connectionStore } from '../bridge/index.ts';
import { sourceName } from './chosenData.ts';

export function useDatasets(): readonly DatasetInfo[] {
  const generation = useStore(connectionStore, (connection) => connection.generation);
  const [list, setList] = useState<readonly DatasetInfo[]>([]);
  useEffect(() => {
    let there = true;
    bridge.call('datasets.list', null).then(
      (found) => there && setList(found),
      () => undefined,
    );
    return () => {
      there = false;
    };
  }, [generation]);
  return list;
}

/** What people call a source. */
export function useSourceName(source: string): string {
  const datasets = useDatasets();
  return sourceName(source, (id) => datasets.find((set) => set.id === id)?.label);
}
