/** Files as one zip, in memory; the same files give the same bytes. */
import { ZipFile } from 'yazl';

export interface ZipEntry {
  /** `/` between names. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Zips know local time of day; this is the first that they can say. */
const NO_TIME = new Date(1980, 0, 1);

/** `stored`: as they are, for what is read again at once. */
export async function packZip(
  entries: readonly ZipEntry[],
  packing: 'deflated' | 'stored' = 'deflated',
): Promise<Uint8Array> {
  const zip = new ZipFile();
  for (const { path, bytes } of entries) {
    // A view, which yazl asks for.
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const compress = packing === 'deflated';
    zip.addBuffer(view, path, { mtime: NO_TIME, mode: 0o100644, compress });
  }
  zip.end();
  const pieces: Buffer[] = [];
  for await (const piece of zip.outputStream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
