/**
 * The arenas of a session in device buffers. All in one buffer where the device can bind so much at once;
 * else in several, and an arena larger than one binding is seen through windows, one per tensor. What a
 * kernel binds follows from where its tensors lie. Not what is in them (session.ts).
 */
import { ARENAS, type Arena, type MemoryLayout, placeBytes } from '#engine/compile/program.ts';
import { type InputError, inputError } from '#engine/ir/problem.ts';
import { roundDown, roundUp } from '../rounding.ts';
import type { Dispatch, Place } from './kernel.ts';

/** What decides how buffers are cut. */
export interface MemoryLimits {
  readonly bindingBytes: number;
  readonly bufferBytes: number;
  readonly bindings: number;
  readonly offsetAlignment: number;
}

/** A stretch of one buffer that a kernel may bind. */
export interface Window {
  readonly buffer: number;
  readonly start: number;
  readonly end: number;
}

/** Which window each slot of a dispatch lies in, and where in it. */
export interface Bound {
  readonly windows: readonly Window[];
  /** Per slot: index of its window, and the offset in bytes from the window's start. */
  readonly slots: readonly { readonly window: number; readonly offsetBytes: number }[];
}

interface Placement {
  readonly buffer: number;
  readonly start: number;
}

/** Code of width 4 may look at a whole group where a tensor has only a part of it. */
const GROUP_BYTES = 16;

/** Where every arena goes; no device needed. */
export class MemoryMap {
  /** Sizes of the buffers to create. */
  readonly bufferBytes: readonly number[];
  readonly #placements: ReadonlyMap<Arena, Placement>;
  readonly #limits: MemoryLimits;

  constructor(layout: MemoryLayout, limits: MemoryLimits) {
    this.#limits = limits;
    const placements = new Map<Arena, Placement>();
    const sizes: number[] = [];
    for (const arena of ARENAS) {
      const bytes = roundUp(Math.max(layout.sizeBytes[arena], GROUP_BYTES), limits.offsetAlignment);
      if (bytes > limits.bufferBytes) throw tooLarge(arena, bytes, limits.bufferBytes);
      const last = sizes.length - 1;
      const used = sizes[last] ?? Infinity;
      if (used + bytes <= limits.bindingBytes) {
        placements.set(arena, { buffer: last, start: used });
        sizes[last] = used + bytes;
      } else {
        placements.set(arena, { buffer: sizes.length, start: 0 });
        sizes.push(bytes);
      }
    }
    this.#placements = placements;
    this.bufferBytes = sizes;
  }

  /** The buffer of a planned tensor and its first byte there. */
  locate(place: Place & { readonly arena: Arena }): Placement {
    const placement = this.#placements.get(place.arena);
    if (!placement) throw new Error(`no arena ${place.arena}`);
    return { buffer: placement.buffer, start: placement.start + place.offsetBytes };
  }

  /** `scratch` is the number and size of the buffer for places of the call's own. */
  bind(dispatch: Dispatch, scratch: { readonly buffer: number; readonly bytes: number }): Bound {
    const spans = dispatch.slots.map(({ place }): Window => {
      const { arena } = place;
      const { buffer, start } =
        arena === 'scratch'
          ? { buffer: scratch.buffer, start: place.offsetBytes }
          : this.locate({ ...place, arena });
      const end = start + roundUp(Math.max(placeBytes(place), 4), GROUP_BYTES);
      const bytes = buffer === scratch.buffer ? scratch.bytes : (this.bufferBytes[buffer] ?? 0);
      return bytes <= this.#limits.bindingBytes
        ? { buffer, start: 0, end: bytes }
        : { buffer, start: roundDown(start, this.#limits.offsetAlignment), end };
    });
    const { bindingBytes, bindings } = this.#limits;
    const windows = fewer(mergeOverlapping(spans), bindings, bindingBytes);
    const fits = windows.every(({ start, end }) => end - start <= bindingBytes);
    if (!fits || windows.length > bindings) {
      throw inputError(
        'memory.binding-too-large',
        `One step of the computation (${dispatch.label}) touches more memory at once than the GPU allows.`,
        { explanation: 'A smaller batch or smaller layers need less; the CPU has no such limit.' },
      );
    }
    return {
      windows,
      slots: dispatch.slots.map(({ place }, k) => {
        const { buffer, start } = spans[k] ?? { buffer: -1, start: 0 };
        const window = windows.findIndex(
          (each) => each.buffer === buffer && each.start <= start && start < each.end,
        );
        const first =
          place.arena === 'scratch'
            ? place.offsetBytes
            : this.locate({ ...place, arena: place.arena }).start;
        return { window, offsetBytes: first - (windows[window]?.start ?? 0) };
      }),
    };
  }
}

/** Two writable bindings of one dispatch must not overlap: what does becomes one. */
function mergeOverlapping(spans: readonly Window[]): readonly Window[] {
  const merged: Window[] = [];
  for (const span of [...spans].sort((a, b) => a.buffer - b.buffer || a.start - b.start)) {
    const last = merged.at(-1);
    if (last && last.buffer === span.buffer && span.start < last.end) {
      merged[merged.length - 1] = { ...last, end: Math.max(last.end, span.end) };
    } else merged.push(span);
  }
  return merged;
}

/** Joins neighbours, the closest first, while there are more windows than bindings and it is allowed. */
function fewer(windows: readonly Window[], most: number, bindingBytes: number): readonly Window[] {
  const left = [...windows];
  while (left.length > most) {
    let least = { index: -1, bytes: Infinity };
    left.forEach(({ buffer, start }, index) => {
      const next = left[index + 1];
      const bytes = next?.buffer === buffer ? next.end - start : Infinity;
      if (bytes < least.bytes) least = { index, bytes };
    });
    if (least.bytes > bindingBytes) break;
    const [first, second] = left.slice(least.index, least.index + 2);
    if (first && second) left.splice(least.index, 2, { ...first, end: second.end });
  }
  return left;
}

const NAMES: Readonly<Record<Arena, string>> = {
  parameters: 'parameters',
  gradients: 'gradients',
  optimizer: "optimiser's state",
  average: 'averaged parameters',
  buffers: 'running statistics',
  data: 'data set',
  feeds: 'inputs',
  outputs: 'results',
  work: 'activations',
};

function tooLarge(arena: Arena, bytes: number, limit: number): InputError {
  const mebibytes = (count: number): number => Math.ceil(count / 2 ** 20);
  return inputError(
    'memory.too-large',
    `The ${NAMES[arena]} need ${mebibytes(bytes)} MiB in one piece, the GPU gives at most ${mebibytes(limit)} MiB.`,
    { explanation: 'A smaller batch, a smaller model or less data needs less; so does the CPU.' },
  );
}
