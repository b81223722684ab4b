/** What a document can hold, and limits of machines that it may run into. */

/** Of the CPU engine: WebAssembly counts bytes with 32 bits. */
export const ADDRESSABLE_BYTES = 2 ** 32;

export const MAX_NODES = 5_000;
export const MAX_WIRES = 20_000;
/** Characters of an id, a type, a port. */
export const MAX_ID = 120;
export const MAX_NAME = 200;
export const MAX_NOTES = 100_000;
/** Farther out the canvas would lose the precision of its coordinates. */
export const MAX_COORDINATE = 1e6;
