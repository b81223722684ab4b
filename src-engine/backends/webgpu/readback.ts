/**
 * Reading device memory: what is asked for together travels together, in one copy and one mapping.
 * A read sees memory as it is when asked for; runs and writes that follow do not wait for it.
 */
import { roundUp } from '../rounding.ts';

export interface ReadRequest {
  readonly buffer: GPUBuffer;
  readonly start: number;
  readonly bytes: number;
}

interface Pending {
  readonly request: ReadRequest;
  readonly resolve: (bytes: ArrayBuffer) => void;
  readonly reject: (error: unknown) => void;
}

const MAP_READ = 1;
const USAGE_MAP_READ = 0x0001;
const USAGE_COPY_DST = 0x0008;
/** Copies and mappings are in units of 8 and 4 bytes. */
const UNIT = 8;
/** Staging buffers kept for the next read. */
const KEPT = 4;
/** Larger ones are not worth their memory between reads. */
const KEPT_BYTES = 16 * 2 ** 20;

export class ReadBack {
  readonly #device: GPUDevice;
  readonly #spare: GPUBuffer[] = [];
  #pending: Pending[] = [];
  #scheduled = false;
  bytesRead = 0;

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  read(request: ReadRequest): Promise<ArrayBuffer> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ request, resolve, reject });
      if (this.#scheduled) return;
      this.#scheduled = true;
      void Promise.resolve().then(() => this.flush());
    });
  }

  /** Takes the snapshot of everything asked for so far. Must come before memory changes. */
  flush(): void {
    this.#scheduled = false;
    const pending = this.#pending;
    if (pending.length === 0) return;
    this.#pending = [];
    void this.#fetch(pending);
  }

  async #fetch(pending: readonly Pending[]): Promise<void> {
    try {
      let total = 0;
      const places = pending.map(({ request }) => {
        const from = Math.floor(request.start / 4) * 4;
        const length = Math.ceil((request.start + request.bytes - from) / 4) * 4;
        const place = { from, length, to: total };
        total += roundUp(length, UNIT);
        return place;
      });
      const staging = this.#staging(total);
      const encoder = this.#device.createCommandEncoder();
      pending.forEach(({ request }, k) => {
        const place = places[k];
        if (place) {
          encoder.copyBufferToBuffer(request.buffer, place.from, staging, place.to, place.length);
        }
      });
      this.#device.queue.submit([encoder.finish()]);
      await staging.mapAsync(MAP_READ, 0, total);
      const mapped = staging.getMappedRange(0, total);
      this.bytesRead += total;
      pending.forEach(({ request, resolve }, k) => {
        const place = places[k];
        if (!place) return;
        const start = place.to + (request.start - place.from);
        resolve(mapped.slice(start, start + request.bytes));
      });
      staging.unmap();
      this.#keep(staging);
    } catch (error) {
      for (const { reject } of pending) reject(error);
    }
  }

  #staging(bytes: number): GPUBuffer {
    const index = this.#spare.findIndex(({ size }) => size >= bytes);
    const [found] = index < 0 ? [] : this.#spare.splice(index, 1);
    return (
      found ??
      this.#device.createBuffer({
        label: 'read back',
        // Some room, so that slightly larger reads find it again.
        size: roundUp(Math.max(256, bytes * 1.25), UNIT),
        usage: USAGE_MAP_READ | USAGE_COPY_DST,
      })
    );
  }

  #keep(staging: GPUBuffer): void {
    if (this.#spare.length < KEPT && staging.size <= KEPT_BYTES) this.#spare.push(staging);
    else staging.destroy();
  }

  close(): void {
    for (const staging of this.#spare) staging.destroy();
    this.#spare.length = 0;
  }
}
