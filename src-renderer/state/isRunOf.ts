/** Whether a run is of a document. Names say nothing: two projects may share one, and one may change its own. */
import type { RunSummary } from '#engine/protocol/run.ts';

export function isRunOf(
  run: Pick<RunSummary, 'documentId'> | null,
  { id }: { readonly id?: string | undefined },
): boolean {
  return run !== null && id !== undefined && run.documentId === id;
}
