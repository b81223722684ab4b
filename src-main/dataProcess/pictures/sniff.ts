/** Which format a file is in, by its first bytes, whatever its name says. */
export type PictureFormat = 'png' | 'jpeg' | 'webp' | 'tiff' | 'gif';

const text = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(from, to));

/** Null for all others: those are not even tried. */
export function formatOf(bytes: Uint8Array): PictureFormat | null {
  if (text(bytes, 0, 8) === '\x89PNG\r\n\x1a\n') return 'png';
  if (text(bytes, 0, 3) === '\xff\xd8\xff') return 'jpeg';
  if (text(bytes, 0, 4) === 'RIFF' && text(bytes, 8, 12) === 'WEBP') return 'webp';
  if (/^GIF8[79]a$/.test(text(bytes, 0, 6))) return 'gif';
  const mark = text(bytes, 0, 4);
  // The second and fourth are BigTIFF.
  return ['II*\0', 'II+\0', 'MM\0*', 'MM\0+'].includes(mark) ? 'tiff' : null;
}
