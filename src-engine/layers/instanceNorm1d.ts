/** Instance normalisation of sequences, `[N, C, L]`. Reference: torch.nn.InstanceNorm1d. */
import { ShapeError } from '../ir/problem.ts';
import type { TensorType } from '../ir/tensor.ts';
import { instanceNorm } from './shared/instanceNorm.ts';
import { formatSample, needNumbers } from './shared/shapes.ts';

export default instanceNorm({
  type: 'InstanceNorm1d',
  doc: 'Brings every channel of every sequence to mean 0 and deviation 1 on its own: what one sequence looks like does not touch the others. For signals whose level and range differ from sample to sample.',
  keyword: 'sequence',
  need: needSequence,
});

function needSequence(x: TensorType): void {
  needNumbers('InstanceNorm1d', x);
  if (x.shape.length === 3) return;
  const image = x.shape.length === 4;
  throw new ShapeError(
    'shape.needs-sequence',
    `InstanceNorm1d takes channels×length but gets ${formatSample(x.shape)}.`,
    {
      port: 'x',
      ...(image ? { explanation: 'InstanceNorm2d is the one for images.' } : {}),
      fixes: [image ? { kind: 'replace', type: 'InstanceNorm2d' } : { kind: 'remove' }],
    },
  );
}
