/** Keeps some rows of the table, as the network gets them, in step with the document. */
import { useEffect } from 'react';
import { useStore } from 'zustand';
import type { TablePreview } from '#engine/protocol/tablePreview.ts';
import type { Answer } from '#renderer/state/dataProfiles.ts';
import type { ChosenData } from '../chosenData.ts';
import { tablePreviews } from '../services.ts';

export function useTablePreview(data: ChosenData): Answer<TablePreview> {
  useEffect(() => {
    tablePreviews.ask({
      source: data.source,
      options: data.options,
      more: { split: data.split, seed: data.seed },
    });
  }, [data]);
  return useStore(tablePreviews.store);
}

/** What is there is of this source; maybe of other options while the next one is made. */
export function usePreviewOf(data: ChosenData): TablePreview | null {
  const { value, source } = useStore(tablePreviews.store);
  return source === data.source ? value : null;
}
