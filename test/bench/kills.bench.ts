/**
 * `kill -9` of the engine at fifty random moments of a run: is the app alive, is what was recorded still
 * there, does the run resume and finish? Prints a line for each and the sums; asserts nothing.
 *
 *   npm run build && npx vitest run --config test/bench/vitest.config.ts kills
 */
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'vitest';
import { createNodeStarter } from '#main/engineProcess/nodeStarter.ts';
import { createServices } from '#main/services/index.ts';
import { tidyStateFolder } from '#main/services/stateFiles.ts';
import { type AppCalls, type AppEvents, connect, pointsOf } from '#engine/protocol/index.ts';
import { temporaryFolder } from '#test/support/cli.ts';
import { pointsDocument } from '#test/support/documents.ts';
import { memoryPair } from '#test/support/memoryPair.ts';
import { readerStarter } from '#test/support/readerStarter.ts';

const KILLS = 50;
const ROOT = resolve(import.meta.dirname, '..', '..');
const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));

test('fifty kills', { timeout: 1_800_000 }, async () => {
  const folder = temporaryFolder();
  const services = createServices({
    info: { version: 'bench', host: 'server', platform: 'bench', cores: 2 },
    readerStarter,
    starter: createNodeStarter({
      entry: join(ROOT, 'out', 'main', 'engine.js'),
      onLog: () => undefined,
    }),
    stateFolder: folder.path,
    projectFolder: join(folder.path, 'projects'),
    examplesFolder: join(ROOT, 'resources', 'examples'),
  });
  const [near, far] = memoryPair();
  services.attach(far);
  const client = connect<AppCalls, AppEvents>(near);
  const runOf = (runId: string) => client.call('runs.get', { runId });
  async function reach(runId: string, states: readonly string[]): Promise<string> {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const { state } = (await runOf(runId)).progress;
      if (states.includes(state) || Date.now() > deadline) return state;
      await wait(20);
    }
  }

  const sums = { alive: 0, intact: 0, resumed: 0, tooEarly: 0 };
  for (let round = 1; round <= KILLS; round++) {
    const document = pointsDocument('moons', 2, { epochs: 3_000 });
    const { id: runId } = await client.call('training.start', { document });
    await reach(runId, ['running']);
    const delayMs = Math.round(Math.random() * 2_500);
    await wait(delayMs);
    const before = pointsOf((await runOf(runId)).curves);
    const { pid } = services.engine;
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
    const state = await reach(runId, ['interrupted', 'finished']);
    const alive = (await client.call('app.info', null)).host === 'server';
    const metrics = pointsOf((await runOf(runId)).curves);
    const intact = JSON.stringify(metrics.slice(0, before.length)) === JSON.stringify(before);
    // Killed before its first checkpoint, a run has nothing to go on from; it must say so.
    const refusal =
      state === 'interrupted'
        ? await client.call('training.recover', { runId }).then(
            () => null,
            (error: { readonly code?: string }) => error.code ?? 'no code',
          )
        : null;
    const end = refusal === null ? await reach(runId, ['finished', 'failed']) : refusal;
    const { progress } = await runOf(runId);
    const resumed = end === 'finished' && progress.step === progress.totalSteps;
    sums.tooEarly += Number(refusal === 'run.no-checkpoint');
    sums.alive += Number(alive);
    sums.intact += Number(intact);
    sums.resumed += Number(resumed);
    console.log(
      `${round} (${end}): killed ${delayMs} ms after the start with ${before.length} points recorded, ${state}; ` +
        `alive ${alive}, intact ${intact}, resumed ${resumed}`,
    );
  }
  console.log(
    `alive ${sums.alive}/${KILLS}, intact ${sums.intact}/${KILLS}, resumed ${sums.resumed}/${KILLS}, ` +
      `killed before the first checkpoint ${sums.tooEarly}`,
  );
  await services.close();
  const parts = (): number =>
    readdirSync(folder.path, { recursive: true }).filter((name) => String(name).endsWith('.part'))
      .length;
  const left = parts();
  await tidyStateFolder(folder.path, join(folder.path, 'projects'));
  console.log(`half-written files: ${left} left by the kills, ${parts()} after the next start`);
  folder.remove();
});
