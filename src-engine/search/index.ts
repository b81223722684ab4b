/** Searches for better settings: spaces, strategies, stopping rules, and sweeps made of them. Pure. */
export * from './ablation.ts';
export { isOfFolds, sweepAnswer } from './answer.ts';
export * from './apply.ts';
export * from './defineStopping.ts';
export { type SearchState, type SearchStrategy, type Tried } from './defineStrategy.ts';
export * from './fits.ts';
export * from './readSpace.ts';
export * from './offered.ts';
export * from './proposals.ts';
export * from './names.ts';
export { type MarkedRange, markedRange, repeatPath } from './repeat.ts';
export * from './space.ts';
export { stoppingRules } from './stopping/index.ts';
export { strategies } from './strategies/index.ts';
export * from './suggest.ts';
export * from './sweep.ts';
export * from './worth.ts';
export { alike, BYPASSED_NODE, NO_NODE, target, type Target } from './targets.ts';
