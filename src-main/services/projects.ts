/** Project files, drafts and examples on disk. Everything read goes through restoreDocument. */
import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { lstat, readdir, realpath, rm, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { errorMessage } from '#engine/ir/errors.ts';
import { InputError, inputError, type NetworkDocument } from '#engine/ir/index.ts';
import { isPicture, projectInPicture } from '#engine/export/picture/carried.ts';
import { readRegularFile } from '#engine/platform/node.ts';
import { nodeCompression } from '#engine/platform/nodeCompression.ts';
import { restoreDocumentText, serializeDocument } from '#engine/ir/restoreDocument.ts';
import { asInputError } from '#engine/ir/systemError.ts';
import { makeFolder, writeAtomic } from '#engine/platform/nodeWriting.ts';
import type {
  DraftInfo,
  ExampleInfo,
  OpenedProject,
  RecentProject,
} from '#engine/protocol/index.ts';
import { sortDrafts } from './drafts.ts';
import { withNamedSets } from './datasets/namedSets.ts';
import { exampleGroup } from './exampleGroup.ts';
import { identified, idOfPlace } from './projectIdentity.ts';
import { writePrivate } from './stateFiles.ts';

export const PROJECT_EXTENSION = '.netloom.json';
/** Remembered, so that a project open for weeks can be saved; fewer are shown. */
const MAX_REMEMBERED = 200;
const MAX_RECENT = 12;
/** A project is text; one larger than this is something else. */
const MAX_PROJECT_BYTES = 64 * 1024 * 1024;

// The user's own files, but files none the less.
const storedRecent = z.array(
  z.object({
    path: z.string(),
    name: z.string(),
    openedAt: z.string(),
    id: z.string().optional(),
  }),
);
const storedDraft = z.object({
  id: z.string(),
  savedAt: z.string(),
  path: z.string().optional(),
  document: z.unknown(),
});

export interface ProjectsOptions {
  /** Drafts and the list of recent projects. */
  readonly stateFolder: string;
  /** Where projects are saved without a dialog. */
  readonly projectFolder: string;
  readonly examplesFolder: string;
  /** Told of what belongs to Netloom itself and could not be read. */
  readonly onFault?: (message: string) => void;
  readonly now?: () => Date;
}

export class ProjectsService {
  readonly #options: ProjectsOptions;
  readonly #now: () => Date;
  /** They come with the program, and to sort them each is analysed: read once. */
  #examples: Promise<readonly ExampleInfo[]> | null = null;
  /** The recent projects where the disk does not take them. */
  #unwritten: readonly RecentProject[] | null = null;

  constructor(options: ProjectsOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => new Date());
  }

  async examples(): Promise<readonly ExampleInfo[]> {
    this.#examples ??= this.#readExamples();
    try {
      return await this.#examples;
    } catch (error) {
      this.#examples = null;
      throw error;
    }
  }

  async #readExamples(): Promise<readonly ExampleInfo[]> {
    const folder = this.#options.examplesFolder;
    const files = (await readdir(folder)).filter((file) => file.endsWith(PROJECT_EXTENSION));
    const read = await Promise.allSettled(
      files.sort().map(async (file) => {
        const opened = parse(await readText(join(folder, file)), file);
        const document = withNamedSets(opened.document, {
          stateFolder: this.#options.stateFolder,
          shippedFolder: join(dirname(folder), 'data'),
        });
        const name = basename(file, PROJECT_EXTENSION);
        const [summary = ''] = document.notes.split('\n');
        return { name, title: document.name, summary, group: exampleGroup(document), document };
      }),
    );
    // One that cannot be read takes none of the others along.
    return read.flatMap((each, i) => {
      if (each.status === 'fulfilled') return [each.value];
      const { reason } = each as { readonly reason: unknown };
      const why = errorMessage(reason);
      this.#options.onFault?.(`The example ${files[i] ?? ''} could not be read: ${why}`);
      return [];
    });
  }

  /** A picture that carries a project is opened as one that was not saved yet: saving must not write over it. */
  async open(path: string): Promise<OpenedProject> {
    const bytes = await readBytes(path);
    if (isPicture(bytes)) return parsePicture(bytes, path);
    const opened = await this.read(path);
    await this.#remember(opened.path, opened.document);
    return opened;
  }

  /** As it is, and nothing remembered or written. */
  async read(path: string): Promise<OpenedProject & { readonly path: string }> {
    const { document, problems } = await readProject(path);
    // Where it really is: saving goes there, and nowhere else if a link is changed meanwhile.
    const place = await realpath(path).catch(() => resolve(path));
    return { path: place, document: await this.#identified(document, place), problems };
  }

  parse(text: string, name: string): OpenedProject {
    return parse(text, name);
  }

  /** `name`: what the page calls the file. */
  async openPicture(path: string, name: string): Promise<OpenedProject> {
    return parsePicture(await readBytes(path), name);
  }

  async save(path: string, document: NetworkDocument) {
    const named = path.endsWith('.json') ? path : `${path}${PROJECT_EXTENSION}`;
    const target = await placeToWrite(named);
    const written = await this.#identified(document, target);
    await writeAtomic(target, serializeDocument(written), { links: 'replace' });
    await this.#remember(target, written);
    const { id, parent } = written;
    const savedAt = this.#now().toISOString();
    return { path: target, savedAt, id, ...(parent === undefined ? {} : { parent }) };
  }

  /**
   * Where a page asks for it: only into the project folder, or over a project that was opened or saved
   * before. A page (or who holds its token) cannot write just anywhere.
   */
  async saveAgain(path: string, document: NetworkDocument) {
    const target = await placeToWrite(path);
    const folder = await realpath(this.#options.projectFolder).catch(() => null);
    const known = await this.isKnown(target);
    if (!known && (folder === null || !inside(folder, target))) {
      throw inputError('project.elsewhere', 'Choose a place with Save as first.', { path: target });
    }
    return this.save(target, document);
  }

  /** Whether it was opened or saved here. */
  async isKnown(path: string): Promise<boolean> {
    return (await this.#readRecent()).some((recent) => recent.path === path);
  }

  /** Into the project folder, under a name that no other file there has. */
  async saveNew(suggestedName: string, document: NetworkDocument) {
    const folder = this.#options.projectFolder;
    makeFolder(folder);
    const taken = new Set(await readdir(folder));
    const stem = suggestedName.replace(/[^\p{L}\p{N} ._-]+/gu, '-').trim() || 'untitled';
    let file = `${stem}${PROJECT_EXTENSION}`;
    for (let count = 2; taken.has(file); count++) file = `${stem}-${count}${PROJECT_EXTENSION}`;
    return this.save(join(this.#options.projectFolder, file), document);
  }

  async list(): Promise<readonly RecentProject[]> {
    const folder = this.#options.projectFolder;
    const files = await readdir(folder).catch(() => []);
    const projects = files.filter((file) => file.endsWith(PROJECT_EXTENSION));
    const listed = await Promise.all(
      projects.map(async (file) => {
        const path = join(folder, file);
        const found = await regularFile(path);
        if (!found) return [];
        const name = basename(file, PROJECT_EXTENSION);
        return [{ path, name, openedAt: found.mtime.toISOString() }];
      }),
    );
    return listed.flat().sort((a, b) => b.openedAt.localeCompare(a.openedAt));
  }

  async recent(): Promise<readonly RecentProject[]> {
    const known = await this.#readRecent();
    const there = await Promise.all(known.map(({ path }) => regularFile(path)));
    return known.filter((_, index) => there[index]).slice(0, MAX_RECENT);
  }

  async saveDraft(id: string, document: NetworkDocument, path?: string) {
    const savedAt = this.#now().toISOString();
    const draft = { id, savedAt, document, ...(path === undefined ? {} : { path }) };
    await writePrivate(this.#draftFile(id), JSON.stringify(draft));
    return { savedAt };
  }

  /** Those that hold work which is nowhere else, newest first; the others go. */
  async drafts(): Promise<readonly DraftInfo[]> {
    const examples = await this.examples().catch(() => []);
    const { kept, idle } = await sortDrafts(
      await this.#readDrafts(),
      (path) =>
        readProject(path).then(
          ({ document }) => document,
          () => null,
        ),
      examples.map(({ document }) => document),
    );
    // Where nothing can be written they are only not offered.
    for (const { id } of idle) await this.discardDraft(id).catch(() => undefined);
    return kept;
  }

  async #readDrafts(): Promise<readonly DraftInfo[]> {
    const files = await readdir(this.#drafts).catch(() => []);
    const drafts: DraftInfo[] = [];
    for (const file of files.filter((name) => name.endsWith('.json'))) {
      try {
        const text = await readText(join(this.#drafts, file));
        const { id, savedAt, document, path } = storedDraft.parse(JSON.parse(text));
        const restored = parse(JSON.stringify(document), file);
        const place = path === undefined ? {} : { path };
        drafts.push({ id, savedAt, document: restored.document, ...place });
      } catch {
        // A draft that cannot be read is no use to anyone; the file stays for inspection.
      }
    }
    return drafts;
  }

  async discardDraft(id: string): Promise<void> {
    await rm(this.#draftFile(id), { force: true });
  }

  get #drafts(): string {
    return join(this.#options.stateFolder, 'drafts');
  }

  /** Ids come from outside: a file name is made of their hash. */
  #draftFile(id: string): string {
    return join(this.#drafts, `${createHash('sha256').update(id).digest('hex').slice(0, 32)}.json`);
  }

  get #recentFile(): string {
    return join(this.#options.stateFolder, 'recent.json');
  }

  async #readRecent(): Promise<readonly RecentProject[]> {
    if (this.#unwritten) return this.#unwritten;
    try {
      return storedRecent.parse(JSON.parse(await readText(this.#recentFile)));
    } catch {
      return [];
    }
  }

  async #identified(document: NetworkDocument, place: string) {
    return identified(document, place, await this.#readRecent(), async (path, id) => {
      const there = await readProject(path).catch(() => null);
      return there !== null && (there.document.id ?? idOfPlace(path)) === id;
    });
  }

  async #remember(path: string, { name, id }: NetworkDocument): Promise<void> {
    const others = (await this.#readRecent()).filter((recent) => recent.path !== path);
    const project = { path, name, openedAt: this.#now().toISOString() };
    const all = [{ ...project, ...(id === undefined ? {} : { id }) }, ...others];
    const list = all.slice(0, MAX_REMEMBERED);
    try {
      await writePrivate(this.#recentFile, JSON.stringify(list));
      this.#unwritten = null;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      // What was opened or saved is that all the same; it is remembered until the program ends.
      this.#unwritten = list;
    }
  }
}

/** Of a project file or of a picture that carries one. Throws InputError with every problem that it has. */
export async function readProject(path: string): Promise<OpenedProject> {
  const bytes = await readBytes(path);
  return isPicture(bytes)
    ? parsePicture(bytes, path)
    : parse(new TextDecoder().decode(bytes), path);
}

const parsePicture = (bytes: Uint8Array, path: string): OpenedProject =>
  parse(projectInPicture(bytes, path, nodeCompression), path);

/** Null for what is none, or not there: pipes and devices are no projects. */
async function regularFile(path: string): Promise<Stats | null> {
  const found = await stat(path).catch(() => null);
  return found?.isFile() === true ? found : null;
}

/** The path without links in it; a link at its end is refused, since what it leads to was not named. */
async function placeToWrite(path: string): Promise<string> {
  const target = resolve(path);
  const folder = await realpath(dirname(target)).catch((error: unknown) => {
    throw asInputError(error, target, 'writing');
  });
  const place = join(folder, basename(target));
  const found = await lstat(place).catch(() => null);
  if (found?.isSymbolicLink()) {
    const message = 'This is a link to another file. Open that file, or choose another name.';
    throw inputError('project.is-a-link', message, { path: place });
  }
  return place;
}

function inside(folder: string, path: string): boolean {
  const way = relative(resolve(folder), path);
  return way !== '' && !way.startsWith('..') && !isAbsolute(way);
}

function parse(text: string, path: string): OpenedProject {
  const restored = restoreDocumentText(text);
  if (restored.ok) return { document: restored.document, problems: restored.problems };
  const [first, ...others] = restored.problems.map((problem) => ({
    ...problem,
    path: problem.path === undefined ? path : `${path}: ${problem.path}`,
  }));
  throw first
    ? new InputError([first, ...others])
    : inputError('project.invalid', 'This is not a project.', { path });
}

async function readText(path: string): Promise<string> {
  return new TextDecoder().decode(await readBytes(path));
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readRegularFile(path, MAX_PROJECT_BYTES);
  } catch (error) {
    if (error instanceof InputError && error.code === 'file.too-large') {
      throw inputError('project.too-large', 'This file is too large for a project.', { path });
    }
    const why = error instanceof InputError ? error.problems[0]?.message : undefined;
    throw inputError('project.cannot-read', `The project cannot be read. ${why ?? ''}`.trim(), {
      path,
    });
  }
}
