/**
 * Puts a rectangle of another training picture into this one, and mixes their labels by area: CutMix of
 * torchvision.transforms.v2, with a share, a place and a partner of its own for every picture.
 * Reference: Yun et al., CutMix, https://arxiv.org/abs/1905.04899
 */
import { defineMix } from '../define.ts';
import { alpha, beta, chance, happens, pixelsLike, withPixels } from '../shared.ts';

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
    const pixels = pixelsLike(picture);
    pixels.set(picture.pixels);
    for (let channel = 0; channel < channels; channel++) {
      for (let row = top; row < bottom; row++) {
        const start = (channel * height + row) * width;
        pixels.set(theirs.subarray(start + left, start + right), start + left);
      }
    }
    // Of the rectangle as far as it lies within the picture.
    const share = 1 - ((right - left) * (bottom - top)) / (width * height);
    return { picture: withPixels(picture, pixels), share };
  },
  python: `def cutmix(
    x: Tensor, other: Tensor, alpha: float, chance: float
) -> tuple[Tensor, Tensor]:
    """Puts rectangles of other pictures into some; answers how much is left of these."""
    height, width = x.shape[2:]
    half = 0.5 * (1 - torch.distributions.Beta(alpha, alpha).sample((len(x),))).sqrt()
    sides = []
    for size in (height, width):
        middle, reach = whole(x, size), (half * size).long()
        sides += [(middle - reach).clamp(min=0), (middle + reach).clamp(max=size)]
    inside = rectangle(x, tuple(sides)) & happens(x, chance)
    area = inside.sum((1, 2, 3)) / (height * width)
    return torch.where(inside, other, x), 1 - area
`,
});

const span = (middle: number, half: number, size: number): readonly [number, number] => [
  Math.max(0, middle - half),
  Math.min(size, middle + half),
];
