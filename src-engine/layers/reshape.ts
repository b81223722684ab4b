/** The numbers of a sample in another shape, `[N, ...] -> [N, *shape]`. Reference: torch.nn.Unflatten. */
import { ShapeError } from '../ir/problem.ts';
import { formatShape } from '../ir/tensor.ts';
import { reshape } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import {
  formatSample,
  likelyImage,
  needSamples,
  sampleShape,
  sampleSize,
  withSample,
} from './shared/shapes.ts';
import { formatInteger } from '../ir/numberText.ts';

export default defineLayer({
  type: 'Reshape',
  label: 'Reshape',
  category: 'Shape',
  role: 'reshape',
  doc: 'Gives the numbers of a sample another shape, their order unchanged: a flat row back into an image.',
  formula: 'y = \\mathrm{view}(x)',
  keywords: ['view', 'unflatten', 'image'],
  attrs: {
    shape: {
      kind: 'shape',
      default: [1, 28, 28],
      help: 'Sizes of one sample. -1 stands for whatever is left, once.',
    },
  },
  ports: { in: ['x'], out: ['y'] },
  range: 'input',
  summary: ({ shape }) => `→ ${formatShape(shape)}`,
  infer([x], { shape }) {
    needSamples('Reshape', x);
    return [withSample(x, resolve(sampleSize(x.shape), shape, x.shape))];
  },
  lower: (g, [x], { shape }) => [
    reshape(g, x, [g.batch, ...resolve(sampleSize(x.type.shape), shape, x.type.shape)]),
  ],
  torch({ shape }, [x]) {
    const sizes = resolve(sampleSize(x.shape), shape, x.shape);
    const shaped = `nn.Unflatten(1, (${sizes.join(', ')}${sizes.length === 1 ? ',' : ''}))`;
    // Unflatten takes a single dimension apart.
    return x.shape.length === 2 ? shaped : `nn.Sequential(nn.Flatten(), ${shaped})`;
  },
  keras: { layout: 'channelsFirst', form: () => ({ reshape: true }) },
});

function resolve(
  count: number,
  shape: readonly number[],
  from: Parameters<typeof formatSample>[0],
): readonly number[] {
  const known = shape.filter((size) => size !== -1).reduce((product, size) => product * size, 1);
  const open = shape.filter((size) => size === -1).length;
  const fits =
    shape.every((size) => size === -1 || size >= 1) &&
    (open === 0 ? known === count : open === 1 && known > 0 && count % known === 0);
  if (fits) return shape.map((size) => (size === -1 ? count / known : size));
  throw new ShapeError(
    'shape.reshape-count',
    `Reshape cannot make ${formatShape(shape)} of ${formatSample(from)}.`,
    {
      port: 'x',
      explanation: `A sample holds ${formatInteger(count)} numbers; the new shape must hold as many.`,
      fixes: [{ kind: 'setAttrs', attrs: { shape: [...likelyImage(sampleShape(from))] } }],
    },
  );
}
