/**
 * The document of a run as it was trained, for looking at it when its own document is not open or has become
 * another network. A child of that one: two documents never share an id. Its id is made from the run's, so that
 * reopening finds it, and a reload knows what it was.
 */
import type { NetworkDocument } from '#engine/ir/document.ts';

const PREFIX = 'run-';

export const asItWasId = (runId: string): string => `${PREFIX}${runId}`;

/** The run that a document shows as it was; null for every other document. */
export const runAsItWas = (id: string | undefined): string | null =>
  id?.startsWith(PREFIX) === true ? id.slice(PREFIX.length) : null;

/** `document` is what the run was started with. */
export function asItWas(
  run: { readonly id: string; readonly name: string },
  document: NetworkDocument,
): NetworkDocument {
  return { ...childOf(document, asItWasId(run.id)), name: run.name };
}

/** The same content as a document of its own. */
export function childOf(document: NetworkDocument, id: string): NetworkDocument {
  const { id: parent, parent: _grandparent, ...content } = document;
  return { ...content, id, ...(parent === undefined ? {} : { parent }) };
}
