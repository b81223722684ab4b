/**
 * Puts a rectangle of another training picture into this one, and mixes their labels by area: CutMix of
 * torchvision.transforms.v2, with a share, a place and a partner of its own for every picture.
 * Reference: Yun et al., CutMix, https://arxiv.org/abs/1905.04899
 */
import { defineMix } from '../define.ts';
import { alpha, beta, chance, happens } from '../shared.ts';

export default defineMix({
  name: 'cutmix',
  label: 'CutMix',
  help: 'Puts a rectangle of another training picture into some of them; the label becomes a share of each class.',
  attrs: { alpha: alpha(1), chance: chance(1) },
  mix(picture, other, { alpha: shape, chance: likely }, random) {
    if (!happens(random, likely)) return { picture, share: 1 };
    const { channels, height, width } = picture;
    const half = 0.5 * Math.sqrt(1 - beta(random, shape));
    const [left, right] = span(random.integer(width), Math.trunc(half * width), width);
    const [top, bottom] = span(random.integer(height), Math.trunc(half * height), height);
    const { pixels: theirs } = other();
    const pixels = picture.pixels.slice();
    for (let channel = 0; channel < channels; channel++) {
      for (let row = top; row < bottom; row++) {
        const start = (channel * height + row) * width;
        pixels.set(theirs.subarray(start + left, start + right), start + left);
      }
    }
    // Of the rectangle as far as it lies within the picture.
    const share = 1 - ((right - left) * (bottom - top)) / (width * height);
    return { picture: { ...picture, pixels }, share };
  },
});

const span = (middle: number, half: number, size: number): readonly [number, number] => [
  Math.max(0, middle - half),
  Math.min(size, middle + half),
];
