/** Selects a node that something names, where the document still has it; by default that in front. */
import { documentStore, type DocumentStore } from './document.ts';

export function selectNode(id: string, documents: DocumentStore = documentStore): void {
  const { document } = documents.getState();
  if (!document.nodes.some((node) => node.id === id)) return;
  documents.select({ nodes: new Set([id]), wires: new Set() });
}
