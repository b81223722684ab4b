/**
 * TPE against random on networks that are really trained: how many trials until the least loss of validation is
 * what one of thirty to fifty random settings comes to, 10 seeds each, on three problems. A trial is a whole
 * training of a small network by the engine, on one thread. Prints, asserts nothing.
 *
 *   npx vitest run --config test/bench/vitest.config.ts searchTraining
 *
 * `BENCH_PROBLEM`: only those with this in their name. `BENCH_PILOT=60` prints what so many random settings of
 * each come to instead, from which `wanted` was taken.
 */
import { readFileSync } from 'node:fs';
import { it } from 'vitest';
import { networkDocument, type NetworkDocument } from '#engine/ir/index.ts';
import {
  applyValues,
  readSpace,
  strategies,
  type Tried,
  type Values,
} from '#engine/search/index.ts';
import { example } from '../support/cli.ts';
import { startRun, wasm } from '../support/engineRun.ts';

const SEEDS = 10;
const MOST = 60;
const only = process.env['BENCH_PROBLEM'] ?? '';
const pilot = Number(process.env['BENCH_PILOT'] ?? 0);

interface Problem {
  readonly name: string;
  readonly example: string;
  readonly texts: readonly string[];
  readonly epochs: number;
  /** Of validation, at most. */
  readonly wanted: number;
}

const PROBLEMS: readonly Problem[] = [
  {
    name: 'moons: ranges, kind and optimiser',
    example: 'moons',
    texts: [
      ...['lr=log:1e-5..1', 'fc1.outFeatures=2..64', 'batch=16..128'],
      'relu1=ReLU,Tanh,Sigmoid,GELU,LeakyReLU',
      'optimizer=Adam,SGD,AdamW',
    ],
    epochs: 3,
    wanted: 0.075,
  },
  {
    name: 'spirals: lists of numbers',
    example: 'spirals',
    texts: [
      'lr=0.00001,0.00003,0.0001,0.0003,0.001,0.003,0.01,0.03,0.1,0.3,1',
      'fc1.outFeatures=2,4,8,16,32,64',
      'fc2.outFeatures=2,4,8,16,32,64',
      'batch=8,16,32,64,128,256',
    ],
    epochs: 4,
    wanted: 0.2,
  },
  {
    name: 'digits: MLP, ranges and optimiser',
    example: 'digits-mlp',
    texts: [
      ...['lr=log:1e-5..1', 'fc1.outFeatures=4..64', 'drop1.p=0..0.8', 'drop2.p=0..0.8'],
      'optimizer=Adam,SGD,AdamW',
    ],
    epochs: 1,
    wanted: 0.65,
  },
];

const documentOf = ({ example: name, epochs }: Problem): NetworkDocument => {
  const document = networkDocument.parse(JSON.parse(readFileSync(example(name), 'utf8')));
  return { ...document, training: { ...document.training, epochs } };
};

async function lossOf(document: NetworkDocument): Promise<number> {
  const run = await startRun(document, wasm(1));
  await run.ended();
  const losses = run.points('validation').map(({ values }) => values['loss'] ?? Infinity);
  return Math.min(...losses.map((loss) => (Number.isFinite(loss) ? loss : Infinity)), Infinity);
}

/** Alike settings with the same seed come to the same: they are trained once. */
function trainer(problem: Problem): (values: Values, seed: number) => Promise<number> {
  const document = documentOf(problem);
  const space = readSpace(problem.texts, document);
  const known = new Map<string, Promise<number>>();
  return (values, seed) => {
    const key = JSON.stringify([seed, values]);
    const set = applyValues(document, space, values);
    const found = known.get(key) ?? lossOf({ ...set, training: { ...set.training, seed } });
    known.set(key, found);
    return found;
  };
}

it('trials until a loss is reached', async () => {
  for (const problem of PROBLEMS.filter(({ name }) => name.includes(only))) {
    const space = readSpace(problem.texts, documentOf(problem));
    const train = trainer(problem);
    const began = process.cpuUsage();
    let trained = 0;
    const search = async (id: string, seed: number, most: number, wanted: number) => {
      const tried: Tried[] = [];
      while (tried.length < most) {
        const values = strategies.get(id)?.propose({ space, seed, tried });
        if (!values) break;
        const loss = await train(values, seed);
        trained += 1;
        tried.push({ values, loss });
        if (loss <= wanted) break;
      }
      return tried.map(({ loss }) => loss ?? Infinity);
    };
    if (pilot > 0) {
      const losses = (await search('random', 1000, pilot, -1)).toSorted((a, b) => a - b);
      console.log(
        problem.name,
        losses
          .slice(0, 8)
          .map((loss) => loss.toFixed(4))
          .join(' '),
      );
    } else {
      console.log(`${problem.name}, to ${problem.wanted}`);
      for (const id of ['random', 'tpe']) {
        const counts: number[] = [];
        for (let seed = 0; seed < SEEDS; seed++) {
          const losses = await search(id, seed, MOST, problem.wanted);
          counts.push((losses.at(-1) ?? Infinity) <= problem.wanted ? losses.length : MOST + 1);
        }
        const sorted = counts.toSorted((a, b) => a - b);
        const median = ((sorted[SEEDS / 2 - 1] ?? 0) + (sorted[SEEDS / 2] ?? 0)) / 2;
        const never = counts.filter((count) => count > MOST).length;
        console.log(
          `  ${id.padEnd(7)} median ${median}, not within ${MOST}: ${never}; ${counts.join(' ')}`,
        );
      }
    }
    const { user } = process.cpuUsage(began);
    console.log(
      `  ${trained} trainings, ${(user / 1e6 / Math.max(1, trained)).toFixed(2)} s of processor each`,
    );
  }
});
