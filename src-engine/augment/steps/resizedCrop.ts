/**
 * A part of the picture made as large as all of it: RandomResizedCrop of torchvision.transforms.v2, ten tries, then the
 * largest part in the middle that has one of the ratios.
 */
import { defineAugment } from '../define.ts';
import { enlarged } from '../geometry.ts';
import { between } from '../shared.ts';

export default defineAugment({
  name: 'resizedCrop',
  label: 'Resized crop',
  help: 'Cuts a part of some size and form out of pictures and makes it as large as they were.',
  attrs: {
    smallest: {
      ...{ kind: 'number', default: 0.5, above: 0, max: 1 },
      help: 'The smallest share of the picture that is cut out.',
    },
    largest: {
      ...{ kind: 'number', default: 1, above: 0, max: 1 },
      help: 'The largest share of the picture that is cut out.',
    },
    ratio: {
      ...{ kind: 'number', default: 1.33, min: 1, max: 10 },
      help: 'How much wider than tall the part may be, and how much taller than wide; 1 keeps squares square.',
    },
  },
  apply(picture, { smallest, largest, ratio }, random) {
    const { height, width } = picture;
    for (let attempt = 0; attempt < 10; attempt++) {
      const area = height * width * between(random, smallest, largest);
      const form = Math.exp(between(random, -Math.log(ratio), Math.log(ratio)));
      const [wide, tall] = [Math.round(Math.sqrt(area * form)), Math.round(Math.sqrt(area / form))];
      if (wide < 1 || tall < 1 || wide > width || tall > height) continue;
      const [top, left] = [random.integer(height - tall + 1), random.integer(width - wide + 1)];
      return enlarged(picture, { top, left, tall, wide });
    }
    const own = width / height;
    const wide = own > ratio ? Math.round(height * ratio) : width;
    const tall = own < 1 / ratio ? Math.round(width * ratio) : height;
    const [top, left] = [(height - tall) >> 1, (width - wide) >> 1];
    return enlarged(picture, { top, left, tall, wide });
  },
  python: `def resized_crop(x: Tensor, smallest: float, largest: float, ratio: float) -> Tensor:
    """A part made as large as the picture: ten tries, then the largest in the middle."""
    height, width = x.shape[2:]
    own = width / height
    wide = round(height * ratio) if own > ratio else width
    tall = round(width * ratio) if own < 1 / ratio else height
    box = torch.tensor([[(height - tall) // 2], [(width - wide) // 2], [tall], [wide]])
    box = box.expand(4, len(x))
    waiting = torch.ones(len(x), dtype=torch.bool)
    for _ in range(10):
        area = height * width * uniform(x, smallest, largest)
        form = evenly_in_ratio(x, 1 / ratio, ratio)
        wides = (area * form).sqrt().round().long()
        talls = (area / form).sqrt().round().long()
        tops, lefts = whole(x, height - talls + 1), whole(x, width - wides + 1)
        inside = (wides >= 1) & (talls >= 1) & (wides <= width) & (talls <= height)
        fits = waiting & inside
        box = torch.where(fits, torch.stack([tops, lefts, talls, wides]), box)
        waiting = waiting & ~fits
    return enlarged(x, *box)
`,
});
