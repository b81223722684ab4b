/**
 * Corrupts its input, in training and in evaluation alike: a denoising autoencoder is judged on noisy
 * inputs too. The noise of an evaluation is the same every time (its random numbers follow from the seed
 * and the place in the data), so that its numbers can be compared.
 * Reference: Vincent et al., https://jmlr.org/papers/v11/vincent10a.html
 */
import { add, mul, scale, shift } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { needNumbers } from './shared/shapes.ts';

export default defineLayer({
  type: 'Noise',
  label: 'Noise',
  category: 'Noise',
  role: 'noise',
  doc: 'Adds Gaussian noise, or sets random numbers to black and white (salt and pepper). Between data and encoder it makes a denoising autoencoder; it acts in evaluation as well.',
  formula: 'y = x + \\sigma\\, \\varepsilon, \\quad \\varepsilon \\sim \\mathcal{N}(0, 1)',
  keywords: ['gaussian', 'salt and pepper', 'denoising', 'corrupt', 'augmentation'],
  attrs: {
    kind: {
      kind: 'choice',
      default: 'gaussian',
      options: ['gaussian', 'saltAndPepper'],
      optionLabels: { gaussian: 'Gaussian', saltAndPepper: 'Salt and pepper' },
      help: 'Gaussian adds normal numbers; salt and pepper replaces a share by 0 or 1.',
    },
    amount: {
      kind: 'number',
      default: 0.3,
      min: 0,
      max: 10,
      help: 'Standard deviation of the Gaussian, or share of replaced numbers.',
    },
  },
  ports: { in: ['x'], out: ['y'] },
  summary: ({ kind, amount }) => (kind === 'gaussian' ? `σ ${amount}` : `salt, pepper ${amount}`),
  infer([x]) {
    needNumbers('Noise', x);
    return [x];
  },
  lower(g, [x], { kind, amount }) {
    if (amount === 0) return [x];
    const random = { shape: x.type.shape, stream: g.randomStream() };
    if (kind === 'gaussian') {
      return [add(g, x, scale(g, g.emit('randomNormal', [g.rng], random), amount))];
    }
    const u = g.emit('randomUniform', [g.rng], random);
    const share = Math.min(1, amount);
    const kept = g.emit('greaterThan', [u], { threshold: share });
    const notPepper = g.emit('greaterThan', [u], { threshold: share / 2 });
    // Salt: above half of the replaced share but not above all of it.
    const salt = mul(g, notPepper, shift(g, scale(g, kept, -1), 1));
    return [add(g, mul(g, x, kept), salt)];
  },
  torch: ({ kind, amount }) =>
    kind === 'gaussian' ? `GaussianNoise(${amount})` : `SaltAndPepper(${amount})`,
  torchCode: { definition: ({ kind }) => (kind === 'gaussian' ? GAUSSIAN : SALT_AND_PEPPER) },
});

const GAUSSIAN = `
class GaussianNoise(nn.Module):
    """Adds normal noise, in evaluation as well."""

    def __init__(self, deviation: float) -> None:
        super().__init__()
        self.deviation = deviation

    def forward(self, x: Tensor) -> Tensor:
        return x + self.deviation * torch.randn_like(x)
`;
const SALT_AND_PEPPER = `
class SaltAndPepper(nn.Module):
    """Sets a share of the numbers to 0 or 1, in evaluation as well."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = min(1.0, share)

    def forward(self, x: Tensor) -> Tensor:
        drawn = torch.rand_like(x)
        salt = (drawn > self.share / 2) & (drawn <= self.share)
        return torch.where(drawn > self.share, x, salt.to(x.dtype))
`;
