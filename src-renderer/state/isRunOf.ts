/**
 * Whether a run is of a document: trained from it, or shown by it as it was. Names say nothing: two projects
 * may share one, and one may change its own.
 */
import type { RunSummary } from '#engine/protocol/run.ts';
import { asItWasId } from './asItWas.ts';

export function isRunOf(
  run: Pick<RunSummary, 'id' | 'documentId'> | null,
  { id }: { readonly id?: string | undefined },
): boolean {
  if (run === null || id === undefined) return false;
  return run.documentId === id || asItWasId(run.id) === id;
}
