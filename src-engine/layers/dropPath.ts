/**
 * Stochastic depth: a branch is left out for some samples in training, any shape. That of torchvision.ops, by rows.
 * Reference: Huang et al., https://arxiv.org/abs/1603.09382
 */
import { defineLayer } from './define.ts';
import { dropped, probabilityAttr } from './shared/dropout.ts';
import { kerasLayer } from './shared/keras.ts';
import { needNumbers, pythonCall } from './shared/shapes.ts';

export default defineLayer({
  type: 'DropPath',
  label: 'DropPath',
  category: 'Noise',
  role: 'dropout',
  doc: 'At the end of a branch that is added to a skip connection: in training the whole branch is zero for a random share of the samples, and scaled up for the rest. Deep residual networks and Transformers train better with it. In evaluation it passes everything unchanged.',
  formula: 'y = x\\, m_n / (1 - p), \\quad m_n \\sim \\mathrm{Bernoulli}(1 - p)',
  keywords: ['stochastic depth', 'regularisation', 'residual', 'drop', 'branch', 'sample'],
  idPrefix: 'drop',
  attrs: {
    p: probabilityAttr('Share of the samples for which the branch is left out.', 0.1),
  },
  ports: { in: ['x'], out: ['y'] },
  range: 'input',
  differsInTraining: true,
  summary: ({ p }) => `p ${p}`,
  infer([x]) {
    needNumbers('DropPath', x);
    return [x];
  },
  lower: (g, [x], { p }) => [
    dropped(
      g,
      x,
      p,
      x.type.shape.map((size, axis) => (axis === 0 ? size : 1)),
    ),
  ],
  torch: ({ p }) => pythonCall('DropPath', p),
  torchCode: { definition: () => DEFINITION },
  keras: {
    layout: 'either',
    form: ({ p }, [{ shape }]) =>
      kerasLayer('Dropout', [
        p,
        `noise_shape=(None, ${shape
          .slice(1)
          .map(() => '1')
          .join(', ')})`,
      ]),
  },
});

const DEFINITION = `
class DropPath(nn.Module):
    """Leaves out a branch for a share of the samples in training."""

    def __init__(self, p: float) -> None:
        super().__init__()
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.p == 0:
            return x
        kept = torch.rand(len(x), *[1] * (x.dim() - 1), device=x.device) >= self.p
        return x * kept / (1 - self.p)
`;
