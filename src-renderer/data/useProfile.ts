/** Keeps the profile of the chosen data in step with the document while the view is in front. */
import { useEffect } from 'react';
import { useStore } from 'zustand';
import type { DataProfile } from '#engine/protocol/profileContract.ts';
import type { Answer } from '../state/dataProfiles.ts';
import type { ChosenData } from './chosenData.ts';
import { profiles } from './services.ts';

export function useProfile(data: ChosenData | null): Answer<DataProfile> {
  useEffect(() => {
    profiles.ask(
      data && {
        source: data.source,
        options: data.options,
        more: { split: data.split, seed: data.seed },
      },
    );
  }, [data]);
  return useStore(profiles.store);
}
