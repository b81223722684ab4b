/**
 * How often two groups of really trained runs that differ in nothing but their seeds are said to differ: a pool
 * of tiny networks, one seed each, of which pairs of groups are drawn. Of groups with the same seeds as well:
 * each seed is trained twice, at rates that hardly differ, and which of the two is of which group is drawn too,
 * so that neither group is better. Prints, asserts nothing.
 *
 * `BENCH_RUNS` (default 100) seeds trained, `BENCH_PAIRS` (default 100) drawn; five runs a group, of pairs eight.
 */
import { it } from 'vitest';
import { permutation, RandomStream } from '#engine/ops/philox.ts';
import { meanDifference, pairedDifference } from '#engine/runs/statistics.ts';
import { pointsDocument } from '../support/documents.ts';
import { startRun, wasm } from '../support/engineRun.ts';

const runs = Number(process.env['BENCH_RUNS'] ?? 100);
const pairs = Number(process.env['BENCH_PAIRS'] ?? 100);
const EACH = 5;
const PAIRED = 8;

interface Figures {
  readonly loss: number;
  readonly accuracy: number;
}

async function trained(seed: number, lr = 0.01): Promise<Figures> {
  const points = pointsDocument('moons', 2, { epochs: 2, batchSize: 32, seed });
  const objectives = points.training.objectives.map((objective) => ({
    ...objective,
    optimizer: { type: 'Adam', attrs: { lr } },
  }));
  const document = { ...points, training: { ...points.training, objectives } };
  const run = await startRun(document, wasm(1));
  await run.ended();
  const { loss = NaN, accuracy = NaN } = run.points('validation').at(-1)?.values ?? {};
  return { loss, accuracy };
}

it('pairs of groups of one kind', async () => {
  const pool: Figures[] = [];
  const twins: Figures[] = [];
  for (let seed = 0; seed < runs; seed++) {
    pool.push(await trained(seed));
    twins.push(await trained(seed, 0.0101));
  }
  for (const figure of ['loss', 'accuracy'] as const) {
    let wrong = 0;
    for (let pair = 0; pair < pairs; pair++) {
      const drawn = [...permutation(runs, 1, pair)].map((i) => pool[i]?.[figure] ?? NaN);
      const { verdict } = meanDifference(drawn.slice(0, EACH), drawn.slice(EACH, 2 * EACH));
      if (verdict !== 'none') wrong += 1;
    }
    let wrongPaired = 0;
    for (let pair = 0; pair < pairs; pair++) {
      const random = new RandomStream(pair, 'data');
      const [a, b]: [number[], number[]] = [[], []];
      for (const i of [...permutation(runs, 2, pair)].slice(0, PAIRED)) {
        const both = [pool[i]?.[figure] ?? NaN, twins[i]?.[figure] ?? NaN];
        const first = random.integer(2);
        a.push(both[first] ?? NaN);
        b.push(both[1 - first] ?? NaN);
      }
      if (pairedDifference(a, b).verdict !== 'none') wrongPaired += 1;
    }
    console.log(`${figure}, same seeds: ${wrongPaired} of ${pairs} said to differ`);
    const values = pool.map((each) => each[figure]);
    const range = `${Math.min(...values).toFixed(4)} to ${Math.max(...values).toFixed(4)}`;
    console.log(`${figure}: ${wrong} of ${pairs} pairs said to differ; ${runs} runs, ${range}`);
  }
});
