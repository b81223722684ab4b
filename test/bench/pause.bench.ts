/**
 * How soon a run pauses, and what the engine process burns while it does nothing (Linux: /proc). Prints,
 * asserts nothing.
 *
 *   npm run build && npx vitest run --config test/bench/vitest.config.ts pause
 */
import { readFileSync } from 'node:fs';
import { test } from 'vitest';
import { restoreDocumentText } from '#engine/ir/restoreDocument.ts';
import { startApp } from '#test/support/app.ts';
import { example } from '#test/support/cli.ts';

const TURNS = 12;
const IDLE_MS = 3_000;
/** USER_HZ of Linux. */
const TICK_MS = 10;
const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));

function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

test.each(['digits-mlp', 'digits-cnn-batchnorm'])('%s', async (name) => {
  const { services, client, close } = startApp();
  const restored = restoreDocumentText(readFileSync(example(name), 'utf8'));
  if (!restored.ok) throw new Error(`${name} cannot be read`);
  const training = { ...restored.document.training, epochs: 1000, device: 'cpu' as const };
  const { id: runId } = await client.call('training.start', {
    document: { ...restored.document, training },
  });
  const reach = async (state: string): Promise<void> => {
    while ((await client.call('runs.get', { runId })).progress.state !== state) await wait(2);
  };
  await reach('running');
  await wait(2_000);
  const latencies: number[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    const asked = performance.now();
    await client.call('training.pause', { runId });
    await reach('paused');
    latencies.push(performance.now() - asked);
    await client.call('training.resume', { runId });
    await reach('running');
    await wait(100 + Math.random() * 200);
  }
  await client.call('training.pause', { runId });
  await reach('paused');
  await wait(500);
  const { pid = 0 } = services.engine;
  const before = cpuMs(pid);
  await wait(IDLE_MS);
  const burnt = cpuMs(pid) - before;
  latencies.sort((a, b) => a - b);
  console.log(
    `${name}: pauses after ${latencies[TURNS >> 1]?.toFixed(1)} ms (median), ${latencies.at(-1)?.toFixed(1)} ms (worst); ` +
      `paused, the engine uses ${((100 * burnt) / IDLE_MS).toFixed(1)} % of a core`,
  );
  await close();
});
