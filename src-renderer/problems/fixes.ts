/** Applies a problem's repair, as one undo step; nodes that it adds are selected. */
import type { Fix } from '#engine/ir/problem.ts';
import type { DocumentStore } from '../state/document.ts';

export function applyFix(documents: DocumentStore, { label, edits }: Fix): void {
  const added = edits.flatMap((edit) =>
    edit.kind === 'addNode' || edit.kind === 'spliceNode' ? [edit.node.id] : [],
  );
  documents.apply(edits, { label, ...(added.length > 0 ? { select: added } : {}) });
}
