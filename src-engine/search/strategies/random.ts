/**
 * Independent draws. Reference: Bergstra and Bengio, Random search for hyper-parameter optimization, 2012.
 */
import { atPlaces, defineStrategy, proposalRandom, untried } from '../defineStrategy.ts';

export default defineStrategy({
  id: 'random',
  label: 'Random',
  doc: 'Each setting drawn by itself, evenly over its range. Where only some of many settings matter it sees more values of those than a grid does.',
  rank: 2,
  propose(state) {
    const random = proposalRandom(state);
    return untried(state, () => atPlaces(state.space, () => random.uniform()));
  },
});
