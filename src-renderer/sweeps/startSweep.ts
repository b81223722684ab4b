/** Begins a sweep of the document in front, from what a person wrote or chose. */
import type { NetworkDocument } from '#engine/ir/document.ts';
import type { SweepInfo } from '#engine/protocol/index.ts';
import {
  checkSpace,
  gridValues,
  readSpace,
  type SearchProposal,
  sweepName,
} from '#engine/search/index.ts';
import { dataSources } from '../app/services.ts';
import { bridge } from '../bridge/index.ts';

/** As the form has it: what varies is text, one line for each setting. */
export interface SweepDraft extends Pick<
  SearchProposal,
  'texts' | 'strategy' | 'seeds' | 'trials'
> {
  readonly stopping: string | null;
  readonly minutes: number | null;
}

export const NEW_DRAFT: SweepDraft = {
  ...{ texts: [], strategy: 'grid', seeds: 1, trials: null, stopping: null, minutes: null },
};

/** As a dialog is opened with: what a draft has otherwise than a new one. */
export const draftSubject = (draft: Partial<SweepDraft>): string => JSON.stringify(draft);

/** Written by `draftSubject`. */
export const draftOf = (subject: string | null): SweepDraft => ({
  ...NEW_DRAFT,
  ...(subject === null ? {} : (JSON.parse(subject) as Partial<SweepDraft>)),
});

/** Where no number is said and the search does not end by itself. */
const DEFAULT_TRIALS = 20;

/** Throws InputError where a line cannot be read or does not fit the document. */
export function trialsOf(
  document: NetworkDocument,
  { texts, strategy, trials }: SweepDraft,
): number {
  const space = readSpace(texts, document);
  checkSpace(document, space);
  const grid = space.reduce((size, parameter) => size * gridValues(parameter).length, 1);
  return strategy === 'grid' ? Math.min(trials ?? grid, grid) : (trials ?? DEFAULT_TRIALS);
}

export function startSweep(document: NetworkDocument, draft: SweepDraft): Promise<SweepInfo> {
  const space = readSpace(draft.texts, document);
  const { strategy, stopping, seeds, minutes } = draft;
  return bridge.call('sweeps.start', {
    ...{ document, space, strategy, stopping, seeds, minutes },
    name: sweepName(document, space, seeds),
    trials: trialsOf(document, draft),
    project: dataSources.project(),
  });
}
