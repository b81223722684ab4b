/** Runs the built command line as a user would, in a folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
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

export function startCli(home: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', CLI, ...args], {
    env: { ...process.env, NETLOOM_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export async function runCli(home: string, ...args: readonly string[]): Promise<CliResult> {
  const child = startCli(home, args);
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return { code, stdout, stderr };
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
