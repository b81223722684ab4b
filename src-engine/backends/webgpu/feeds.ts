/**
 * What the host writes before each step (random state, learning rate, rows), gathered into one upload.
 * The device never writes there, so the copy kept here is what it holds.
 */
export class Feeds {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  #start = Infinity;
  #end = 0;

  constructor(sizeBytes: number) {
    this.#bytes = new Uint8Array(sizeBytes);
  }

  write(offsetBytes: number, bytes: Uint8Array): void {
    this.#bytes.set(bytes, offsetBytes);
    this.#start = Math.min(this.#start, offsetBytes);
    this.#end = Math.max(this.#end, offsetBytes + bytes.length);
  }

  /** What has changed since the last time, in whole words. */
  take(): { readonly start: number; readonly bytes: Uint8Array<ArrayBuffer> } | null {
    if (this.#end === 0) return null;
    const change = { start: this.#start, bytes: this.#bytes.subarray(this.#start, this.#end) };
    this.#start = Infinity;
    this.#end = 0;
    return change;
  }
}
