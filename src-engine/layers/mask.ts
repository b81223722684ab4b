/**
 * Hides a part of each image, in training and in evaluation alike (as Noise does): the task of in-painting
 * is to restore it. Reference: Pathak et al., "Context Encoders", https://arxiv.org/abs/1604.07379
 */
import { mul } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { dim, needImage } from './shared/shapes.ts';

export default defineLayer({
  type: 'Mask',
  label: 'Mask',
  category: 'Noise',
  role: 'noise',
  doc: 'Sets a rectangle at a random place, or random pixels, to zero, the same in all channels. Between data and encoder it makes an in-painting autoencoder; it acts in evaluation as well.',
  formula: 'y = x \\odot m',
  keywords: ['inpainting', 'occlusion', 'cutout', 'hide', 'corrupt'],
  attrs: {
    kind: {
      kind: 'choice',
      default: 'rectangle',
      options: ['rectangle', 'pixels'],
      optionLabels: { rectangle: 'Rectangle', pixels: 'Random pixels' },
      help: 'What is hidden.',
    },
    size: {
      kind: 'pair',
      default: [10, 10],
      min: 1,
      help: 'Height and width of the rectangle.',
    },
    amount: {
      kind: 'number',
      default: 0.5,
      min: 0,
      max: 1,
      help: 'Share of the pixels that is hidden, for random pixels.',
    },
  },
  ports: { in: ['x'], out: ['y'] },
  summary: ({ kind, size, amount }) => (kind === 'rectangle' ? size.join('×') : `pixels ${amount}`),
  infer([x]) {
    needImage('Mask', x);
    return [x];
  },
  check: ([x], { kind, size }) =>
    kind === 'rectangle' && size[0] >= dim(x.shape, 2) && size[1] >= dim(x.shape, 3)
      ? [
          {
            code: 'noise.mask-hides-all',
            severity: 'warning',
            message: `A mask of ${size.join('×')} hides the whole image of ${x.shape.slice(2).join('×')}.`,
            explanation: 'Nothing is left to restore the image from.',
            fixes: [
              {
                kind: 'setAttrs',
                attrs: {
                  size: [Math.ceil(dim(x.shape, 2) / 3), Math.ceil(dim(x.shape, 3) / 3)],
                },
              },
            ],
          },
        ]
      : [],
  lower(g, [x], { kind, size, amount }) {
    const [height, width] = [dim(x.type.shape, 2), dim(x.type.shape, 3)];
    const random = { shape: [g.batch, 1, height, width], stream: g.randomStream() };
    if (kind === 'pixels') {
      const u = g.emit('randomUniform', [g.rng], random);
      return [mul(g, x, g.emit('greaterThan', [u], { threshold: amount }))];
    }
    const box = { height: Math.min(size[0], height), width: Math.min(size[1], width) };
    return [mul(g, x, g.emit('randomBoxMask', [g.rng], { ...random, ...box }))];
  },
  torch: ({ kind, size, amount }) =>
    kind === 'rectangle' ? `RectangleMask(${size.join(', ')})` : `PixelMask(${amount})`,
  torchCode: { definition: ({ kind }) => (kind === 'rectangle' ? RECTANGLE : PIXELS) },
});

const RECTANGLE = `
class RectangleMask(nn.Module):
    """Hides a rectangle at a random place of each image, in evaluation as well."""

    def __init__(self, height: int, width: int) -> None:
        super().__init__()
        self.height = height
        self.width = width

    def forward(self, x: Tensor) -> Tensor:
        batch, _, height, width = x.shape
        down = self.hidden(batch, height, self.height, x.device)[:, None, :, None]
        across = self.hidden(batch, width, self.width, x.device)[:, None, None, :]
        return x.masked_fill(down & across, 0.0)

    @staticmethod
    def hidden(batch: int, size: int, length: int, device: torch.device) -> Tensor:
        length = min(length, size)
        first = torch.randint(size - length + 1, (batch, 1), device=device)
        at = torch.arange(size, device=device)
        return (at >= first) & (at < first + length)
`;
const PIXELS = `
class PixelMask(nn.Module):
    """Hides random pixels of each image in all channels, in evaluation as well."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, x: Tensor) -> Tensor:
        return x * (torch.rand_like(x[:, :1]) > self.share)
`;
