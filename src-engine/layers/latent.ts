/**
 * A source of random vectors, `[N, size]`: what a generator makes its samples from. The vectors of an
 * evaluation are the same every time, so that one can watch what becomes of them.
 * Reference: Goodfellow et al., https://arxiv.org/abs/1406.2661
 */
import { BATCH } from '../ir/tensor.ts';
import { scale, shift } from '../ops/nn.ts';
import { defineLayer } from './define.ts';

export default defineLayer({
  type: 'Latent',
  label: 'Latent',
  category: 'Noise',
  role: 'latent',
  doc: 'Draws a random vector for each sample of the batch, from nothing. A generator turns it into a picture; new vectors make new pictures.',
  formula: 'z \\sim \\mathcal{N}(0, 1)',
  keywords: ['gan', 'generator', 'random', 'noise', 'source', 'sample'],
  idPrefix: 'z',
  attrs: {
    size: { kind: 'int', default: 64, min: 1, max: 65_536, help: 'Numbers per sample.' },
    distribution: {
      kind: 'choice',
      default: 'normal',
      options: ['normal', 'uniform'],
      optionLabels: { normal: 'Normal', uniform: 'Uniform' },
      help: 'Normal has mean 0 and deviation 1; uniform lies between -1 and 1.',
    },
  },
  ports: { in: [], out: ['z'] },
  summary: ({ size, distribution }) => `${size}, ${distribution}`,
  infer: (_x, { size }) => [{ dtype: 'f32', shape: [BATCH, size] }],
  lower(g, _x, { size, distribution }) {
    const random = { shape: [g.batch, size], stream: g.randomStream() };
    if (distribution === 'normal') return [g.emit('randomNormal', [g.rng], random)];
    return [shift(g, scale(g, g.emit('randomUniform', [g.rng], random), 2), -1)];
  },
  torch: ({ size, distribution }) => `Latent(${size}, "${distribution}")`,
  torchCode: {
    call([count, device], { size, distribution }) {
      const shape = `${count}, ${size}, device=${device}`;
      return distribution === 'normal' ? `torch.randn(${shape})` : `2 * torch.rand(${shape}) - 1`;
    },
  },
});
