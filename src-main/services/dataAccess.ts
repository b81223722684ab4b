/**
 * What the data sources of a project may read: what lies in its folder, and what the user allowed for
 * this project. A page can only pass on a consent to a question that was really asked.
 */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { type DataAccess, NO_FILES } from '#engine/datasets/index.ts';
import { InputError, inputError, type Problem } from '#engine/ir/index.ts';
import { readRegularFile } from '#engine/platform/node.ts';
import { RemoteError } from '#engine/protocol/index.ts';
import { DATASETS_FOLDER } from './datasets/datasets.ts';
import { KEPT_FOLDER } from './keptFiles.ts';
import { writePrivate } from './stateFiles.ts';

const MAX_PROJECTS = 500;
const MAX_ALLOWED = 200;
const MAX_QUESTIONS = 100;
const MAX_STORED_BYTES = 16 * 2 ** 20;
/** What an answer of the user would mend. */
const QUESTIONS = new Set(['data.needs-consent', 'data.network-path']);

const storedAccess = z.object({ folder: z.string().nullable(), allowed: z.array(z.string()) });
const storedGrants = z.array(z.object({ project: z.string(), allowed: z.array(z.string()) }));

export interface DataAccessOptions {
  readonly stateFolder: string;
  /** Whether this is a project file that was opened or saved here. */
  readonly isProject: (path: string) => Promise<boolean>;
}

export class DataAccessService {
  readonly #options: DataAccessOptions;
  /** Of projects that have no file yet, as the page calls them: gone with this process. */
  readonly #untitled = new Map<string, readonly string[]>();
  readonly #questions = new Set<string>();
  #writing: Promise<unknown> = Promise.resolve();

  constructor(options: DataAccessOptions) {
    this.#options = options;
  }

  /** `project`: the path of its file, or what the page calls one without. */
  async of(project: string | null): Promise<DataAccess> {
    if (project === null) return NO_FILES;
    if (!(await this.#options.isProject(project))) {
      const allowed = [...(this.#untitled.get(project) ?? []), ...this.#fetched];
      return { folder: null, allowed };
    }
    return this.ofFile(project);
  }

  /** Of a project file that the user named: on the command line. */
  async ofFile(path: string, picked: readonly string[] = []): Promise<DataAccess> {
    const project = resolve(path);
    const granted = (await this.#read()).find((each) => each.project === project)?.allowed ?? [];
    return {
      folder: dirname(project),
      allowed: [...granted, ...picked.map((each) => resolve(each)), ...this.#fetched],
    };
  }

  /** Runs what reads data for a project, and remembers what it asks for. */
  async reading<T>(project: string | null, read: (access: DataAccess) => Promise<T>): Promise<T> {
    try {
      return await read(await this.of(project));
    } catch (error) {
      for (const { code, path } of problemsOf(error)) {
        if (path === undefined || !QUESTIONS.has(code)) continue;
        this.#questions.add(question(project, path));
        const [oldest] = this.#questions;
        if (this.#questions.size > MAX_QUESTIONS && oldest !== undefined) {
          this.#questions.delete(oldest);
        }
      }
      throw error;
    }
  }

  /** The user said yes to a question that was asked. */
  async allow(project: string, path: string): Promise<void> {
    if ((await this.of(project)).allowed.includes(path)) return;
    if (!this.#questions.has(question(project, path))) {
      throw inputError('data.not-asked', 'Nothing asked for this file.', { path });
    }
    this.#questions.delete(question(project, path));
    if (!(await this.#options.isProject(project))) {
      this.#untitled.set(project, added(this.#untitled.get(project) ?? [], path));
      return;
    }
    const turn = this.#writing.then(async () => {
      const grants = await this.#read();
      const before = grants.find((each) => each.project === project)?.allowed ?? [];
      const others = grants.filter((each) => each.project !== project);
      const list = [{ project, allowed: added(before, path) }, ...others].slice(0, MAX_PROJECTS);
      await writePrivate(this.#file, JSON.stringify(list));
    });
    this.#writing = turn.catch(() => undefined);
    await turn;
  }

  /** Data sets from the network, which anybody may have, and what was handed over here: nobody is asked for them. */
  get #fetched(): readonly string[] {
    return [DATASETS_FOLDER, KEPT_FOLDER]
      .map((name) => resolve(this.#options.stateFolder, name))
      .filter((folder) => existsSync(folder));
  }

  get #file(): string {
    return join(this.#options.stateFolder, 'dataAccess.json');
  }

  async #read(): Promise<z.infer<typeof storedGrants>> {
    return (await readStored(this.#file, storedGrants)) ?? [];
  }
}

const question = (project: string | null, path: string): string => JSON.stringify([project, path]);

const added = (before: readonly string[], path: string): string[] =>
  [path, ...before.filter((each) => each !== path)].slice(0, MAX_ALLOWED);

function problemsOf(error: unknown): readonly Problem[] {
  return error instanceof InputError || error instanceof RemoteError ? error.problems : [];
}

// ------------------------------------------------------------------------------------------- runs

/** A run that goes on later reads what it read before. */
const RUN_FILE = 'dataAccess.json';

export async function keepAccess(runFolder: string, access: DataAccess): Promise<void> {
  await writePrivate(join(runFolder, RUN_FILE), JSON.stringify(access));
}

export async function keptAccess(runFolder: string): Promise<DataAccess> {
  return (await readStored(join(runFolder, RUN_FILE), storedAccess)) ?? NO_FILES;
}

/** Null where it is not there or no longer fits. */
async function readStored<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
  try {
    const bytes = await readRegularFile(path, MAX_STORED_BYTES);
    return schema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return null;
  }
}
