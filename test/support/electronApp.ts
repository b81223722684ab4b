/** The built desktop app as a child process, on the stand-in for Electron, and orders to it. */
import { type ChildProcess, fork } from 'node:child_process';
import { join, resolve } from 'node:path';
import { within } from './waiting.ts';

export const ROOT = resolve(import.meta.dirname, '..', '..');

export const STAND_IN = join(ROOT, 'test', 'support', 'electronStandIn', 'register.mjs');

export interface ElectronApp {
  readonly exited: Promise<number | null>;
  /** Runs an expression in the page; promises are waited for. */
  evaluate<T>(expression: string): Promise<T>;
  order<T>(name: string, input?: unknown): Promise<T>;
  stderr(): string;
  end(): Promise<void>;
}

interface Answer {
  readonly id: number;
  readonly output?: unknown;
  readonly error?: string;
}

export function startElectronApp(
  home: string,
  env: Readonly<Record<string, string>> = {},
): ElectronApp {
  const child: ChildProcess = fork(join(ROOT, 'out', 'main', 'electron.js'), [], {
    execArgv: ['--disable-warning=ExperimentalWarning', '--import', STAND_IN],
    env: { ...process.env, NETLOOM_HOME: home, ...env },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const waiting = new Map<
    number,
    { done: (output: never) => void; fail: (error: Error) => void }
  >();
  let nextId = 1;
  child.on('message', ({ id, output, error }: Answer) => {
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) asked?.done(output as never);
    else asked?.fail(new Error(error));
  });
  const exited = new Promise<number | null>((done) => child.on('exit', done));
  void exited.then((code) => {
    for (const { fail } of waiting.values()) fail(new Error(`the app ended (${code}): ${stderr}`));
  });
  const order = <T>(name: string, input?: unknown): Promise<T> =>
    new Promise((done, fail) => {
      if (!child.connected) {
        fail(new Error(`the app has ended: ${stderr}`));
        return;
      }
      const id = nextId++;
      waiting.set(id, { done, fail });
      child.send({ id, name, input });
    });
  return {
    exited,
    order,
    evaluate: (expression) => order('evaluate', expression),
    stderr: () => stderr,
    async end() {
      child.kill();
      await within('the end of the app', exited, 8_000).catch(() => child.kill('SIGKILL'));
      await exited;
    },
  };
}
