/** What packs and unpacks bytes; nodeCompression.ts is the one implementation. */

export interface Compression {
  /** In zlib's format. */
  deflate(bytes: Uint8Array): Uint8Array;
  /** Null where it is damaged, or more than that. */
  inflate(bytes: Uint8Array, mostBytes: number): Uint8Array | null;
}
