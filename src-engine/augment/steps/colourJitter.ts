/** Changes light and colour: ColorJitter of torchvision.transforms.v2, in an order that is drawn too. */
import type { NumberAttr } from '#engine/ir/attrs.ts';
import { defineAugment } from '../define.ts';
import { blendedBy, blendedWith, greyOf, turnedHue } from '../colour.ts';
import { between } from '../shared.ts';

const strength = (usual: number, most: number, help: string): NumberAttr => ({
  ...{ kind: 'number', default: usual, min: 0, max: most, help },
});

export default defineAugment({
  name: 'colourJitter',
  label: 'Colour',
  help: 'Changes brightness, contrast, saturation and hue at random; the last two of RGB pictures only.',
  attrs: {
    brightness: strength(0.2, 1, 'The factor is 1 give or take this.'),
    contrast: strength(0.2, 1, 'The factor is 1 give or take this.'),
    saturation: strength(0.2, 1, 'The factor is 1 give or take this.'),
    hue: strength(0, 0.5, 'How far round the circle of colours: 0.5 is half of it, either way.'),
  },
  apply(picture, { brightness, contrast, saturation, hue }, random) {
    const factor = (most: number): number => between(random, 1 - most, 1 + most);
    // All is drawn before any of it is done, so that what is off leaves the other numbers as they are.
    const factors = [factor(brightness), factor(contrast), factor(saturation)] as const;
    const turn = between(random, -hue, hue);
    const order = [0, 1, 2, 3];
    for (let last = 3; last > 0; last--) {
      const other = random.integer(last + 1);
      [order[last], order[other]] = [order[other] ?? 0, order[last] ?? 0];
    }
    const rgb = picture.channels === 3;
    return order.reduce((now, what) => {
      if (what === 0) return brightness > 0 ? blendedWith(now, 0, factors[0]) : now;
      if (what === 1) {
        if (contrast === 0) return now;
        const greys = greyOf(now);
        return blendedWith(now, meanOf(greys), factors[1]);
      }
      if (!rgb) return now;
      if (what === 3) return hue > 0 ? turnedHue(now, turn) : now;
      if (saturation === 0) return now;
      return blendedBy(now, greyOf(now), factors[2]);
    }, picture);
  },
});

function meanOf(levels: Float32Array): number {
  let sum = 0;
  for (const level of levels) sum += level;
  return sum / levels.length;
}
