/** The data of a project as the command line was told: another source, fields read where they are not known. */
import { resolveData } from '#engine/datasets/index.ts';
import type { DocumentNode, NetworkDocument } from '#engine/ir/index.ts';

type Describe = Parameters<typeof resolveData>[1];

export async function withData(
  document: NetworkDocument,
  source: string | undefined,
  describe: Describe,
): Promise<NetworkDocument> {
  const nodes = document.nodes.map((node): DocumentNode =>
    node.type === 'Data' && source !== undefined
      ? { ...node, attrs: { ...node.attrs, source, options: {} } }
      : node,
  );
  // Projects written by hand name a source and leave its fields to be found.
  const unknown = nodes.some(
    ({ type, attrs }) => type === 'Data' && !Array.isArray(attrs['fields']),
  );
  if (source === undefined && !unknown) return document;
  return resolveData({ ...document, nodes }, describe);
}
