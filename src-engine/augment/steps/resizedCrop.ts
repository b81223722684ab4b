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
});
