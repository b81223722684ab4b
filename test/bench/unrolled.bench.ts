/**
 * How the cost of a training step grows with the number of steps that a recurrence is unrolled over, on the
 * CPU: forward and backward of `h = tanh(p_t + h U)`, p the projection of the whole sequence, read in slices.
 * Prints, asserts nothing. `BENCH_MS` (default 400) is how long each number is measured.
 *
 *   npx vitest run --config test/bench/vitest.config.ts unrolled
 */
import { it } from 'vitest';
import { createWasmBackend } from '#engine/backends/wasm/index.ts';
import { differentiate } from '#engine/compile/differentiate.ts';
import { prune } from '#engine/compile/prune.ts';
import type { Graph } from '#engine/ir/index.ts';
import { tensorType } from '#engine/ir/index.ts';
import { GraphBuilder, NO_EPILOGUE, add, reshape, sumAll, type Value } from '#engine/ops/index.ts';
import { nodePlatform } from '../support/nodePlatform.ts';
import { graphProgram } from '../support/runGraph.ts';

const FOR_MS = Number(process.env['BENCH_MS'] ?? 400);
const [BATCH, INPUTS, HIDDEN] = [64, 28, 128];

function recurrence(steps: number): Graph {
  const g = new GraphBuilder();
  const init = { kind: 'constant', value: 0.01 } as const;
  const parameter = (name: string, ...shape: number[]): Value =>
    g.leaf({ kind: 'parameter', name, init }, tensorType(shape));
  const product = (a: Value, b: Value): Value =>
    g.emit('matmul', [a, b], { transposeA: false, transposeB: false, epilogue: NO_EPILOGUE });
  const [w, u] = [parameter('w', INPUTS, HIDDEN), parameter('u', HIDDEN, HIDDEN)];
  const x = g.leaf({ kind: 'buffer', name: 'x', init }, tensorType([BATCH * steps, INPUTS]));
  const projected = reshape(g, product(x, w), [BATCH, steps, HIDDEN]);
  let h: Value | undefined;
  for (let start = 0; start < steps; start++) {
    const piece = g.emit('slice', [projected], { axis: 1, start, length: 1 });
    const own = reshape(g, piece, [BATCH, HIDDEN]);
    h = g.emit('tanh', [h ? add(g, own, product(h, u)) : own], {});
  }
  if (!h) throw new Error('no steps');
  const loss = sumAll(g, g.emit('square', [h], {}));
  const gradients = differentiate(g, loss, [w, u]);
  [w, u].forEach((each, k) => {
    const gradient = gradients.get(each.id);
    if (gradient) g.output(`gradient${k}`, gradient);
  });
  return prune(g.finish());
}

it('a recurrence', async () => {
  const backend = await createWasmBackend(nodePlatform(), { threads: 1 });
  const cells = (...values: readonly string[]): void =>
    console.log(values.map((value) => value.padStart(16)).join(''));
  cells('unrolled steps', 'compile ms', 'ms/step', 'us per unrolled');
  for (const steps of [28, 56, 112, 224, 448]) {
    const began = performance.now();
    const { program, layout } = graphProgram(recurrence(steps));
    const session = await backend.open(layout);
    const loaded = await session.load(program);
    const compiled = performance.now();
    session.run(loaded);
    await session.settled();
    let runs = 0;
    const start = performance.now();
    while (performance.now() - start < FOR_MS) {
      session.run(loaded);
      await session.settled();
      runs++;
    }
    const ms = (performance.now() - start) / runs;
    cells(
      `${steps}`,
      (compiled - began).toFixed(0),
      ms.toFixed(2),
      ((1000 * ms) / steps).toFixed(1),
    );
    await session.close();
  }
  await backend.close();
});
