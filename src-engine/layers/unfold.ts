/**
 * Windows of images side by side, `[N, C, H, W] -> [N, C kh kw, P Q]`.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.Unfold.html
 */
import { defineLayer } from './define.ts';
import { patchAttrs, patchText, torchPatches, unfolded, windowOf } from './shared/patches.ts';
import { dim, needImage } from './shared/shapes.ts';
import { placesOf, windowedSize } from './shared/windows.ts';

export default defineLayer({
  type: 'Unfold',
  label: 'Unfold',
  category: 'Convolution',
  role: 'transform',
  doc: 'Lays the windows of an image side by side, the numbers of each in a column: patches for a transformer, or what a convolution multiplies. Transpose behind it makes steps of a sequence of them.',
  formula: 'y_{(c, u, v),\\, (i, j)} = x_{c,\\, i s + u,\\, j s + v}',
  keywords: ['patches', 'im2col', 'sliding window', 'vision transformer', 'blocks', 'tokens'],
  idPrefix: 'unfold',
  attrs: patchAttrs,
  examples: [
    { kernelSize: [2, 2], stride: [2, 2] },
    { kernelSize: [3, 2], stride: [2, 1], padding: [1, 0] },
    { kernelSize: [2, 3], dilation: [2, 1], padding: [0, 1], stride: [1, 2] },
    { kernelSize: [3, 3], stride: [3, 3] },
  ],
  ports: { in: ['x'], out: ['y'] },
  summary: patchText,
  infer([x], attrs) {
    needImage('Unfold', x);
    const [p, q] = windowedSize('Unfold', x, windowOf(attrs));
    const [high, wide] = attrs.kernelSize;
    return [{ dtype: 'f32', shape: [x.shape[0] ?? 'N', dim(x.shape, 1) * high * wide, p * q] }];
  },
  lower: (g, [x], attrs) => [unfolded(g, x, attrs, placesOf(x.type, windowOf(attrs)))],
  torch: (attrs) => torchPatches('nn.Unfold', attrs),
  keras: {
    layout: 'channelsFirst',
    form(attrs, [x]) {
      const { kernelSize, stride, padding, dilation } = attrs;
      const [p, q] = placesOf(x, windowOf(attrs));
      const [down, across] = padding;
      const side = (at: string, which: 0 | 1, places: number): string => {
        const start = dilation[which] === 1 ? at : `${dilation[which]} * ${at}`;
        const length = (places - 1) * stride[which] + 1;
        return `${start} : ${start} + ${length}${stride[which] === 1 ? '' : ` : ${stride[which]}`}`;
      };
      const [high, wide] = kernelSize;
      const count = dim(x.shape, 1) * high * wide;
      return {
        steps: [
          ...(down + across === 0
            ? []
            : [
                {
                  line: (from: string) =>
                    `ops.pad(${from}, ((0, 0), (0, 0), (${down}, ${down}), (${across}, ${across})))`,
                },
              ]),
          {
            line: (from: string) =>
              `ops.stack([${from}[:, :, ${side('i', 0, p)}, ${side('j', 1, q)}] for i in range(${high}) for j in range(${wide})], axis=2)`,
          },
          { line: (from: string) => `ops.reshape(${from}, (-1, ${count}, ${p * q}))` },
        ],
      };
    },
  },
});
