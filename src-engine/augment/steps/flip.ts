/** Mirrors: RandomHorizontalFlip and RandomVerticalFlip of torchvision.transforms.v2. */
import { defineAugment } from '../define.ts';
import { moved } from '../geometry.ts';
import { chance, happens } from '../shared.ts';

export default defineAugment({
  name: 'flip',
  label: 'Flip',
  help: 'Mirrors some of the pictures.',
  attrs: {
    direction: {
      kind: 'choice',
      default: 'horizontal',
      options: ['horizontal', 'vertical'],
      help: 'Horizontal swaps left and right, vertical top and bottom.',
    },
    chance: chance(0.5),
  },
  apply(picture, { direction, chance: likely }, random) {
    if (!happens(random, likely)) return picture;
    const [lastRow, lastColumn] = [picture.height - 1, picture.width - 1];
    return direction === 'horizontal'
      ? moved(
          picture,
          (row) => row,
          (column) => lastColumn - column,
        )
      : moved(
          picture,
          (row) => lastRow - row,
          (column) => column,
        );
  },
  python: `def flip(x: Tensor, direction: str, chance: float) -> Tensor:
    """Mirrors some of the pictures."""
    axis = 3 if direction == "horizontal" else 2
    return torch.where(happens(x, chance), x.flip(axis), x)
`,
});
