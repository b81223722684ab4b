/** Adds normal noise: GaussianNoise of torchvision.transforms.v2 with `clip`. */
import { defineAugment } from '../define.ts';
import { addNormals } from '../normals.ts';
import { pixelsLike, withPixels } from '../shared.ts';

export default defineAugment({
  name: 'noise',
  label: 'Noise',
  help: 'Adds a random number to every pixel.',
  attrs: {
    sigma: { kind: 'number', default: 0.1, min: 0, help: 'How strong: 1 is from black to white.' },
  },
  apply(picture, { sigma }, random) {
    const { pixels: source } = picture;
    const pixels = pixelsLike(picture);
    addNormals(source, sigma, random, pixels);
    return withPixels(picture, pixels);
  },
  python: `def noise(x: Tensor, sigma: float) -> Tensor:
    """Adds a random number to every pixel."""
    return (x + sigma * torch.randn(x.shape)).clamp(0, 1)
`,
});
