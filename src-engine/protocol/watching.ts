/**
 * How much of a run is shown while it trains, and how fast it goes: what a person chooses, what the engine is
 * told, and what it answers that this costs. Watching changes no result, only the time it takes.
 */

/** `full`: as much as a quarter of the time gives; `balanced`: a twentieth; `off`: the beginning and the end. */
export const WATCH_LEVELS = ['full', 'balanced', 'off'] as const;
export type WatchLevel = (typeof WATCH_LEVELS)[number];

/** `full` never waits; `realTime` shows every step, at most ten a second; `slow` one a second. */
export const TRAINING_PACES = ['full', 'realTime', 'slow'] as const;
export type TrainingPace = (typeof TRAINING_PACES)[number];

export interface Watching {
  readonly level: WatchLevel;
  readonly pace: TrainingPace;
}

/** As the engine is told: `hidden` where nobody looks, whatever is chosen. */
export interface Attention {
  readonly level: WatchLevel | 'hidden';
  readonly pace: TrainingPace;
  /** A person pans, zooms or drags: the engine rests as long as it works, so that the picture can follow. */
  readonly handMoves: boolean;
}

export const FULL_ATTENTION: Attention = { level: 'full', pace: 'full', handMoves: false };

/** A hand is taken to rest when nothing was heard of it for so long: its window says it more often. */
export const HAND_RESTS_MS = 2_000;

/** What watching took in the last seconds. */
export interface WatchReport {
  readonly snapshotsPerSecond: number;
  /** Of the time, as the engine measures it. */
  readonly share: number;
  /** What a watched run does not do more often for: its rate, its share of the time, or every step is shown. */
  readonly limit: 'rate' | 'share' | 'steps';
}
