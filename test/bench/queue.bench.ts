/**
 * The queue: how long eight small runs take one after the other and side by side, and what ten kills of the
 * whole program at random moments leave of it. Prints; asserts nothing.
 *
 *   npm run build && npx vitest run --config test/bench/vitest.config.ts queue
 */
import { once } from 'node:events';
import { test } from 'vitest';
import { applyEdits } from '#engine/ir/applyEdits.ts';
import type { AppCalls, AppEvents, Client } from '#engine/protocol/index.ts';
import { physicalCores } from '#engine/platform/node.ts';
import { startApp } from '#test/support/app.ts';
import { startServe, temporaryFolder } from '#test/support/cli.ts';
import { pointsDocument } from '#test/support/documents.ts';
import { connectTo } from '#test/support/serverClient.ts';

const RUNS = 8;
const KILLS = 10;
const moons = (epochs: number) =>
  applyEdits(pointsDocument('moons', 2), [
    { kind: 'setTraining', training: { epochs, device: 'cpu' } },
  ]);
const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));

async function untilOver(client: Client<AppCalls, AppEvents>): Promise<void> {
  for (;;) {
    const { entries } = await client.call('queue.list', null);
    if (entries.every(({ state }) => state !== 'waiting' && state !== 'running')) return;
    await wait(20);
  }
}

async function seconds(trainAtOnce: number): Promise<number> {
  const app = startApp({ cores: physicalCores() });
  await app.client.call('settings.set', { trainAtOnce });
  app.services.queue.begin({ adopt: true });
  const entries = Array.from({ length: RUNS }, () => ({ document: moons(400) }));
  const begun = performance.now();
  await app.client.call('queue.add', { entries });
  await untilOver(app.client);
  const took = (performance.now() - begun) / 1000;
  await app.close();
  return took;
}

test('one after the other, and side by side', { timeout: 600_000 }, async () => {
  for (let turn = 0; turn < 3; turn++) {
    const [alone, together] = [await seconds(1), await seconds(0)];
    console.log(
      `${RUNS} runs: ${alone.toFixed(1)} s one by one, ${together.toFixed(1)} s side by side`,
    );
  }
});

test('ten kills', { timeout: 900_000 }, async () => {
  const folder = temporaryFolder();
  let ids: readonly string[] = [];
  for (let kill = 0; kill <= KILLS; kill++) {
    const { child, url } = await startServe(folder.path);
    const client = await connectTo(url);
    if (kill === 0) {
      const entries = Array.from({ length: 2 * KILLS }, () => ({ document: moons(300) }));
      ids = await client.call('queue.add', { entries });
    }
    if (kill < KILLS) await wait(Math.random() * 2_500);
    else await untilOver(client);
    const { entries } = await client.call('queue.list', null);
    const runs = await client.call('runs.list', null);
    const of = (state: string): number => entries.filter((entry) => entry.state === state).length;
    const lost = ids.filter((id) => !entries.some((entry) => entry.id === id)).length;
    const twice = entries.length - new Set(entries.map(({ id }) => id)).size;
    console.log(
      `start ${kill + 1}: ${of('finished')} finished, ${of('running')} train, ${of('waiting')} wait, ` +
        `${of('setAside')} set aside; ${lost} lost, ${twice} twice; ${runs.length} runs`,
    );
    const over = once(child, 'exit');
    child.kill('SIGKILL');
    await over;
  }
  folder.remove();
});
