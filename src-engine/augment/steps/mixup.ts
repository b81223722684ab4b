/**
 * Lays another training picture over this one, and mixes their labels: MixUp of torchvision.transforms.v2, with a share
 * and a partner of its own for every picture. Reference: Zhang et al., mixup, https://arxiv.org/abs/1710.09412
 */
import { defineMix } from '../define.ts';
import { alpha, beta, chance, happens, pixelsLike, withPixels } from '../shared.ts';

export default defineMix({
  name: 'mixup',
  label: 'Mixup',
  help: 'Lays another training picture over some of them; the label becomes a share of each class.',
  attrs: { alpha: alpha(0.2), chance: chance(1) },
  mix(picture, other, { alpha: shape, chance: likely }, random) {
    if (!happens(random, likely)) return { picture, share: 1 };
    const share = beta(random, shape);
    const { pixels: theirs } = other();
    const { pixels: own } = picture;
    const pixels = pixelsLike(picture);
    for (let i = 0; i < pixels.length; i++) {
      pixels[i] = share * (own[i] ?? 0) + (1 - share) * (theirs[i] ?? 0);
    }
    return { picture: withPixels(picture, pixels), share };
  },
  python: `def mixup(
    x: Tensor, other: Tensor, alpha: float, chance: float
) -> tuple[Tensor, Tensor]:
    """Lays other pictures over some of them; answers how much is of the first ones."""
    drawn = torch.distributions.Beta(alpha, alpha).sample((len(x),))
    share = torch.where(uniform(x) < chance, drawn, torch.ones_like(drawn))
    return each(share) * x + (1 - each(share)) * other, share
`,
});
