/**
 * Larger images, `[N, C, H, W] -> [N, C, H f, W f]`.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.Upsample.html
 */
import { defineLayer } from './define.ts';
import { kerasLayer } from './shared/keras.ts';
import { cornerWeights, interpolated, mapped, repeated } from './shared/resample.ts';
import { dim, formatPair, needImage, pythonCall, pythonPair } from './shared/shapes.ts';
import { pairAttr } from './shared/windows.ts';

export default defineLayer({
  type: 'Upsample',
  label: 'Upsample',
  category: 'Convolution',
  role: 'transform',
  doc: 'Makes images larger by a whole factor, repeating pixels or drawing straight lines between them: the way up of a decoder or a U-Net, without weights.',
  keywords: ['resize', 'enlarge', 'interpolate', 'nearest', 'bilinear', 'decoder', 'unet', 'scale'],
  idPrefix: 'up',
  attrs: {
    scaleFactor: pairAttr(2, 1, 'How many times as high and as wide images become.'),
    mode: {
      kind: 'choice',
      default: 'nearest',
      options: ['nearest', 'bilinear'],
      optionLabels: { nearest: 'Nearest', bilinear: 'Bilinear' },
      help: 'Repeats pixels, or draws straight lines between them.',
    },
    alignCorners: {
      kind: 'bool',
      default: false,
      advanced: true,
      help: 'Bilinear: puts the corner pixels at the corners of the new image, not beside them.',
    },
  },
  ports: { in: ['x'], out: ['y'] },
  range: 'input',
  summary: ({ scaleFactor, mode }) => `×${formatPair(scaleFactor)} ${mode}`,
  infer([x], { scaleFactor: [down, across] }) {
    needImage('Upsample', x);
    const [n = 'N'] = x.shape;
    const [c, h, w] = [dim(x.shape, 1), dim(x.shape, 2), dim(x.shape, 3)];
    return [{ dtype: 'f32', shape: [n, c, h * down, w * across] }];
  },
  lower(g, [x], { scaleFactor, mode, alignCorners }) {
    if (mode === 'nearest') return [repeated(g, x, scaleFactor)];
    const [down, across] = scaleFactor;
    if (!alignCorners) return [interpolated(g, interpolated(g, x, 2, down), 3, across)];
    const weights = (axis: 2 | 3, factor: number) => {
      const size = dim(x.type.shape, axis);
      return cornerWeights(size, size * factor);
    };
    return [mapped(g, mapped(g, x, 2, weights(2, down)), 3, weights(3, across))];
  },
  torch: ({ scaleFactor, mode, alignCorners }) =>
    pythonCall(
      'nn.Upsample',
      `scale_factor=${pythonPair(scaleFactor)}`,
      mode === 'nearest' ? undefined : `mode="${mode}"`,
      mode === 'bilinear' && alignCorners ? 'align_corners=True' : undefined,
    ),
  keras: {
    layout: 'channelsLast',
    form: ({ scaleFactor, mode, alignCorners }) =>
      mode === 'bilinear' && alignCorners
        ? { none: 'its bilinear images do not have their corner pixels at the corners' }
        : kerasLayer('UpSampling2D', [
            pythonPair(scaleFactor),
            mode === 'nearest' ? undefined : `interpolation="${mode}"`,
          ]),
  },
});
