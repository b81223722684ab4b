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
  python: `def colour_jitter(
    x: Tensor, brightness: float, contrast: float, saturation: float, hue: float
) -> Tensor:
    """Changes light and colour, in an order that each picture draws too."""
    strengths = (brightness, contrast, saturation, hue)
    factors = [uniform(x, 1 - most, 1 + most) for most in strengths[:3]]
    factors.append(uniform(x, -hue, hue))
    order = torch.rand(len(x), 4).argsort(1)
    known = (0, 1, 2, 3) if x.shape[1] == 3 else (0, 1)
    x = x.clone()
    for place in range(4):
        for what in known:
            chosen = (order[:, place] == what).nonzero().flatten()
            if strengths[what] > 0 and len(chosen) > 0:
                x[chosen] = recoloured(x[chosen], what, factors[what][chosen])
    return x


def recoloured(x: Tensor, what: int, factor: Tensor) -> Tensor:
    if what == 0:
        return blended(x, 0.0, factor)
    if what == 1:
        return blended(x, grey(x).mean((1, 2, 3), keepdim=True), factor)
    return blended(x, grey(x), factor) if what == 2 else turned_hue(x, factor)


def turned_hue(x: Tensor, turn: Tensor) -> Tensor:
    """Of RGB pictures; turns in circles."""
    red, green, blue = x.unbind(1)
    value = x.amax(1)
    chroma = value - x.amin(1)
    safe = torch.where(chroma == 0, torch.ones_like(chroma), chroma)
    sixths = torch.where(
        value == red,
        (green - blue) / safe,
        torch.where(value == green, 2 + (blue - red) / safe, 4 + (red - green) / safe),
    )
    sixths = torch.where(chroma == 0, torch.zeros_like(sixths), sixths)
    turned = sixths + 6 * turn[:, None, None] + 12
    channels = []
    for offset in (5, 3, 1):
        k = (offset + turned) % 6
        channels.append(value - chroma * torch.minimum(k, 4 - k).clamp(0, 1))
    return torch.stack(channels, dim=1)
`,
});

function meanOf(levels: Float32Array): number {
  let sum = 0;
  for (const level of levels) sum += level;
  return sum / levels.length;
}
