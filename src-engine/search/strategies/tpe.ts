/**
 * Tree-structured Parzen estimator: of the settings that were tried, the best tenth and the rest are each
 * described by a density (parzen.ts), and what is likely under the first and unlikely under the second is tried
 * next. Parameters are judged one by one. Constants as in Optuna; reference: Bergstra et al. 2011.
 */
import { own } from '#engine/ir/record.ts';
import { defineStrategy, proposalRandom, untried } from '../defineStrategy.ts';
import { estimator } from '../parzen.ts';
import type { Parameter, Values } from '../space.ts';
import random from './random.ts';

/** Drawn at random before anything can be learned from them. */
export const STARTUP_TRIALS = 10;
const CANDIDATES = 24;
const MOST_GOOD = 25;
const goodCount = (count: number): number => Math.min(Math.ceil(count / 10), MOST_GOOD);

export default defineStrategy({
  id: 'tpe',
  label: 'TPE',
  doc: 'Learns from what was tried: after ten random trials it looks where the best tenth lies and the rest does not. For more than a few trials of several settings.',
  rank: 4,
  propose(state) {
    const { space, tried } = state;
    const ended = tried.filter(({ loss }) => loss !== null);
    if (ended.length < STARTUP_TRIALS) return random.propose(state);
    const ranked = ended.toSorted((a, b) => (a.loss ?? Infinity) - (b.loss ?? Infinity));
    const good = new Set(ranked.slice(0, goodCount(ended.length)));
    // What still trains counts as no good, so that nothing like it is begun meanwhile.
    const seen = (parameter: Parameter, wanted: boolean) =>
      tried
        .filter((each) => good.has(each) === wanted)
        .map(({ values }) => own(values, parameter.name) ?? null);
    const models = space.map((parameter) => ({
      name: parameter.name,
      good: estimator(parameter, seen(parameter, true)),
      rest: estimator(parameter, seen(parameter, false)),
    }));
    const draws = proposalRandom(state);
    const propose = (): Values =>
      Object.fromEntries(
        models.map(({ name, good: likely, rest }) => {
          const candidates = Array.from({ length: CANDIDATES }, () => likely.sample(draws));
          const scores = candidates.map(
            (value) => likely.logDensity(value) - rest.logDensity(value),
          );
          return [name, candidates[scores.indexOf(Math.max(...scores))] ?? null];
        }),
      );
    return untried(state, propose);
  },
});
