/** Element-wise sum of inputs of the same shape. */
import type { TensorType } from '../ir/tensor.ts';
import { add } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { needAlike } from './shared/alike.ts';
import { kerasElementwise } from './shared/keras.ts';
import { portNames } from './shared/slices.ts';

export default defineLayer({
  type: 'Add',
  label: 'Add',
  category: 'Merge',
  role: 'transform',
  doc: 'Adds branches number by number: the join of a residual (skip) connection.',
  formula: 'y = a + b',
  keywords: ['sum', 'residual', 'skip', 'plus', 'merge'],
  attrs: {
    inputs: { kind: 'int', default: 2, min: 2, max: 16, help: 'How many branches are added.' },
  },
  ports: ({ inputs }) => ({ in: portNames(inputs), out: ['y'] }),
  summary: ({ inputs }) => (inputs === 2 ? 'a + b' : `${inputs} inputs`),
  infer: (inputs: readonly TensorType[]) => [needAlike('Add', inputs)],
  inferPartial(inputs) {
    const known = inputs.find((each) => each !== undefined);
    return known && [known];
  },
  lower: (g, inputs) => [inputs.reduce((sum, each) => add(g, sum, each))],
  torch: () => 'operator.add',
  torchCode: { call: (inputs) => inputs.join(' + ') },
  keras: kerasElementwise('Add'),
});
