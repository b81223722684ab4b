/** Larger or smaller about the middle: RandomAffine of torchvision.transforms.v2 with `scale` alone, bilinear. */
import { defineAugment } from '../define.ts';
import { warped } from '../geometry.ts';
import { between, fill } from '../shared.ts';

export default defineAugment({
  name: 'scale',
  label: 'Scale',
  help: 'Makes what is in the picture larger or smaller; the picture keeps its size.',
  attrs: {
    smallest: { kind: 'number', default: 0.9, above: 0, max: 1, help: 'The smallest factor.' },
    largest: { kind: 'number', default: 1.1, min: 1, help: 'The largest factor.' },
    fill,
  },
  apply(picture, { smallest, largest, fill: outside }, random) {
    const factor = between(random, smallest, largest);
    return warped(picture, [1 / factor, 0, 0, 1 / factor], outside);
  },
  python: `def scale(x: Tensor, smallest: float, largest: float, fill: float) -> Tensor:
    """Makes what is in the picture larger or smaller."""
    factor = uniform(x, smallest, largest)
    return warped(x, torch.eye(2) / factor[:, None, None], fill)
`,
});
