/**
 * The states of an entry of the queue, and which of them are its end. Total, so that a new state says on which
 * side it is.
 */
const IS_OVER = {
  waiting: false,
  running: false,
  finished: true,
  stopped: true,
  failed: true,
  /** Taken out before it began. */
  cancelled: true,
  /** The engine ended under it again and again. */
  setAside: true,
} as const satisfies Readonly<Record<string, boolean>>;

export type QueueEntryState = keyof typeof IS_OVER;

export const isOver = (state: QueueEntryState): boolean => IS_OVER[state];
