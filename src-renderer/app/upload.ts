/** Hands a file of the page's to the services, in pieces and in order: the answer names it there. */
import { bridge } from '../bridge/index.ts';

/** Far below the largest message, and many a second. */
const PIECE_BYTES = 4 * 2 ** 20;

export async function upload(file: Blob): Promise<string> {
  const { id } = await bridge.call('uploads.begin', { sizeBytes: file.size });
  for (let at = 0; at < file.size; at += PIECE_BYTES) {
    const piece = await file.slice(at, at + PIECE_BYTES).arrayBuffer();
    await bridge.call('uploads.append', { id, bytes: new Uint8Array(piece) });
  }
  return id;
}
