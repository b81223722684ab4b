/** Points of a low-discrepancy sequence; see sobolPoints.ts for whose, and how they are scrambled. */
import { atPlaces, defineStrategy, proposalRandom, untried } from '../defineStrategy.ts';
import { sobol, SOBOL_DIMENSIONS } from '../sobolPoints.ts';

export default defineStrategy({
  id: 'sobol',
  label: 'Sobol',
  doc: 'Points that fill the space evenly (Sobol sequence, Owen-scrambled): as random, without its gaps and clusters. Settings beyond the first 21 are drawn at random.',
  rank: 3,
  propose(state) {
    const random = proposalRandom(state);
    const { space, seed, tried } = state;
    // Where it comes to what was tried, as it must in a small space, points further on follow.
    let index = tried.length;
    return untried(state, () => {
      const values = atPlaces(space, (i) =>
        i < SOBOL_DIMENSIONS ? sobol(index, i, seed) : random.uniform(),
      );
      index += 1;
      return values;
    });
  },
});
