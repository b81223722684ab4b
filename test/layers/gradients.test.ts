/**
 * Rule: the gradients of every layer are what differences say, in float64. Those of sequences, of which a few take as
 * long as all these: gradientsOfSequences.test.ts. On the CPU and the GPU: backends/wasmLayers and webgpuLayers.
 */
import { testGradients } from '#test/support/layerGradients.ts';

testGradients(({ category }) => category !== 'Sequence');
