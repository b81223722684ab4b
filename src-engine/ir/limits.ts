/** Limits of machines that a document may run into. */

/** Of the CPU engine: WebAssembly counts bytes with 32 bits. */
export const ADDRESSABLE_BYTES = 2 ** 32;
