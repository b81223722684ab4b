/**
 * Rule: what `npm start` starts ends with it, whatever ends it, and some time after the last page has
 * closed. Real processes: npm, the start script, the server, its engine.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { connect as connectSocket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { watchIdle } from '#main/server/idle.ts';
import { temporaryFolder } from '#test/support/cli.ts';
import { pointsDocument } from '#test/support/documents.ts';
import { ROOT } from '#test/support/electronApp.ts';
import { descendants, isAlive } from '#test/support/processes.ts';
import { until } from '#test/support/until.ts';
import { connectWith, exchangeLink, type ServerClient } from '#test/support/serverClient.ts';

interface Started {
  readonly npm: ChildProcess;
  readonly url: URL;
  readonly connect: () => Promise<ServerClient>;
  readonly output: () => string;
  /** The code or the signal that npm ended with. */
  readonly ended: Promise<number | string | null>;
}

const folders: ReturnType<typeof temporaryFolder>[] = [];
let started: Started | null = null;
afterEach(() => {
  // Whatever a failed test left.
  if (started?.npm.pid !== undefined) {
    for (const pid of [started.npm.pid, ...descendants(started.npm.pid)]) {
      if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    }
  }
  for (const folder of folders.splice(0)) folder.remove();
});

async function npmStart(env: Readonly<Record<string, string>> = {}): Promise<Started> {
  const folder = temporaryFolder();
  folders.push(folder);
  const npm = spawn('npm', ['start'], {
    cwd: ROOT,
    env: {
      ...process.env,
      NETLOOM_HOME: folder.path,
      NETLOOM_NO_ELECTRON: '1',
      NETLOOM_NO_BROWSER: '1',
      ...env,
    },
    // A group of its own, as a terminal gives one to each command.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ended = new Promise<number | string | null>((done) =>
    npm.on('exit', (code, signal) => done(code ?? signal)),
  );
  const url = await new Promise<URL>((done, fail) => {
    const take = (chunk: Buffer): void => {
      output += chunk.toString();
      const address = /Netloom is at (\S+)/.exec(output)?.[1];
      if (address !== undefined) done(new URL(address));
    };
    npm.stdout.on('data', take);
    npm.stderr.on('data', take);
    void ended.then((how) => fail(new Error(`npm start ended (${how}): ${output}`)));
  });
  const secret = await exchangeLink(url);
  started = { npm, url, connect: () => connectWith(secret, url), output: () => output, ended };
  return started;
}

const accepts = ({ hostname, port }: URL): Promise<boolean> =>
  new Promise((done) => {
    const socket = connectSocket(Number(port), hostname);
    socket.once('connect', () => (socket.destroy(), done(true))).once('error', () => done(false));
  });

async function train(client: ServerClient): Promise<string> {
  const document = pointsDocument('moons', 2, { epochs: 100_000, device: 'cpu', threads: 2 });
  return (await client.call('training.start', { document })).id;
}

/** npm, what lies between, the script, the server, the engine: each by what it was started with. */
async function chain({ npm }: Started): Promise<{ all: number[]; script: number; server: number }> {
  const all = [npm.pid ?? 0, ...descendants(npm.pid ?? 0)];
  // npm, the script, the server, its engine; a shell where npm leaves one.
  expect(all.length).toBeGreaterThanOrEqual(4);
  const [server, script] = [all.at(-2) ?? 0, all.at(-3) ?? 0];
  return { all, script, server };
}

describe('a signal to one of the chain ends all of it', () => {
  const cases = (['npm', 'script', 'server'] as const).flatMap((target) =>
    (['SIGTERM', 'SIGHUP', 'SIGKILL'] as const).map((signal) => ({ target, signal })),
  );
  // npm itself takes no notice of an interrupt; Ctrl+C in a terminal reaches the group.
  const interrupts = (['script', 'server', 'group'] as const).map((target) => ({
    target,
    signal: 'SIGINT' as const,
  }));
  test.each([...cases, ...interrupts])('$signal to $target', async ({ target, signal }) => {
    const run = await npmStart();
    const client = await run.connect();
    await train(client);
    const { all, script, server } = await chain(run);
    const npm = run.npm.pid ?? 0;
    process.kill({ npm, script, server, group: -npm }[target], signal);
    await until(
      () => !all.some(isAlive),
      () => `alive: ${all.filter(isAlive).join()}\n${run.output()}`,
    );
    expect(await accepts(run.url)).toBe(false);
  });
});

describe('the last page', () => {
  const IDLE_S = 1;
  const idle = { NETLOOM_IDLE_SECONDS: String(IDLE_S) };
  /** By the same rule: as long as a server takes to end whose only page goes now. */
  const idleTimePassed = (): Promise<void> =>
    new Promise((onIdle) => {
      let looks = 0;
      const pages = (): number => (looks++ === 0 ? 1 : 0);
      watchIdle({ pages, busy: () => false, idleMs: IDLE_S * 1_000, onIdle });
    });

  test('that never came ends nothing; one that comes back neither; one that has gone ends it', async () => {
    const run = await npmStart(idle);
    await idleTimePassed();
    // When exactly it is time is told with a clock of its own (presence.test.ts).
    for (let reload = 0; reload < 3; reload += 1) await (await run.connect()).disconnect();
    const client = await run.connect();
    await idleTimePassed();
    expect(await accepts(run.url)).toBe(true);
    await client.disconnect();
    expect(await run.ended).toBe(0);
    expect(run.output()).toContain('No page is open and nothing trains since 1 s: Netloom ends.');
    expect(await accepts(run.url)).toBe(false);
  });

  test('ends nothing while a run is in training, but with one that is paused', async () => {
    const run = await npmStart(idle);
    const client = await run.connect();
    const runId = await train(client);
    await client.disconnect();
    await idleTimePassed();
    const again = await run.connect();
    expect(await again.call('app.info', null)).toMatchObject({ activeRunIds: [runId] });
    await again.call('training.pause', { runId });
    await again.disconnect();
    expect(await run.ended).toBe(0);
  });
});
