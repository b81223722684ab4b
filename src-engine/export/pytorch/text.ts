/** text.py, text.json and, of byte pairs, tokenizer.json: how other texts become what the network takes. */
import { tokenizerJson } from '#engine/datasets/text/tokenizerJson.ts';
import type { TextReading } from '#engine/datasets/text/reading.ts';
import type { FolderEntry } from '../define.ts';
import code from './files/text.py?raw';

export function textFiles(reading: TextReading): readonly FolderEntry[] {
  const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
  const json = tokenizerJson(reading.tokenizer);
  return [
    { path: 'text.py', bytes: bytesOf(code) },
    { path: 'data/text.json', bytes: bytesOf(`${JSON.stringify(reading, null, 1)}\n`) },
    ...(json
      ? [{ path: 'data/tokenizer.json', bytes: bytesOf(`${JSON.stringify(json, null, 1)}\n`) }]
      : []),
  ];
}
