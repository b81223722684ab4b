/**
 * Rule: a document is known by its id. A file without one goes by its place until it is saved, a moved file
 * stays what it was, of two files with one id the second is a child; runs carry the id, and a record from
 * before opens with runs that belong to nobody.
 */
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { restoreDocumentText } from '#engine/ir/restoreDocument.ts';
import { ProjectsService } from '#main/services/projects.ts';
import { RunsService } from '#main/services/runs/runs.ts';
import { EXAMPLES, temporaryFolder } from '#test/support/cli.ts';
import { pointsDocument } from '#test/support/documents.ts';
import { runSummary } from '#test/support/runFixtures.ts';

let folder: ReturnType<typeof temporaryFolder>;
let projects: ProjectsService;
beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(join(folder.path, 'projects'));
  projects = program();
});
afterEach(() => folder.remove());

/** A program on the same data folder. */
const program = () =>
  new ProjectsService({
    stateFolder: folder.path,
    projectFolder: join(folder.path, 'projects'),
    examplesFolder: EXAMPLES,
  });
const at = (name: string) => join(folder.path, 'projects', `${name}.netloom.json`);
const moons = pointsDocument('moons', 2);
/** A file as version 1 wrote them. */
function writeOld(name: string): string {
  const old = { format: 'netloom', version: 1, name: 'old', nodes: [], wires: [] };
  writeFileSync(at(name), JSON.stringify(old));
  return at(name);
}
const idIn = (path: string) => {
  const restored = restoreDocumentText(readFileSync(path, 'utf8'));
  return restored.ok ? restored.document.id : 'unreadable';
};

describe('a file without an id', () => {
  test('goes by its place, the same every time, and is not written to', async () => {
    const path = writeOld('old');
    const before = readFileSync(path, 'utf8');
    const { document } = await projects.open(path);
    expect(document.id).toMatch(/^[0-9a-f]{24}$/);
    expect((await program().read(path)).document.id).toBe(document.id);
    expect((await projects.open(writeOld('other'))).document.id).not.toBe(document.id);
    expect(readFileSync(path, 'utf8')).toBe(before);
  });
  test('gets that id when it is saved, and keeps it when it is moved', async () => {
    const path = writeOld('old');
    const { document } = await projects.open(path);
    const saved = await projects.save(path, document);
    expect([saved.id, idIn(path)]).toEqual([document.id, document.id]);
    renameSync(path, at('moved'));
    expect((await projects.open(at('moved'))).document.id).toBe(document.id);
    // Another file where the first one was.
    const next = (await projects.open(writeOld('old'))).document;
    expect(next.parent).toBe(document.id);
    expect(next.id).not.toBe(document.id);
  });
});

describe('a second file with the same id', () => {
  test('is a child from when it is opened, and stays the same one', async () => {
    const { path, id } = await projects.save(at('first'), moons);
    copyFileSync(path, at('second'));
    const { document } = await projects.open(at('second'));
    expect(document).toMatchObject({ parent: id });
    expect(document.id).not.toBe(id);
    expect((await projects.open(path)).document).toMatchObject({ id });
    expect((await program().open(at('second'))).document.id).toBe(document.id);
    await projects.save(at('second'), document);
    expect((await program().read(at('second'))).document).toEqual(document);
  });
  test('saving elsewhere makes one', async () => {
    const { id, parent } = await projects.save(at('first'), { ...moons, id: 'mine' });
    expect([id, parent]).toEqual(['mine', undefined]);
    const copy = await projects.saveNew('first', { ...moons, id: 'mine' });
    expect(copy.parent).toBe('mine');
    expect(idIn(copy.path)).toBe(copy.id);
    expect(idIn(at('first'))).toBe('mine');
  });
});

describe('the record of runs', () => {
  let programs = 0;
  const open = () => {
    const nothing = () => undefined;
    const owners = { self: `program ${programs++}`, isAlive: () => true };
    const options = { onChanged: nothing, onRemoved: nothing, onFault: nothing, owners };
    return new RunsService({ folder: folder.path, ...options });
  };
  const database = () => join(folder.path, 'runs.db');
  /** What the first version wrote. */
  function writeFirstVersion(): void {
    const db = new DatabaseSync(database());
    db.exec(`
      CREATE TABLE runs (
        number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, created_at TEXT NOT NULL,
        owner TEXT NOT NULL, name TEXT NOT NULL DEFAULT '', notes TEXT NOT NULL DEFAULT '',
        tags TEXT NOT NULL DEFAULT '[]', summary TEXT NOT NULL DEFAULT '{}', document TEXT NOT NULL
      ) STRICT;
      CREATE TABLE metrics (
        run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE, step INTEGER NOT NULL, body TEXT NOT NULL
      ) STRICT;
      CREATE INDEX metrics_by_run ON metrics(run, step);
      CREATE TABLE logs (run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE, body TEXT NOT NULL) STRICT;
      CREATE INDEX logs_by_run ON logs(run);
      CREATE TABLE frames (
        run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE, kind TEXT NOT NULL, body BLOB NOT NULL,
        PRIMARY KEY (run, kind)
      ) STRICT;
      PRAGMA user_version = 1;
    `);
    const { documentId: _id, ...summary } = runSummary('old', 'finished', 10);
    db.prepare(
      'INSERT INTO runs (id, created_at, owner, name, summary, document) VALUES (?, ?, ?, ?, ?, ?)',
    ).run(
      'old',
      summary.createdAt,
      'gone',
      'old run',
      JSON.stringify(summary),
      JSON.stringify(moons),
    );
    db.close();
  }

  test('carries the id of the document', () => {
    const runs = open();
    const { id } = runs.create({ ...moons, id: 'mine' });
    runs.close();
    const again = open();
    expect(again.summary(id).documentId).toBe('mine');
    expect(again.document(id).id).toBe('mine');
    again.close();
  });
  test('of before opens with all that was in it; its runs are of no document', () => {
    writeFirstVersion();
    const runs = open();
    expect(runs.refusal).toBeNull();
    expect(runs.summary('old')).toMatchObject({ name: 'old run', documentId: null });
    runs.create({ ...moons, id: 'mine' });
    runs.close();
    const again = open();
    expect(again.list().map(({ documentId }) => documentId)).toEqual(['mine', null]);
    again.close();
  });
  test('of before is read also where it cannot be written', () => {
    writeFirstVersion();
    const before = readFileSync(database());
    // A folder in its place keeps the log from being written, whoever asks.
    mkdirSync(`${database()}-wal`);
    chmodSync(database(), 0o400);
    const runs = open();
    expect(runs.refusal).not.toBeNull();
    expect(runs.list()).toMatchObject([{ id: 'old', documentId: null }]);
    runs.close();
    expect(readFileSync(database())).toEqual(before);
  });
});
