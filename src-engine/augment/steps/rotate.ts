/** Turns about the middle: RandomRotation of torchvision.transforms.v2, bilinear; positive angles turn left. */
import { defineAugment } from '../define.ts';
import { turned } from '../geometry.ts';
import { between, fill } from '../shared.ts';

export default defineAugment({
  name: 'rotate',
  label: 'Rotate',
  help: 'Turns pictures about their middle, left or right.',
  attrs: {
    degrees: {
      ...{ kind: 'number', default: 10, min: 0, max: 180 },
      ...{ unit: '°', help: 'How far at most, either way.' },
    },
    fill,
  },
  apply(picture, { degrees, fill: outside }, random) {
    return turned(picture, between(random, -degrees, degrees), outside);
  },
  python: `def rotate(x: Tensor, degrees: float, fill: float) -> Tensor:
    """Turns pictures about their middle, left or right."""
    angle = uniform(x, -degrees, degrees) * (math.pi / 180)
    rows = [angle.cos(), -angle.sin(), angle.sin(), angle.cos()]
    return warped(x, torch.stack(rows, dim=1).reshape(-1, 2, 2), fill)
`,
});
