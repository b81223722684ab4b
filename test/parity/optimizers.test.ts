/** Five steps of each optimiser against PyTorch in float64: same gradients in, same parameters out. */
import { describe, expect, test } from 'vitest';
import { type ConcreteType, defaultAttrs, tensorType } from '#engine/ir/index.ts';
import { GraphBuilder, type Value } from '#engine/ops/index.ts';
import { optimizers } from '#engine/optimizers/index.ts';
import '../support/allclose.ts';
import { evaluateGraph } from '../support/evaluate.ts';
import { type TorchOptimizer, torchValues } from './torchValues.ts';

const ARENAS = ['parameters', 'gradients', 'moments0', 'moments1'] as const;
type Arenas = Readonly<Record<(typeof ARENAS)[number], readonly number[]>>;

/** The update as a graph over its four arenas and two feeds. */
function updateOf({ type, attrs, start }: TorchOptimizer) {
  const definition = optimizers.get(type);
  if (!definition) throw new Error(`there is no optimiser ${type}`);
  const settings = { ...defaultAttrs(definition.attrs), ...attrs };
  const g = new GraphBuilder();
  const flat: ConcreteType = tensorType([start.length]);
  const [parameters, gradients, moments0, moments1] = ARENAS.map((kind) =>
    g.leaf({ kind: 'arena', arena: kind, offset: 0 }, flat),
  ) as [Value, Value, Value, Value];
  const learningRate = g.leaf({ kind: 'feed', name: 'learningRate' }, tensorType([]));
  const step = g.leaf({ kind: 'feed', name: 'step' }, tensorType([]));
  const { moments } = definition;
  definition.update(
    {
      emit: g.emit.bind(g),
      parameters,
      gradients,
      moments: [moments0, moments1].slice(
        0,
        typeof moments === 'function' ? moments(settings) : moments,
      ),
      learningRate,
      step,
      assign: (target, value) => void g.emit('assign', [target, value], {}),
    },
    settings,
  );
  const graph = g.finish();

  /** Runs one step over the arenas and gives their content after it. */
  return (arenas: Arenas, count: number): Arenas => {
    const leaves = new Map([
      [parameters.id, { values: arenas.parameters }],
      [gradients.id, { values: arenas.gradients }],
      [moments0.id, { values: arenas.moments0 }],
      [moments1.id, { values: arenas.moments1 }],
      [learningRate.id, { values: [Number(settings['lr'])] }],
      [step.id, { values: [count] }],
    ]);
    const results = evaluateGraph(graph, leaves);
    const after = (value: Value): readonly number[] => [...(results[value.id]?.data ?? [])];
    return {
      parameters: after(parameters),
      gradients: after(gradients),
      moments0: after(moments0),
      moments1: after(moments1),
    };
  };
}

describe(`PyTorch ${torchValues.torch}`, () => {
  for (const each of torchValues.optimizers) {
    test(`${each.type} ${JSON.stringify(each.attrs)}`, () => {
      const update = updateOf(each);
      const zeros = each.start.map(() => 0);
      let arenas: Arenas = {
        parameters: each.start,
        gradients: zeros,
        moments0: zeros,
        moments1: zeros,
      };
      each.gradients.forEach((gradients, k) => {
        arenas = update({ ...arenas, gradients }, k + 1);
        expect(arenas.parameters).toBeAllclose(each.after[k] ?? [], { rtol: 1e-9, atol: 1e-12 });
      });
    });
  }
});

test('every optimiser is compared', () => {
  const compared = new Set(torchValues.optimizers.map(({ type }) => type));
  expect([...optimizers.keys()].filter((type) => !compared.has(type))).toEqual([]);
});
