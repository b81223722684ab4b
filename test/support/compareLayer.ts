/** One layer with its gradients on a float32 backend, against the same graph in float64. */
import { expect } from 'vitest';
import type { Backend, TensorData } from '#engine/backends/backend.ts';
import { evaluateGraph } from './evaluate.ts';
import './allclose.ts';
import { layerGraph } from './layerCase.ts';
import type { LayerTrial } from './layerTrials.ts';
import { uniformTensor } from './random.ts';
import { runGraph } from './runGraph.ts';

/** Numbers computed, for comparison with those of another backend. `tolerance`: of the largest number. */
export async function compareLayer(
  backend: Backend,
  trial: LayerTrial,
  tolerance: number,
): Promise<readonly TensorData[]> {
  const { graph, leaves, outputs, gradients } = layerGraph(trial, (shape) =>
    uniformTensor(shape, { seed: 9 }),
  );
  const values = [...outputs, ...gradients.values()].filter((value) => value !== undefined);
  const ids = values.map(({ id }) => id);
  const wanted = evaluateGraph(graph, leaves);
  const got = await runGraph(backend, graph, leaves, ids);
  ids.forEach((id, k) => {
    const expected = wanted[id]?.data ?? [];
    const scale = Math.max(1, ...Array.from(expected, Math.abs));
    expect(got[k]).toBeAllclose(expected, { rtol: tolerance, atol: tolerance * scale });
  });
  return got;
}
