/**
 * The words through which threads meet, all in shared memory: CONTROL in the first page of each session's
 * memory, for the emitted barriers; POOL in a small buffer of the thread pool, for waking idle workers.
 * Each word has a cache line of its own, so that spinning on one does not slow writes to another.
 */

const LINE_BYTES = 64;

/** Byte addresses in a session's memory. Address 0 stays unused, so that a zero address is a mistake. */
export const CONTROL = {
  /** How many threads have reached the barrier. */
  arrived: LINE_BYTES,
  /** Counts barriers passed; waiters watch it. */
  generation: 2 * LINE_BYTES,
  /** How many threads sleep at the barrier; when none does, no one need be woken. */
  sleepers: 3 * LINE_BYTES,
  /** Not zero once a thread has failed; everyone gives up. */
  failed: 4 * LINE_BYTES,
} as const;
/** Arenas begin behind the control words. */
export const CONTROL_BYTES = 1024;

/** Byte addresses in the pool's buffer. */
export const POOL = {
  /** Counts everything the pool asks for; idle workers sleep on it. */
  bell: 0,
  /** Counts steps; a worker that has done fewer has one to do. */
  steps: LINE_BYTES,
  /** The number of the program that the latest step runs. */
  program: 2 * LINE_BYTES,
  /** Counts messages posted; a worker that has handled fewer returns to its event loop. */
  messages: 3 * LINE_BYTES,
} as const;
export const POOL_BYTES = 4 * LINE_BYTES;

export const PAGE_BYTES = 65536;
/** Index into an Int32Array over the memory. */
export const wordIndex = (address: number): number => address >> 2;
