/** Which of the runs that train side by side a document, a bar or a tab means. */
import { own } from '#engine/ir/record.ts';
import type { RunSummary } from '#engine/protocol/run.ts';
import type { RunsState } from './runs.ts';

/** The one of those that train that belongs; that on show before the others. */
export function activeRunOf(
  {
    activeRunId,
    activeRunIds,
    runs: known,
  }: Pick<RunsState, 'activeRunId' | 'activeRunIds' | 'runs'>,
  belongs: (run: RunSummary) => boolean,
): RunSummary | undefined {
  return [activeRunId, ...activeRunIds]
    .flatMap((id) => (id === null ? [] : (own(known, id) ?? [])))
    .find(belongs);
}
