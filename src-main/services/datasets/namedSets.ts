/**
 * Sets that come with the product, named by their ids in a document (`machines`): such a document holds on every
 * machine. Before it is used each becomes the file that was put where fetched sets are.
 */
import type { DocumentNode, NetworkDocument } from '#engine/ir/document.ts';
import { CATALOG } from './catalog.ts';
import { namedDataset } from './datasets.ts';

type Folders = Parameters<typeof namedDataset>[1];

/** The same document where it names none. Throws InputError where the product is not whole, or the disk full. */
export function withNamedSets(document: NetworkDocument, folders: Folders): NetworkDocument {
  const nodes = document.nodes.map((node): DocumentNode => {
    const { source } = node.attrs;
    if (node.type !== 'Data' || typeof source !== 'string') return node;
    if (CATALOG.get(source.trim())?.isShipped !== true) return node;
    const named = namedDataset(source, folders);
    return named ? { ...node, attrs: { ...node.attrs, source: named.source } } : node;
  });
  return nodes.some((node, i) => node !== document.nodes[i]) ? { ...document, nodes } : document;
}
