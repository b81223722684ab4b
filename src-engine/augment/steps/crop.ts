/** A cut-out of the picture's own size from a larger one: RandomCrop of torchvision.transforms.v2 with `padding`. */
import { defineAugment } from '../define.ts';
import { moved, reflected } from '../geometry.ts';
import { within } from '../shared.ts';

export default defineAugment({
  name: 'crop',
  label: 'Crop',
  help: 'Adds an edge around pictures, then cuts one of the old size out of anywhere.',
  attrs: {
    padding: { kind: 'int', default: 4, min: 0, unit: 'pixels', help: 'How wide the edge is.' },
    edge: {
      kind: 'choice',
      default: 'zero',
      options: ['zero', 'reflect'],
      optionLabels: { zero: 'Black', reflect: 'Mirrored' },
      help: 'What the edge is made of.',
    },
  },
  apply(picture, { padding, edge }, random) {
    const [down, right] = [within(random, padding), within(random, padding)];
    const { height, width } = picture;
    return edge === 'zero'
      ? moved(
          picture,
          (row) => row + down,
          (column) => column + right,
        )
      : moved(
          picture,
          (row) => reflected(row + down, height),
          (column) => reflected(column + right, width),
        );
  },
  python: `def crop(x: Tensor, padding: int, edge: str) -> Tensor:
    """Cuts pictures out of larger ones: with an edge of black, or mirrored at it."""
    height, width = x.shape[2:]
    rows = torch.arange(height) + whole(x, 2 * padding + 1)[:, None] - padding
    columns = torch.arange(width) + whole(x, 2 * padding + 1)[:, None] - padding
    if edge == "reflect":
        return moved(x, reflected(rows, height), reflected(columns, width))
    return moved(x, rows, columns)


def reflected(places: Tensor, size: int) -> Tensor:
    """The places that places outside mirror, without the edge twice."""
    if size == 1:
        return torch.zeros_like(places)
    within = places % (2 * (size - 1))
    return torch.where(within < size, within, 2 * (size - 1) - within)
`,
});
