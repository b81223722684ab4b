/**
 * The states of a run, and which of them are active: some process trains it, or is about to. Total, so that
 * a new state says on which side it is.
 */
const IS_ACTIVE = {
  preparing: true,
  running: true,
  paused: true,
  finished: false,
  stopped: false,
  /** The engine died; what was recorded is kept and the last checkpoint can be resumed. */
  interrupted: false,
  failed: false,
  /** Trained elsewhere: its weights came from a file, and there is nothing to go on with. */
  imported: false,
} as const satisfies Readonly<Record<string, boolean>>;

export type RunState = keyof typeof IS_ACTIVE;

// An object's own keys are those of its type.
export const RUN_STATES = Object.keys(IS_ACTIVE) as readonly RunState[];

export const ACTIVE_STATES: ReadonlySet<RunState> = new Set(
  RUN_STATES.filter((state) => IS_ACTIVE[state]),
);

export const isActive = (state: RunState): boolean => ACTIVE_STATES.has(state);

/** By the program that was asked: the one that can pause and stop it. */
export const trainsHere = (run: {
  readonly progress: { readonly state: RunState };
  readonly elsewhere?: true;
}): boolean => isActive(run.progress.state) && run.elsewhere !== true;
