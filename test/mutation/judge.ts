/** Which of the mutants drawn are caught, and by which test: first within tests, then alone those that need it. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Answer, Ask } from './host.ts';
import { type Distances, distancesTo } from './imports.ts';
import type { Mutant } from './mutants.ts';
import { clearRecords, readRecords, ROOT, writeDrawn, writeTurn } from './work.ts';

export interface Judged {
  readonly mutant: Mutant;
  /** The test that fails, or that it takes too long; null where it survives. */
  readonly caughtBy: string | null;
  /** Test files that run it. */
  readonly reachedBy: readonly string[];
}

/** So many of the nearest test files are asked about what is run while modules are read. */
const MOST_ALONE = 25;
/** Folders of tests, the quick ones first. */
const FOLDERS = ['pure', 'static', 'ops', 'layers', 'renderer', 'backends', 'parity'];

/** A process with Vitest; another one takes its place after a hang. */
class Host {
  #child: ChildProcess | null = null;
  #files: readonly string[] = [];

  async files(): Promise<readonly string[]> {
    if (!this.#child) {
      const child = fork(join(ROOT, 'test', 'mutation', 'host.ts'), { env: hostEnv() });
      this.#child = child;
      const answer = await this.#answer(child);
      if (answer === 'hangs' || !('files' in answer)) throw new Error('Vitest did not start.');
      this.#files = answer.files;
    }
    return this.#files;
  }

  async run(ask: Ask): Promise<Exclude<Answer, { files: unknown }>> {
    await this.files();
    const child = this.#child;
    if (!child) throw new Error('Vitest did not start.');
    child.send(ask);
    const answer = await this.#answer(child);
    if (answer === 'hangs') this.#child = null;
    else if ('files' in answer) throw new Error('Vitest started twice.');
    return answer;
  }

  #answer(child: ChildProcess): Promise<Answer> {
    return new Promise((resolve) => {
      const ended = (): void => resolve('hangs');
      child.once('exit', ended);
      child.once('message', (answer: Answer) => {
        child.off('exit', ended);
        resolve(answer);
      });
    });
  }

  end(): void {
    this.#child?.disconnect();
    this.#child = null;
  }
}

// Files that are derived from the code are compared, never written anew by a mutant.
const hostEnv = (): NodeJS.ProcessEnv => ({ ...process.env, CI: 'true', NODE_ENV: 'test' });

export async function judge(
  drawn: readonly Mutant[],
  /** Only test files with this in their path are asked. */
  tests: string,
  say: (message: string) => void,
): Promise<readonly Judged[]> {
  writeDrawn(drawn);
  const host = new Host();
  const distances = new Map<string, Distances>();
  const distanceTo = distancesTo();
  for (const { file } of drawn) {
    if (!distances.has(file)) distances.set(file, distanceTo(file));
  }
  try {
    const files = (await host.files()).filter((file) => file.includes(tests));
    const within = nothingFound();
    const reaching = inOrder(files, distances);
    if (reaching.length === 0) throw new Error('no test file reaches what was drawn');
    await tryWithin(host, drawn, reaching, within, say);
    // What a mutant left behind in a module that files share is gone when a file is alone.
    for (const file of [...within.broken]) {
      within.broken.delete(file);
      await tryWithin(host, drawn, [file], within, say);
      if (within.broken.has(file)) say(`${file} fails without a mutant too, and catches none`);
    }
    const isLeft = (id: number): boolean => within.outside.has(id) || within.unsure.has(id);
    const alone = [...drawn.keys()].filter((id) => !within.caught.has(id) && isLeft(id));
    say(`${within.caught.size} caught within tests; ${alone.length} are tried alone`);
    for (const [at, id] of alone.entries()) {
      const reach = distances.get(drawn[id]?.file ?? '');
      const most = within.outside.has(id) ? MOST_ALONE : 0;
      const asked = nearest(files, reach, most, within.unsure.get(id)).filter(
        (file) => !within.broken.has(file),
      );
      const by = await tryAlone(host, id, asked);
      if (by !== null) within.caught.set(id, by);
      if (at % 10 === 9) say(`${at + 1} of ${alone.length} tried alone`);
    }
    return drawn.map((mutant, id) => ({
      mutant,
      caughtBy: within.caught.get(id) ?? null,
      reachedBy: [...(within.files.get(id) ?? [])],
    }));
  } finally {
    host.end();
  }
}

/** The quick groups first, within a group what is nearest to any mutant; without what reaches none. */
function inOrder(
  files: readonly string[],
  distances: ReadonlyMap<string, Distances>,
): readonly string[] {
  const steps = (file: string): number =>
    Math.min(...[...distances.values()].map((to) => to.get(file) ?? Infinity));
  const group = (file: string): number => FOLDERS.indexOf(file.split('/')[1] ?? '');
  return files
    .map((file) => ({ file, group: group(file), steps: steps(file) }))
    .filter((each) => each.steps < Infinity)
    .sort((a, b) => a.group - b.group || a.steps - b.steps)
    .map(({ file }) => file);
}

/** Those named, and so many of the nearest of those that import it, the nearest first. */
function nearest(
  files: readonly string[],
  distances: Distances | undefined,
  most: number,
  named: ReadonlySet<string> = new Set(),
): readonly string[] {
  const steps = (file: string): number => distances?.get(file) ?? Infinity;
  const importing = files
    .filter((file) => steps(file) < Infinity)
    .toSorted((a, b) => steps(a) - steps(b));
  return importing.filter((file, at) => at < most || named.has(file));
}

interface Within {
  readonly caught: Map<number, string>;
  /** Run while modules are read or set up, so in any file that imports them. */
  readonly outside: Set<number>;
  /** By file, those of tests that could not tell. */
  readonly unsure: Map<number, Set<string>>;
  readonly files: Map<number, Set<string>>;
  readonly broken: Set<string>;
}

const nothingFound = (): Within => ({
  ...{ caught: new Map(), outside: new Set(), unsure: new Map() },
  ...{ files: new Map(), broken: new Set() },
});

async function tryWithin(
  host: Host,
  drawn: readonly Mutant[],
  files: readonly string[],
  found: Within,
  say: (message: string) => void,
): Promise<void> {
  let rest = files;
  while (rest.length > 0) {
    const left = [...drawn.keys()].filter((id) => !found.caught.has(id));
    clearRecords();
    writeTurn({ alone: null, left });
    const answer = await host.run({ files: rest, stops: false });
    const records = takeRecords(found);
    if (answer !== 'hangs') break;
    const last = records.at(-1);
    const at = last && 'file' in last ? rest.indexOf(last.file) : -1;
    if (!last || at < 0) throw new Error('Vitest ended without a word.');
    if (last.event === 'trying') {
      found.caught.set(last.mutant, `${last.file} > ${last.test} (does not end)`);
      say(`${drawn[last.mutant]?.key ?? ''}: does not end`);
    }
    // The file is read again without that mutant, or passed by where it hangs without one.
    rest = rest.slice(last.event === 'trying' ? at : at + 1);
  }
}

function takeRecords(found: Within): ReturnType<typeof readRecords> {
  const records = readRecords();
  for (const each of records) {
    if (each.event === 'caught') found.caught.set(each.mutant, `${each.file} > ${each.test}`);
    if (each.event === 'unsure') add(found.unsure, each.mutant, each.file);
    if (each.event === 'broken') found.broken.add(each.file);
    if (each.event !== 'file') continue;
    for (const id of each.outside) found.outside.add(id);
    for (const id of each.within) add(found.files, id, each.file);
  }
  return records;
}

const add = (files: Map<number, Set<string>>, id: number, file: string): void => {
  files.set(id, (files.get(id) ?? new Set()).add(file));
};

/** With the mutant on from the start. */
async function tryAlone(
  host: Host,
  mutant: number,
  files: readonly string[],
): Promise<string | null> {
  clearRecords();
  writeTurn({ alone: mutant, left: [mutant] });
  const answer = await host.run({ files, stops: true });
  if (answer === 'hangs') return 'does not end';
  return answer.failed ? `${answer.failed.file} > ${answer.failed.test}` : null;
}
