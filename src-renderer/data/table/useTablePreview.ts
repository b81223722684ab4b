/** Keeps some rows of the table, as the network gets them, in step with the document. */
import { useEffect } from 'react';
import { useStore } from 'zustand';
import type { NormaliseMode, TablePreview } from '#engine/protocol/tablePreview.ts';
import type { Answer } from '#renderer/state/dataProfiles.ts';
import { useDocument } from '#renderer/state/documentSession.ts';
import { documentNode } from '#renderer/state/selectors.ts';
import type { ChosenData } from '../chosenData.ts';
import { dataViewStore } from '../dataViewStore.ts';
import { type Scaled, tablePreviews } from '../services.ts';
import { recipeNow } from './useTableData.ts';

const MODES: ReadonlySet<unknown> = new Set<NormaliseMode>(['auto', 'none', 'unit', 'standardise']);

/** After all steps of the recipe, or after those up to the one that is looked at. */
export function useTablePreview(data: ChosenData): Answer<TablePreview> {
  const written = useDocument(
    (state) => documentNode(state.document, data.node)?.attrs['normalise'],
  );
  const steps = useStore(dataViewStore, (view) => view.steps);
  useEffect(() => {
    // What is none is said where it is set; it scales as a new node does.
    const normalise = MODES.has(written) ? (written as NormaliseMode) : 'auto';
    const more: Scaled = { split: data.split, seed: data.seed, normalise };
    const recipe = recipeNow(data);
    const options =
      steps === null || steps >= recipe.length
        ? data.options
        : { ...data.options, recipe: recipe.slice(0, steps) };
    tablePreviews.ask({ source: data.source, options, more });
  }, [data, written, steps]);
  return useStore(tablePreviews.store);
}

/** What is there is of this source; maybe of other options while the next one is made. */
export function usePreviewOf(data: ChosenData): TablePreview | null {
  const { value, source } = useStore(tablePreviews.store);
  return source === data.source ? value : null;
}
