/** A file that the services made for this page, fetched piece by piece. */
import type { FileForPage } from '#engine/protocol/index.ts';
import { bridge } from '../bridge/index.ts';

/** The browser keeps the pieces where it has room for them: a large file need not be in memory. */
export async function fetchFile({ id, sizeBytes }: FileForPage, type: string): Promise<Blob> {
  const pieces: Blob[] = [];
  for (let from = 0; from < sizeBytes;) {
    const piece = await bridge.call('downloads.read', { id, from });
    if (piece.length === 0) throw new Error('The file ended early. Export it again.');
    pieces.push(new Blob([new Uint8Array(piece)], { type }));
    from += piece.length;
  }
  return new Blob(pieces, { type });
}
