/**
 * How far normal distributions are from the standard one, summed over the numbers of a sample: what keeps the
 * latent space of a variational autoencoder together. It has no target: it is a penalty on what it is given.
 * Reference: Kingma and Welling, https://arxiv.org/abs/1312.6114, appendix B; `beta` is Higgins et al.'s,
 * https://openreview.net/forum?id=Sy2fzU9gl
 */
import { elementCount } from '../ir/tensor.ts';
import { add, scale, sub } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { needSameShape } from './shared/gaussian.ts';
import { LOSS_TYPE, meanLoss } from './shared/losses.ts';

export default defineLayer({
  type: 'GaussianKL',
  label: 'Gaussian KL',
  category: 'Loss',
  role: 'loss',
  doc: 'How far the normal distributions of an encoder are from the standard one, with mean 0 and deviation 1. Beside the loss of the reconstruction it makes a variational autoencoder: any point drawn at random can then be decoded.',
  formula:
    'L = \\frac{\\beta}{2N} \\sum_i \\left(\\mu_i^2 + \\sigma_i^2 - 1 - \\log \\sigma_i^2\\right)',
  keywords: ['vae', 'variational', 'kullback', 'divergence', 'latent', 'prior', 'beta'],
  idPrefix: 'kl',
  attrs: {
    beta: {
      kind: 'number',
      default: 1,
      min: 0,
      max: 1000,
      help: 'What it counts for beside the reconstruction. Where that is a mean over pixels, one divided by how many there are is the usual weight.',
    },
  },
  ports: { in: ['mu', 'logvar'], out: ['loss'] },
  portRoles: { loss: 'loss' },
  summary: ({ beta }) => `β ${beta}`,
  infer([mu, logvar]) {
    needSameShape('GaussianKL', mu, logvar);
    return [LOSS_TYPE];
  },
  inferPartial: () => [LOSS_TYPE],
  lower(g, [mu, logvar], { beta }) {
    // Variance less 1 exactly, where the log variance is near 0 and the two terms nearly cancel.
    const ofVariance = sub(g, g.emit('expm1', [logvar], {}), logvar);
    const each = add(g, g.emit('square', [mu], {}), ofVariance);
    const { shape } = mu.type;
    const perSample = elementCount(shape) / (shape[0] ?? 1);
    return [scale(g, meanLoss(g, each), (beta / 2) * perSample)];
  },
  torch: ({ beta }) => `GaussianKL(${beta})`,
  torchCode: {
    call: ([mu = '', logvar = ''], { beta }) =>
      `(${beta / 2} * (${mu}**2 + torch.expm1(${logvar}) - ${logvar})).flatten(1).sum(1).mean()`,
  },
});
