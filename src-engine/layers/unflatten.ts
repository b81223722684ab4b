/** One dimension split into several. Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.Unflatten.html */
import { ShapeError } from '../ir/problem.ts';
import type { TensorType } from '../ir/tensor.ts';
import { reshape } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { dimAttr, needDim } from './shared/dims.ts';
import { dim as sizeAt, needNumbers, sampleShape, withSample } from './shared/shapes.ts';
import { formatInteger } from '../ir/numberText.ts';

interface Attrs {
  readonly dim: number;
  readonly unflattenedSize: readonly number[];
}

export default defineLayer({
  type: 'Unflatten',
  label: 'Unflatten',
  category: 'Shape',
  role: 'reshape',
  doc: 'Splits one dimension into several: features become the channels and pixels of an image, or heads. One of the sizes may be -1 and follows.',
  keywords: ['reshape', 'view', 'split dimension', 'heads', 'image'],
  attrs: {
    dim: dimAttr(1, 'The dimension that is split; 1 is the first of a sample, -1 the last.'),
    unflattenedSize: {
      kind: 'shape',
      default: [1, -1],
      label: 'Sizes',
      help: 'What it is split into; one of them may be -1 and follows from the others.',
    },
  },
  ports: { in: ['x'], out: ['y'] },
  range: 'input',
  summary: ({ dim, unflattenedSize }) => `dim ${dim} → ${unflattenedSize.join('×')}`,
  infer([x], attrs) {
    needNumbers('Unflatten', x);
    return [withSample(x, unflattened(x, attrs))];
  },
  lower: (g, [x], attrs) => [reshape(g, x, [g.batch, ...unflattened(x.type, attrs)])],
  torch: ({ dim, unflattenedSize }) =>
    `nn.Unflatten(${dim}, (${unflattenedSize.join(', ')}${unflattenedSize.length === 1 ? ',' : ''}))`,
  keras: { layout: 'channelsFirst', form: () => ({ reshape: true }) },
});

function unflattened(x: TensorType, { dim, unflattenedSize }: Attrs): readonly number[] {
  const axis = needDim('Unflatten', x, dim);
  const size = sizeAt(x.shape, axis);
  const known = unflattenedSize.filter((each) => each !== -1).reduce((a, b) => a * b, 1);
  const open = unflattenedSize.length - unflattenedSize.filter((each) => each !== -1).length;
  const sizes = unflattenedSize.map((each) => (each === -1 ? size / known : each));
  const fits = sizes.every((each) => Number.isInteger(each) && each >= 1);
  if (
    unflattenedSize.length > 0 &&
    open <= 1 &&
    fits &&
    sizes.reduce((a, b) => a * b, 1) === size
  ) {
    return sampleShape(x.shape).toSpliced(axis - 1, 1, ...sizes);
  }
  throw new ShapeError(
    'shape.unflatten',
    `Unflatten cannot split ${formatInteger(size)} numbers into ${unflattenedSize.join('×') || 'nothing'}.`,
    {
      port: 'x',
      explanation: 'The product of the sizes must be the size that is split.',
      fixes: [{ kind: 'setAttrs', attrs: { unflattenedSize: [1, -1] } }],
    },
  );
}
