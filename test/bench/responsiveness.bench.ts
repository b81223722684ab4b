/**
 * How late a page would be while a run in training takes all cores, with the engine in the background (below
 * normal priority, as the app starts it) and without, and how fast that run is. The page: a timer of 16 ms
 * with 4 ms of work. In turns; prints, asserts nothing.
 *
 *   npm run build && npx vitest run --config test/bench/vitest.config.ts responsiveness
 */
import { readFileSync } from 'node:fs';
import { test } from 'vitest';
import { restoreDocumentText } from '#engine/ir/restoreDocument.ts';
import { example } from '#test/support/cli.ts';
import { startApp } from '#test/support/app.ts';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
const FRAME_MS = 16;
const WORK_MS = 4;
const WATCHED_MS = 4_000;
const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));
const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;

/** So much of this thread's own time, however long that takes. */
function work(): void {
  const start = process.threadCpuUsage();
  const done = () => {
    const { user, system } = process.threadCpuUsage(start);
    return (user + system) / 1e3;
  };
  while (done() < WORK_MS);
}

/** Of each frame, how long after its time its work was done; in order of size. */
async function watch(forMs: number): Promise<readonly number[]> {
  const late: number[] = [];
  const end = performance.now() + forMs;
  while (performance.now() < end) {
    const due = performance.now() + FRAME_MS + WORK_MS;
    await wait(FRAME_MS);
    work();
    late.push(performance.now() - due);
  }
  return late.sort((a, b) => a - b);
}

async function round(background: boolean) {
  const { client, close } = startApp({ background });
  const restored = restoreDocumentText(readFileSync(example('digits-cnn-batchnorm'), 'utf8'));
  if (!restored.ok) throw new Error('the example cannot be read');
  const training = { ...restored.document.training, epochs: 1000, device: 'cpu' as const };
  const document = { ...restored.document, training };
  const { id: runId } = await client.call('training.start', { document });
  const progress = async () => (await client.call('runs.get', { runId })).progress;
  while ((await progress()).step < 10) await wait(20);
  const stepsIn = async (during: () => Promise<unknown>): Promise<number> => {
    const [from, start] = [(await progress()).step, performance.now()];
    await during();
    return (1e3 * ((await progress()).step - from)) / (performance.now() - start);
  };
  const alone = await stepsIn(() => wait(WATCHED_MS));
  let late: readonly number[] = [];
  const watched = await stepsIn(async () => (late = await watch(WATCHED_MS)));
  await close();
  const at = (share: number) => late[Math.floor(share * late.length)] ?? NaN;
  return { alone, watched, median: at(0.5), p95: at(0.95), worst: late.at(-1) ?? NaN };
}

test('a page beside a run in training', async () => {
  const sides = { normal: false, background: true };
  const taken = { normal: [], background: [] } as Record<
    keyof typeof sides,
    Awaited<ReturnType<typeof round>>[]
  >;
  for (let turn = 0; turn < ROUNDS; turn++) {
    for (const side of ['normal', 'background'] as const)
      taken[side].push(await round(sides[side]));
  }
  for (const [side, rounds] of Object.entries(taken)) {
    const of = (key: keyof (typeof rounds)[number]) => median(rounds.map((each) => each[key]));
    console.log(
      `${side.padEnd(11)} ${of('alone').toFixed(1)} steps/s, ${of('watched').toFixed(1)} beside the page; ` +
        `frames late by ${of('median').toFixed(1)} ms (median), ${of('p95').toFixed(1)} (95 %), ${of('worst').toFixed(1)} (worst)`,
    );
  }
});
