/** Deflate, as PNG and ZIP have it, by Node. What is unpacked has a limit: a few bytes can claim any size. */
import { deflateSync, inflateSync } from 'node:zlib';
import type { Compression } from './compression.ts';

export const nodeCompression: Compression = {
  deflate: (bytes) => new Uint8Array(deflateSync(bytes, { level: 9 })),
  inflate(bytes, mostBytes) {
    try {
      return new Uint8Array(inflateSync(bytes, { maxOutputLength: mostBytes }));
    } catch {
      return null;
    }
  },
};
