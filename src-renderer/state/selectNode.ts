/** Selects a node that a panel names, where the document still has it. */
import { documentStore } from './document.ts';

export function selectNode(id: string): void {
  const { document } = documentStore.getState();
  if (!document.nodes.some((node) => node.id === id)) return;
  documentStore.select({ nodes: new Set([id]), wires: new Set() });
}
