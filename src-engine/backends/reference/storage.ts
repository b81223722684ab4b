/**
 * The arenas of a session. A tensor's bytes as planned (4 per f32) do not fit its float64 storage, so each
 * arena keeps one array per element type, addressed by element: `offsetBytes / bytes per element`. Planned
 * memory that is reused with another element type therefore lands in another array, which is fine: a
 * tensor is always read with the type it was written with.
 */
import { ARENAS, type Arena, type BufferRef, type MemoryLayout } from '#engine/compile/program.ts';
import { inputError } from '#engine/ir/problem.ts';
import { BYTES_PER_ELEMENT, type DType, elementCount } from '#engine/ir/tensor.ts';
import { type Numbers, Tensor, allocate } from './tensor.ts';

export class Storage {
  readonly #layout: MemoryLayout;
  readonly #arrays = new Map<string, Numbers>();

  constructor(layout: MemoryLayout) {
    this.#layout = layout;
    // Most of what an arena holds is f32; taking that at once tells now whether it all fits.
    for (const arena of ARENAS) if (arena !== 'data') this.#array(arena, 'f32');
  }

  /** The tensor at a place; shares memory with every other tensor there. */
  tensor({ arena, offsetBytes, type }: BufferRef): Tensor {
    const array = this.#array(arena, type.dtype);
    const start = offsetBytes / BYTES_PER_ELEMENT[type.dtype];
    const end = start + elementCount(type.shape);
    if (!Number.isInteger(start) || end > array.length) {
      throw new RangeError(
        `${arena} holds ${array.length} ${type.dtype}; a tensor from ${start} to ${end} is outside`,
      );
    }
    return new Tensor(type, array.subarray(start, end));
  }

  /** Zero-filled. Other element types than f32, and the data, are allocated on first use. */
  #array(arena: Arena, dtype: DType): Numbers {
    const key = `${arena}:${dtype}`;
    const known = this.#arrays.get(key);
    if (known) return known;
    const length = Math.floor(this.#layout.sizeBytes[arena] / BYTES_PER_ELEMENT[dtype]);
    const array = allocateOrExplain(arena, dtype, length);
    this.#arrays.set(key, array);
    return array;
  }

  release(): void {
    this.#arrays.clear();
  }
}

function allocateOrExplain(arena: Arena, dtype: DType, length: number): Numbers {
  try {
    return allocate(dtype, length);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw inputError(
      'memory.too-large',
      `The ${arena} need ${length} numbers, more than can be allocated.`,
      { explanation: 'A smaller batch or a smaller model needs less memory.' },
    );
  }
}
