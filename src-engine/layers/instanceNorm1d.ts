/** Instance normalisation of sequences, `[N, C, L]`. Reference: torch.nn.InstanceNorm1d. */
import { instanceNorm } from './shared/instanceNorm.ts';
import { needSequence } from './shared/sequences.ts';

export default instanceNorm({
  type: 'InstanceNorm1d',
  doc: 'Brings every channel of every sequence to mean 0 and deviation 1 on its own: what one sequence looks like does not touch the others. For signals whose level and range differ from sample to sample.',
  keyword: 'sequence',
  need: (x) => needSequence('InstanceNorm1d', x, 'InstanceNorm2d'),
});
