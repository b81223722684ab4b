/** Takes the colour away: RandomGrayscale of torchvision.transforms.v2. Pictures that are not RGB stay as they are. */
import { defineAugment } from '../define.ts';
import { chance, grey, happens, pixelsLike } from '../shared.ts';

export default defineAugment({
  name: 'grayscale',
  label: 'Grayscale',
  help: 'Takes the colour out of some of the pictures.',
  attrs: { chance: chance(0.1) },
  apply(picture, { chance: likely }, random) {
    const { channels, pixels } = picture;
    if (!happens(random, likely) || channels !== 3) return picture;
    const size = picture.height * picture.width;
    const result = pixelsLike(picture);
    for (let at = 0; at < size; at++) {
      const value = grey(pixels[at] ?? 0, pixels[at + size] ?? 0, pixels[at + 2 * size] ?? 0);
      result[at] = value;
      result[at + size] = value;
      result[at + 2 * size] = value;
    }
    return { ...picture, pixels: result };
  },
  python: `def grayscale(x: Tensor, chance: float) -> Tensor:
    """Takes the colour out of some of the pictures."""
    taken = happens(x, chance)
    return torch.where(taken, grey(x).expand_as(x), x) if x.shape[1] == 3 else x
`,
});
