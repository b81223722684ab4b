/**
 * What a file of strategies/ states: a way to choose what is tried next. One file per strategy, found by the
 * registry beside it; the command line and the dialog list what is there. Pure and without a memory: what is
 * proposed follows from the seed, the number of the proposal and what came of those before, so that a search
 * that was cut off goes on as if it had not been.
 *
 * To add a strategy: copy the nearest file, name it as its `id`. The rules that all of them keep (within the
 * ranges, nothing twice where nothing need be, the same for the same seed) are asked of it by
 * test/pure/search/strategies.test.ts.
 */
import { RandomStream } from '../ops/philox.ts';
import { type SearchSpace, spaceSize, valueAt, type Values, valuesKey } from './space.ts';

/** A setting that was tried, in the order of the proposals. */
export interface Tried {
  readonly values: Values;
  /** What came of it, smaller being better; null while it trains, Infinity where it failed. */
  readonly loss: number | null;
}

export interface SearchState {
  readonly space: SearchSpace;
  readonly seed: number;
  readonly tried: readonly Tried[];
}

export interface SearchStrategy {
  readonly id: string;
  readonly label: string;
  /** What it does and when to use it; plain sentences. */
  readonly doc: string;
  /** In lists. */
  readonly rank: number;
  /** It ends by itself when all has been tried; others take a number of trials. */
  readonly exhaustive?: true;
  /** Null where there is nothing left to be tried. */
  propose(state: SearchState): Values | null;
}

export const defineStrategy = (strategy: SearchStrategy): SearchStrategy => strategy;

/** The random numbers of one proposal. */
export const proposalRandom = ({
  seed,
  tried,
}: Pick<SearchState, 'seed' | 'tried'>): RandomStream =>
  new RandomStream(seed, 'search', 0, tried.length);

const ATTEMPTS = 200;

/**
 * What `draw` proposes that has not been tried. Of a small space most is known before long: what is left is
 * then looked for place by place.
 */
export function untried({ space, tried, seed }: SearchState, draw: () => Values): Values | null {
  const known = new Set(tried.map(({ values }) => valuesKey(space, values)));
  if (known.size >= spaceSize(space)) return null;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const values = draw();
    if (!known.has(valuesKey(space, values))) return values;
  }
  const random = new RandomStream(seed, 'search', 1, tried.length);
  for (let attempt = 0; attempt < ATTEMPTS * ATTEMPTS; attempt++) {
    const values = atPlaces(space, () => random.uniform());
    if (!known.has(valuesKey(space, values))) return values;
  }
  return null;
}

/** The setting at a place from 0 to 1 in each of its parameters. */
export const atPlaces = (space: SearchSpace, placeOf: (i: number) => number): Values =>
  Object.fromEntries(space.map((parameter, i) => [parameter.name, valueAt(parameter, placeOf(i))]));
