/**
 * Which drafts hold work that is nowhere else. A draft outlives its window, so those of saved, unchanged or
 * empty documents would be offered at every start for ever.
 */
import { type NetworkDocument, withoutIdentity } from '#engine/ir/index.ts';
import { serializeDocument } from '#engine/ir/restoreDocument.ts';
import type { DraftInfo } from '#engine/protocol/index.ts';

export interface SortedDrafts {
  /** Newest first. */
  readonly kept: readonly DraftInfo[];
  /** Hold nothing that would be missed. */
  readonly idle: readonly DraftInfo[];
}

/** `savedAs`: what stands in a file, null where there is none to read; `examples`: what comes with the app. */
export async function sortDrafts(
  drafts: readonly DraftInfo[],
  savedAs: (path: string) => Promise<NetworkDocument | null>,
  examples: readonly NetworkDocument[],
): Promise<SortedDrafts> {
  const shipped = new Set(examples.map(contentOf));
  const seen = new Set<string>();
  const kept: DraftInfo[] = [];
  const idle: DraftInfo[] = [];
  for (const draft of drafts.toSorted((a, b) => b.savedAt.localeCompare(a.savedAt))) {
    const text = contentOf(draft.document);
    const { path = null } = draft;
    const key = JSON.stringify([path, text]);
    const file = path === null ? null : await savedAs(path);
    const known =
      path === null
        ? shipped.has(text) || draft.document.nodes.length === 0
        : file !== null && contentOf(file) === text;
    if (known || seen.has(key)) idle.push(draft);
    else kept.push(draft);
    seen.add(key);
  }
  return { kept, idle };
}

/** An example opened twice is two documents with the same content. */
const contentOf = (document: NetworkDocument): string =>
  serializeDocument(withoutIdentity(document));
