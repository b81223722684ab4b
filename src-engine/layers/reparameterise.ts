/**
 * A sample of a normal distribution whose mean and deviation are computed, so that gradients reach both.
 * Reference: Kingma and Welling, https://arxiv.org/abs/1312.6114
 */
import { add, mul, scale } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { needSameShape } from './shared/gaussian.ts';

export default defineLayer({
  type: 'Reparameterise',
  label: 'Reparameterise',
  category: 'Noise',
  role: 'dropout',
  doc: 'In training draws from a normal distribution of the mean and the log variance that it is given, for each sample anew; in evaluation it passes the mean. Between the encoder and the decoder of a variational autoencoder.',
  formula:
    'z = \\mu + e^{\\frac{1}{2} \\log \\sigma^2}\\, \\varepsilon, \\quad \\varepsilon \\sim \\mathcal{N}(0, 1)',
  keywords: [
    'vae',
    'variational',
    'reparameterize',
    'reparametrize',
    'sample',
    'latent',
    'gaussian',
  ],
  idPrefix: 'z',
  attrs: {},
  ports: { in: ['mu', 'logvar'], out: ['z'] },
  differsInTraining: true,
  summary: () => 'μ + σ ε',
  infer([mu, logvar]) {
    needSameShape('Reparameterise', mu, logvar);
    return [mu];
  },
  inferPartial: ([mu, logvar]) => (mu ? [mu] : logvar ? [logvar] : undefined),
  lower(g, [mu, logvar]) {
    if (g.mode === 'eval') return [mu];
    const { shape } = mu.type;
    const epsilon = g.emit('randomNormal', [g.rng], { shape, stream: g.randomStream() });
    const deviation = g.emit('exp', [scale(g, logvar, 0.5)], {});
    return [add(g, mu, mul(g, deviation, epsilon))];
  },
  torch: () => 'Reparameterise()',
  torchCode: { definition: () => REPARAMETERISE },
  keras: {
    layout: 'either',
    form: () => ({
      // Of the log variance only that it is there: its layer stays in the model, and so do its weights.
      steps: [{ line: (mu, logvar) => `ops.where(ops.isnan(${logvar}), ${logvar ?? ''}, ${mu})` }],
      note: 'gives the mean, as in evaluation; it draws nothing',
    }),
  },
});

const REPARAMETERISE = `
class Reparameterise(nn.Module):
    """In training a sample of the distribution, in evaluation its mean."""

    def forward(self, mu: Tensor, logvar: Tensor) -> Tensor:
        if not self.training:
            return mu
        return mu + torch.exp(logvar / 2) * torch.randn_like(mu)
`;
