/** What `netloom bench` times: whole networks without problems, as large as those of test/bench/torch_workloads.py. */
import { expect, test } from 'vitest';
import { analyse } from '#engine/check/analyse.ts';
import { network } from '#main/cli/bench/graph.ts';
import { workloads } from '#main/cli/bench/workloads.ts';

/** Counted by PyTorch: `sum(p.numel() for p in model.parameters())`. */
const PARAMETERS: Readonly<Record<string, number>> = {
  W1: 109_386,
  W2: 109_386,
  W2b: 1_863_690,
  W3: 421_642,
  W4: 421_834,
  W5: 476_720,
  W6: 82_186,
  W7: 104_970,
  W8: 272_474,
  W9: 834_400,
  W10: 117_393,
};

test.each(Object.entries(PARAMETERS))(
  '%s is the network that PyTorch is timed on',
  (name, count) => {
    const workload = workloads.find((each) => each.name === name);
    const analysis = workload && analyse(workload.document);
    expect(analysis?.problems).toEqual([]);
    expect(analysis?.parameterCount).toBe(count);
  },
);

test('a branch is wired by the order of the ports, and no further than there are any', () => {
  const fields = [{ name: 'x', role: 'input', dtype: 'f32', shape: [4] }] as const;
  const joined = (branches: number) =>
    network('joined', fields, ({ field, on }) => {
      const x = field('x');
      const branch = () => on(x, 'Linear', { outFeatures: 4 });
      const sum = on(Array.from({ length: branches }, branch), 'Add');
      return { type: 'MSELoss', prediction: sum, target: x };
    });
  expect(joined(2).wires.filter(({ to }) => to.node === 'layer2')).toEqual([
    { from: { node: 'layer0', port: 'y' }, to: { node: 'layer2', port: 'a' } },
    { from: { node: 'layer1', port: 'y' }, to: { node: 'layer2', port: 'b' } },
  ]);
  expect(() => joined(3)).toThrow('Add takes no input 3');
});
