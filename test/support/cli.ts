/** Runs the built command line as a user would, in a folder of its own. */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..', '..');
const CLI = join(ROOT, 'out', 'main', 'cli.js');
export const EXAMPLES = join(ROOT, 'resources', 'examples');
export const example = (name: string): string => join(EXAMPLES, `${name}.netloom.json`);

export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'netloom-test-'));
  // What a process that was just ended had started (engine, reader) may still write its last file.
  const patience = { maxRetries: 20, retryDelay: 50 };
  return { path, remove: () => rmSync(path, { recursive: true, force: true, ...patience }) };
}

/** Ends a process, and waits until it is gone. */
export async function endProcess(
  child: ChildProcess,
  signal: NodeJS.Signals = 'SIGTERM',
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

export interface StartOptions {
  /** Beside what there is; undefined takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Modules that are loaded before it. */
  readonly imports?: readonly string[];
}

export function startCli(
  home: string,
  args: readonly string[],
  { env = {}, imports = [] }: StartOptions = {},
): ChildProcess {
  const before = imports.flatMap((path) => ['--import', path]);
  const flags = ['--disable-warning=ExperimentalWarning', ...before];
  return spawn(process.execPath, [...flags, CLI, ...args], {
    env: { ...process.env, NETLOOM_HOME: home, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export const runCli = (home: string, ...args: readonly string[]): Promise<CliResult> =>
  outcomeOf(startCli(home, args));

/** What a command comes to, from its first word on. */
export async function outcomeOf(child: ChildProcess): Promise<CliResult> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return { code, stdout, stderr };
}

interface Waiting {
  readonly done: (result: CliResult) => void;
  readonly failed: (error: Error) => void;
}
let host: { readonly child: ChildProcess; readonly waiting: Map<number, Waiting> } | null = null;
let asked = 0;

function commandHost(): NonNullable<typeof host> {
  if (host) return host;
  const child = fork(join(import.meta.dirname, 'cliHost.mjs'), [], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    serialization: 'advanced',
  });
  const waiting = new Map<number, Waiting>();
  child.on('message', ({ id, ...result }: CliResult & { readonly id: number }) => {
    waiting.get(id)?.done(result);
    waiting.delete(id);
    if (waiting.size === 0) restWith(child);
  });
  child.on('exit', (code, signal) => {
    host = null;
    const error = new Error(`the host of commands ended (${signal ?? code})`);
    for (const { failed } of waiting.values()) failed(error);
  });
  return (host = { child, waiting });
}
/** It ends with this process, which it does not keep. */
function restWith(child: ChildProcess): void {
  child.unref();
  child.channel?.unref();
}

/**
 * As `runCli`, by the same built program in a process that is started once for all of them: for what a command says and
 * does. Each command is run as a process of its own somewhere, by `runCli`.
 */
export async function askCli(home: string, ...args: readonly string[]): Promise<CliResult> {
  const { child, waiting } = commandHost();
  child.ref();
  child.channel?.ref();
  const own = Object.entries(process.env).filter(([name]) => /^(NETLOOM|NN)_/.test(name));
  const env = { ...Object.fromEntries(own), NETLOOM_HOME: home };
  const id = asked++;
  return new Promise((done, failed) => {
    waiting.set(id, { done, failed });
    child.send({ id, args, env });
  });
}

/** `netloom serve`, once it listens. */
export async function startServe(
  home: string,
): Promise<{ readonly child: ChildProcess; readonly url: URL }> {
  const child = startCli(home, ['serve', '--json']);
  const line = await new Promise<string>((done) =>
    child.stdout?.once('data', (chunk: Buffer) => done(chunk.toString())),
  );
  return { child, url: new URL((JSON.parse(line) as { url: string }).url) };
}
