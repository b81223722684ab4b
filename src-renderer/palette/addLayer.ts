/** Adds a layer without a pointer, by default to the document in front: behind the selected node and wired to it, or at the end. */
import { documentStore, type DocumentStore } from '../state/document.ts';
import { addAfter, addOnWire } from '../state/operations/add.ts';
import { selectedIds } from '../state/selectors.ts';
import { noteRecentLayer } from '../state/view.ts';

export function addLayer(type: string, documents: DocumentStore = documentStore): void {
  const state = documents.getState();
  const [wire] = state.selection.wires;
  const ids = selectedIds(state);
  const onWire =
    wire !== undefined && ids.length === 0 ? addOnWire(state.document, type, wire) : null;
  const added =
    onWire ??
    addAfter(state.document, state.analysis, type, ids.length === 1 ? (ids[0] ?? null) : null);
  noteRecentLayer(type);
  documents.apply(added.edits, { label: `Add ${type}`, select: [added.id] });
}
