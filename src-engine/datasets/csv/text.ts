/** From the bytes of a text file to text: UTF-8, UTF-16 with its mark, or Windows' Western code page. */
import { inputError } from '#engine/ir/problem.ts';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

export interface DecodedText {
  readonly text: string;
  readonly encoding: Encoding;
}

/** Of a table as text, unpacked: as cells it takes some ten times as much memory. */
export const MAX_TEXT_BYTES = 2 ** 28;

export function decodeText(bytes: Uint8Array, path: string): DecodedText {
  const encoding = encodingOf(bytes, path);
  return { text: new TextDecoder(encoding).decode(bytes), encoding };
}

/** `isWhole`: the bytes are all there are, not a beginning that may end within a letter. Throws for what is no text. */
export function encodingOf(bytes: Uint8Array, path: string, isWhole = true): Encoding {
  const mark = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  if (mark === 0xfffe) return 'utf-16le';
  if (mark === 0xfeff) return 'utf-16be';
  const zero = bytes.indexOf(0);
  if (zero >= 0) {
    throw inputError('csv.not-text', 'This is not a text file: it contains zero bytes.', {
      path: `${path}, byte ${zero}`,
    });
  }
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: !isWhole });
    return 'utf-8';
  } catch {
    // Every byte means something there: what spreadsheets save where they do not save UTF-8.
    return 'windows-1252';
  }
}
