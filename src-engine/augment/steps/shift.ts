/** Moves by whole pixels: RandomAffine of torchvision.transforms.v2 with `translate` alone, which counts in shares. */
import { defineAugment } from '../define.ts';
import { moved } from '../geometry.ts';
import { fill, within } from '../shared.ts';

export default defineAugment({
  name: 'shift',
  label: 'Shift',
  help: 'Moves pictures by some pixels in any direction.',
  attrs: {
    pixels: { kind: 'int', default: 2, min: 0, unit: 'pixels', help: 'How far at most.' },
    fill,
  },
  apply(picture, { pixels, fill: outside }, random) {
    const [down, right] = [within(random, pixels), within(random, pixels)];
    return moved(
      picture,
      (row) => row - down,
      (column) => column - right,
      outside,
    );
  },
  python: `def shift(x: Tensor, pixels: int, fill: float) -> Tensor:
    """Moves pictures by whole pixels."""
    rows = torch.arange(x.shape[2]) + whole(x, 2 * pixels + 1)[:, None] - pixels
    columns = torch.arange(x.shape[3]) + whole(x, 2 * pixels + 1)[:, None] - pixels
    return moved(x, rows, columns, fill)
`,
});
