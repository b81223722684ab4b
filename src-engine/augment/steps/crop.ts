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
});
