/** Rule: an engine in the background gives way, with every thread that computes; others do not. */
import { readdirSync, readFileSync } from 'node:fs';
import { constants, getPriority } from 'node:os';
import { afterEach, expect, test, vi } from 'vitest';
import { type App, startApp } from '#test/support/app.ts';
import { pointsDocument } from '#test/support/documents.ts';
import { until } from '#test/support/until.ts';

const { PRIORITY_BELOW_NORMAL } = constants.priority;
const THREADS = 3;
let app: App | null = null;
afterEach(async () => {
  vi.unstubAllEnvs();
  await app?.close();
});

/** The process of an engine that is training. */
async function trainingEngine(background: boolean): Promise<number> {
  const { services, client } = (app = startApp({ background }));
  const document = pointsDocument('moons', 2, { epochs: 3000, threads: THREADS, device: 'cpu' });
  const { id: runId } = await client.call('training.start', { document });
  await until(async () => (await client.call('runs.get', { runId })).progress.step > 0);
  const { pid } = services.engine;
  if (pid === undefined) throw new Error('no engine process');
  return pid;
}

/** The nice value of every thread; Linux counts it by thread. */
function nicenessOfThreads(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).map((thread) => {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
    // After the name, which may hold anything, fields count from the third; niceness is the nineteenth.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
  });
}

test('in the background: below normal', async () => {
  const pid = await trainingEngine(true);
  expect(getPriority(pid)).toBe(Math.max(getPriority(), PRIORITY_BELOW_NORMAL));
});

test.skipIf(process.platform !== 'linux')('so do the threads that it starts', async () => {
  const pid = await trainingEngine(true);
  const low = nicenessOfThreads(pid).filter((nice) => nice >= PRIORITY_BELOW_NORMAL);
  expect(low.length).toBeGreaterThanOrEqual(THREADS);
});

test('otherwise: the priority of who started it', async () => {
  expect(getPriority(await trainingEngine(false))).toBe(getPriority());
});

test('nor in the background where it is told so', async () => {
  vi.stubEnv('NETLOOM_ENGINE_NICE', '0');
  expect(getPriority(await trainingEngine(true))).toBe(getPriority());
});
