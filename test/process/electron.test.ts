/**
 * Rule: the desktop app is the same services and the same page in a shell that lets the page talk to them
 * and nothing else. Runs the built composition root on a stand-in for `electron`.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serializeDocument } from '#engine/ir/restoreDocument.ts';
import type { OpenedProject, RunDetail, RunSummary } from '#engine/protocol/index.ts';
import { temporaryFolder } from '#test/support/cli.ts';
import { pointsDocument } from '#test/support/documents.ts';
import { type ElectronApp, ROOT, STAND_IN, startElectronApp } from '#test/support/electronApp.ts';
import { isAlive } from '#test/support/processes.ts';
import { until as comesAbout } from '#test/support/until.ts';

const folder = temporaryFolder();
let app: ElectronApp;

const shownFile = (name: string) => join(folder.path, `${name}.shown`);

beforeAll(async () => {
  app = startElectronApp(folder.path, { NETLOOM_SHOWN_FILE: shownFile('first') });
  await app.evaluate(CLIENT);
});
afterAll(async () => {
  await app.end();
  folder.remove();
});

/** A client of our own beside the page's, with ids that the page does not use. */
const CLIENT = `(() => {
  let nextId = 1e9;
  const waiting = new Map();
  window.events = [];
  window.host.onMessage((message) => {
    if (message.kind === 'event') window.events.push(message);
    else waiting.get(message.id)?.(message);
  });
  window.call = (method, input) =>
    new Promise((done, fail) => {
      const id = nextId++;
      waiting.set(id, ({ output, error }) => (error ? fail(new Error(error.code)) : done(output)));
      window.host.send({ kind: 'call', id, method, input });
    });
})()`;
const call = <T>(method: string, input: unknown): Promise<T> =>
  app.evaluate<T>(`window.call(${JSON.stringify(method)}, ${JSON.stringify(input)})`);
const until = (holds: () => Promise<boolean>): Promise<void> =>
  comesAbout(holds, () => app.stderr());

test('the page of the renderer comes up and is let in', async () => {
  await until(() => app.evaluate(`document.querySelector('#root')?.childElementCount > 0`));
  expect(await call('app.info', null)).toMatchObject({ host: 'electron', nativeDialogs: true });
});

test('XOR trains in the utility process; its events reach the page as typed arrays', async () => {
  const { document } = (await call<{ name: string; document: object }[]>('projects.examples', null))
    .filter(({ name }) => name === 'xor')
    .at(0) ?? { document: {} };
  const { id: runId } = await call<RunSummary>('training.start', { document });
  await until(
    async () => (await call<RunDetail>('runs.get', { runId })).progress.state === 'finished',
  );
  const { last } = await call<RunDetail>('runs.get', { runId });
  expect(last?.validation?.values['accuracy']).toBeGreaterThan(0.9);
  expect(
    await app.evaluate(`(() => {
      const telemetry = window.events.find(
        ({ name, payload }) => name === 'run.snapshot' && payload.kind === 'telemetry',
      );
      return telemetry?.payload.body.nodes[0].activation.counts instanceof Float32Array;
    })()`),
  ).toBe(true);
});

test('the machine was kept awake while it trained, and may sleep again', () =>
  until(async () => {
    const told = await app.order<readonly string[]>('told');
    const [awake, asleep] = [
      told.indexOf('awake: prevent-app-suspension'),
      told.indexOf('may sleep'),
    ];
    return awake >= 0 && asleep > awake;
  }));

test('the app says when its window is shown', () =>
  until(async () => existsSync(shownFile('first'))));

test('the window is sandboxed and isolated, and shows the page of the app', async () => {
  const { options, url, refused, menu } = await app.order<Record<string, unknown>>('inspect');
  expect(options).toMatchObject({
    webPreferences: {
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      devTools: true,
    },
  });
  expect(menu).toContain('toggleDevTools');
  expect(url).toBe('app://netloom/');
  expect(refused).toEqual([]);
});

test('the page has one pipe and nothing else; only calls go up', async () => {
  expect(await app.evaluate('Object.keys(window.host).sort()')).toEqual([
    'onClose',
    'onMessage',
    'send',
  ]);
  expect(await app.evaluate('typeof window.require + typeof window.process')).toBe(
    'undefinedundefined',
  );
  // Chromium would give it to any page with a secure address.
  expect(await app.evaluate('window.isSecureContext')).toBe(true);
  expect(await app.evaluate(`'gpu' in navigator`)).toBe(false);
  // Neither answered nor fatal.
  await app.evaluate(`window.host.send({ kind: 'event', name: 'engine.state', payload: {} })`);
  await app.evaluate(`window.host.send('nonsense')`);
  await expect(call('no.such.call', null)).rejects.toThrow('rpc.unknown-method');
  await expect(call('runs.get', { runId: 7 })).rejects.toThrow('rpc.invalid-input');
});

test('the policy stops foreign scripts, eval and connections', async () => {
  expect(
    await app.evaluate(`(async () => {
      // Out of the debugger's own task, which may evaluate.
      const evaluated = await new Promise((done) => requestAnimationFrame(() => {
        try { done((0, eval)('true')); } catch { done(false); }
      }));
      if (evaluated) return 'eval ran';
      const foreign = await fetch('https://example.org/').then(() => 'fetched', () => 'blocked');
      const script = document.createElement('script');
      script.textContent = 'window.inline = true';
      document.head.append(script);
      return foreign + (window.inline ? ', inline ran' : '');
    })()`),
  ).toBe('blocked');
  expect((await app.order<{ refused: string[] }>('inspect')).refused).toEqual([]);
});

test('the page cannot leave, open windows or get permissions', async () => {
  await app.evaluate(`{ location.href = 'https://example.org/'; }`);
  await app.evaluate(`{ window.open('https://docs.example.org/'); }`);
  type Seen = Readonly<Record<'prevented' | 'refused', readonly string[]>> & { url: string };
  const seen = () => app.order<Seen>('inspect');
  await until(async () => {
    const { prevented, refused } = await seen();
    return prevented.length + refused.length === 2;
  });
  const { url, prevented, refused } = await seen();
  expect(url).toBe('app://netloom/');
  expect(prevented.toSorted()).toEqual(['https://docs.example.org/', 'https://example.org/']);
  expect(refused).toEqual([]);
  for (const permission of ['geolocation', 'media', 'notifications', 'clipboard-read']) {
    expect(await app.order('permits', permission)).toBe(false);
  }
});

interface Mishaps {
  readonly loads: number;
  readonly messages: readonly string[];
}

test('a page that crashes or hangs is loaded again; one that keeps crashing asks', async () => {
  const inspect = () => app.order<Mishaps>('inspect');
  const lives = async () => {
    await app.evaluate(CLIENT);
    expect(await call('app.info', null)).toMatchObject({ host: 'electron' });
  };
  await app.order('crashPage');
  await until(async () => (await inspect()).loads === 1);
  await lives();
  // Who is asked waits, unless they say otherwise.
  await app.order('hangPage');
  expect(await inspect()).toMatchObject({ loads: 1, messages: ['The window does not answer.'] });
  await app.order('answerDialog', { kind: 'message', answer: { response: 1 } });
  await app.order('hangPage');
  await until(async () => (await inspect()).loads === 2);
  await lives();
  await app.order('crashPage');
  await until(async () => (await inspect()).loads === 3);
  expect((await inspect()).messages.at(-1)).toBe('The window keeps crashing.');
  await lives();
});

test('dialogs choose where projects are opened and saved', async () => {
  const path = join(folder.path, 'chosen', 'moons.netloom.json');
  const document = pointsDocument('moons', 2, { epochs: 1 });
  await mkdir(join(folder.path, 'chosen'));
  await writeFile(path, serializeDocument(document));
  expect(await call('projects.openDialog', null)).toBeNull();
  const answer = { canceled: false, filePaths: [path] };
  await app.order('answerDialog', { kind: 'open', answer });
  expect(await call<OpenedProject>('projects.openDialog', null)).toMatchObject({ path });
  const target = join(folder.path, 'chosen', 'copy.netloom.json');
  await app.order('answerDialog', {
    kind: 'save',
    answer: { canceled: false, filePath: target },
  });
  const saveAs = { suggestedName: 'copy', document };
  expect(await call('projects.saveAs', saveAs)).toMatchObject({ path: target });
  expect(await call('projects.save', { path: target, document })).toMatchObject({ path: target });
  const elsewhere = { path: join(folder.path, 'elsewhere.netloom.json'), document };
  await expect(call('projects.save', elsewhere)).rejects.toThrow('project.elsewhere');
});

test('menu items arrive as commands', async () => {
  await app.order('chooseMenu', ['Edit', 'Undo']);
  await until(() =>
    app.evaluate(`window.events.some(
      ({ name, payload }) => name === 'menu.command' && payload.command === 'edit.undo')`),
  );
});

test('a second start brings the first window to the front and ends', async () => {
  const second = startElectronApp(folder.path, { NETLOOM_SHOWN_FILE: shownFile('second') });
  expect(await second.exited).toBe(0);
  expect(existsSync(shownFile('second'))).toBe(true);
  await until(async () => (await app.order<{ focused: number }>('inspect')).focused === 1);
});

test('a reloaded page gets a pipe of its own', async () => {
  await app.order('reload');
  await app.evaluate(CLIENT);
  expect(await call('app.info', null)).toMatchObject({ host: 'electron' });
});

test('quitting suspends the run in training, which the next start can resume', async () => {
  const document = pointsDocument('moons', 2, { epochs: 100_000 });
  const { id: runId } = await call<RunSummary>('training.start', { document });
  await until(async () => (await call<RunDetail>('runs.get', { runId })).progress.step > 100);
  await app.order('quit').catch(() => undefined);
  expect(await app.exited).toBe(0);

  app = startElectronApp(folder.path, { STAND_IN_PACKAGED: '1' });
  await app.evaluate(CLIENT);
  // As it is given to people: nothing to look inside with.
  const { menu, options } = await app.order<Record<string, unknown>>('inspect');
  expect(menu).not.toContain('toggleDevTools');
  expect(options).toMatchObject({ webPreferences: { devTools: false } });
  const run = await call<RunDetail>('runs.get', { runId });
  expect(run.progress).toMatchObject({ state: 'interrupted' });
  expect(run.hasCheckpoint).toBe(true);
  const { progress } = await call<RunSummary>('training.recover', { runId });
  expect(progress.step).toBeGreaterThanOrEqual(run.progress.step);
  await call('training.stop', { runId });
});

test('npm start hears of the window, and the app ends with it, however that ends', async () => {
  const home = join(folder.path, 'started');
  await mkdir(home);
  const [program, pidFile] = [join(home, 'electron'), join(home, 'pid')];
  await writeFile(
    program,
    `#!/bin/sh
echo $$ > '${pidFile}'
exec '${process.execPath}' --import '${STAND_IN}' '${join(ROOT, 'out', 'main', 'electron.js')}'
`,
    { mode: 0o755 },
  );
  const starter = spawn(
    process.execPath,
    [join(ROOT, 'test', 'support', 'startInElectron.mjs'), program],
    { env: { ...process.env, NETLOOM_HOME: home }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const word = await new Promise<string>((done) =>
    starter.stdout.once('data', (chunk: Buffer) => done(chunk.toString())),
  );
  expect(JSON.parse(word)).toEqual({ shown: true });
  const pid = Number(await readFile(pidFile, 'utf8'));
  expect(isAlive(pid)).toBe(true);
  starter.kill('SIGKILL');
  await until(async () => !isAlive(pid));
});
