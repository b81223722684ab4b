/** Rule: the gradients of every layer of sequences are what differences say, in float64. */
import { testGradients } from '#test/support/layerGradients.ts';

testGradients(({ category }) => category === 'Sequence');
