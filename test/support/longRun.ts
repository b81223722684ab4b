/** What `recordLongRun.ts` writes, for who looks at it. */
export const LONG_RUN_STEPS = 200_000;
/** Nothing that a decimated curve could guess: every step has one of ten values. */
export const lossAt = (step: number): number => 1 + (step % 10) / 10;
