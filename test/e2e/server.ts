/** The built server, as `netloom serve` starts it, on a state folder of its own. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { LINKS_PATH, type LinkReply } from '#engine/protocol/index.ts';
import { descendants } from '../support/processes.ts';
import { connectTo, type ServerClient } from '../support/serverClient.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');
const NODE = join(ROOT, 'node_modules', '.bin', 'node');
const CLI = join(ROOT, 'out', 'main', 'cli.js');

/** Its process, and the link that it prints first, which lets one page in. */
interface Running {
  readonly child: ChildProcess;
  readonly url: Promise<string>;
}

function serve(env: NodeJS.ProcessEnv, port: number): Running {
  const child = spawn(NODE, [CLI, 'serve', '--json', '--port', String(port)], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = new Promise<string>((done, fail) => {
    child.stdout.once('data', (line: Buffer) =>
      done((JSON.parse(line.toString()) as { url: string }).url),
    );
    child.once('exit', (code) => fail(new Error(`The server ended with ${code}.`)));
  });
  // Whoever waits for it is told; nobody may.
  url.catch(() => undefined);
  return { child, url };
}

export class Server {
  readonly home = mkdtempSync(join(tmpdir(), 'netloom-e2e-'));
  /** The engine gives way to nobody: a training that a test waits for would wait for all else on the machine. */
  readonly #env = {
    ...process.env,
    NETLOOM_HOME: this.home,
    NODE_OPTIONS: '',
    NETLOOM_ENGINE_NICE: '0',
  };
  #running: Running;

  /** 0: at any port. */
  constructor(port = 0) {
    this.#running = serve(this.#env, port);
  }

  get url(): Promise<string> {
    return this.#running.url;
  }

  /** As `netloom open` gives it, by a program of its own. */
  opened(): string {
    const given = spawnSync(NODE, [CLI, 'open', '--print'], { env: this.#env, encoding: 'utf8' });
    return given.stdout.trim();
  }

  /** Another one, asked for as `netloom open` does. */
  async link(): Promise<string> {
    const { pid } = this.#running.child;
    const { port, ownerKey } = readJson<{ port: number; ownerKey: string }>(
      ...[this.home, 'servers', `${hostname()}-${pid}.json`],
    );
    const headers = { Authorization: `Bearer ${ownerKey}` };
    const asked = await fetch(`http://127.0.0.1:${port}${LINKS_PATH}`, { method: 'POST', headers });
    return ((await asked.json()) as LinkReply).url;
  }

  /** A client beside the page, for as long as it takes. */
  async ask<T>(questions: (client: ServerClient) => Promise<T>): Promise<T> {
    const client = await connectTo(new URL(await this.link()));
    try {
      return await questions(client);
    } finally {
      await client.disconnect();
    }
  }

  /** Ends the engine as a crash would: it is the one process that the server starts. */
  killEngine(): void {
    for (const pid of descendants(this.#running.child.pid ?? 0)) process.kill(pid, 'SIGKILL');
  }

  /** Ends it as the machine's going down would, and starts another one on the same folder. */
  async restart(): Promise<void> {
    await this.#kill();
    this.#running = serve(this.#env, Number(new URL(await this.url).port));
  }

  /** With everything that it started, so that nothing of a test takes the time of the next. */
  async end(): Promise<void> {
    this.killEngine();
    await this.#kill();
    rmSync(this.home, { recursive: true, force: true, maxRetries: 10 });
  }

  async #kill(): Promise<void> {
    const { child } = this.#running;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGKILL');
    await ended;
  }

  /** What the settings hold of the window, as it is on disk. */
  view(): Readonly<Record<string, unknown>> {
    const { view = {} } = readJson<{ view?: Record<string, unknown> }>(this.home, 'settings.json');
    return view;
  }

  /** The nodes of a project in its draft on disk; none where there is no draft. */
  drafted(project: string): readonly string[] {
    for (const file of namesIn(join(this.home, 'drafts'))) {
      if (!file.endsWith('.json')) continue;
      const { document } = readJson<Draft>(this.home, 'drafts', file);
      if (document?.name === project) return document.nodes.map(({ id }) => id);
    }
    return [];
  }
}

interface Draft {
  readonly document?: { readonly name: string; readonly nodes: readonly { readonly id: string }[] };
}

/** Files are written beside and renamed: what is there is whole. */
function readJson<T>(...path: readonly string[]): T | Record<string, never> {
  try {
    return JSON.parse(readFileSync(join(...path), 'utf8')) as T;
  } catch {
    return {};
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
