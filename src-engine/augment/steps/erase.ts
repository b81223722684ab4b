/** Blacks out a rectangle: RandomErasing of torchvision.transforms.v2, its ratio from 0.3 to 3.3, ten tries. */
import { defineAugment } from '../define.ts';
import { between, chance, fill, happens, pixelsLike, withPixels } from '../shared.ts';

export default defineAugment({
  name: 'erase',
  label: 'Erase',
  help: 'Covers a rectangle somewhere in some of the pictures.',
  attrs: {
    chance: chance(0.5),
    smallest: {
      ...{ kind: 'number', default: 0.02, above: 0, max: 1 },
      help: 'The smallest share of the picture that is covered.',
    },
    largest: {
      ...{ kind: 'number', default: 0.33, above: 0, max: 1 },
      help: 'The largest share of the picture that is covered.',
    },
    fill,
  },
  apply(picture, { chance: likely, smallest, largest, fill: cover }, random) {
    if (!happens(random, likely)) return picture;
    const { channels, height, width } = picture;
    for (let attempt = 0; attempt < 10; attempt++) {
      const area = height * width * between(random, smallest, largest);
      const ratio = Math.exp(between(random, Math.log(0.3), Math.log(3.3)));
      const [tall, wide] = [
        Math.round(Math.sqrt(area * ratio)),
        Math.round(Math.sqrt(area / ratio)),
      ];
      if (tall >= height || wide >= width) continue;
      const [top, left] = [random.integer(height - tall + 1), random.integer(width - wide + 1)];
      const pixels = pixelsLike(picture);
      pixels.set(picture.pixels);
      for (let line = 0; line < channels * tall; line++) {
        const row = Math.floor(line / tall) * height + top + (line % tall);
        pixels.fill(cover, row * width + left, row * width + left + wide);
      }
      return withPixels(picture, pixels);
    }
    return picture;
  },
  python: `def erase(
    x: Tensor, chance: float, smallest: float, largest: float, fill: float
) -> Tensor:
    """Covers a rectangle in some of the pictures, if one of ten tries fits."""
    height, width = x.shape[2:]
    waiting = uniform(x) < chance
    for _ in range(10):
        area = height * width * uniform(x, smallest, largest)
        ratio = evenly_in_ratio(x, 0.3, 3.3)
        tall = (area * ratio).sqrt().round()
        wide = (area / ratio).sqrt().round()
        top, left = whole(x, height - tall + 1), whole(x, width - wide + 1)
        fits = waiting & (tall < height) & (wide < width)
        covered = rectangle(x, (top, top + tall, left, left + wide)) & each(fits)
        x = torch.where(covered, x.new_tensor(fill), x)
        waiting = waiting & ~fits
    return x
`,
});
