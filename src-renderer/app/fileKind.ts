/** What a file is, by how it begins; a name may say anything. Pure. */

export type FileKind = 'project' | 'model' | 'picture' | 'weights' | 'runs' | 'other';

/** So much of the beginning is looked at. */
export const HEAD_BYTES = 512;

const PNG = [0x89, 0x50, 0x4e, 0x47] as const;
const ZIP = [0x50, 0x4b] as const;
const BRACE = 0x7b;
/** A model in Netloom JSON says so first. */
const MODEL = /^\{\s*"format"\s*:\s*"netloom-model"/;
/** Longer than any header of weights. */
const MOST_HEADER_BYTES = 100_000_000n;

export function fileKind(head: Uint8Array): FileKind {
  const beginsWith = (bytes: readonly number[]): boolean =>
    bytes.every((byte, i) => head[i] === byte);
  if (beginsWith(PNG)) return 'picture';
  // Data is chosen by its path: a zip that is handed over holds runs.
  if (beginsWith(ZIP)) return 'runs';
  if (isWeights(head)) return 'weights';
  // A byte order mark goes with decoding.
  const text = new TextDecoder().decode(head).trimStart();
  const first = text.slice(0, 1);
  if (first === '<') return 'picture';
  if (first !== '{') return 'other';
  return MODEL.test(text) ? 'model' : 'project';
}

/** safetensors: the length of a header of JSON, then that. */
function isWeights(head: Uint8Array): boolean {
  if (head.length < 9 || head[8] !== BRACE) return false;
  const length = new DataView(head.buffer, head.byteOffset).getBigUint64(0, true);
  return length >= 2n && length <= MOST_HEADER_BYTES;
}
