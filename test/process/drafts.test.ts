/** Rule: a draft is offered for as long as it holds work that is nowhere else, and not at every start for ever. */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { emptyDocument, type NetworkDocument } from '#engine/ir/document.ts';
import { ProjectsService } from '#main/services/projects.ts';
import { EXAMPLES, temporaryFolder } from '#test/support/cli.ts';
import { pointsDocument } from '#test/support/documents.ts';

let folder: ReturnType<typeof temporaryFolder>;
let projects: ProjectsService;
let minute: number;
beforeEach(() => {
  folder = temporaryFolder();
  minute = 0;
  mkdirSync(join(folder.path, 'projects'));
  projects = new ProjectsService({
    stateFolder: folder.path,
    projectFolder: join(folder.path, 'projects'),
    examplesFolder: EXAMPLES,
    now: () => new Date(Date.UTC(2026, 0, 1, 0, minute++)),
  });
});
afterEach(() => folder.remove());

const moons = pointsDocument('moons', 2);
const edited: NetworkDocument = { ...moons, notes: 'edited' };
const offered = async () => (await projects.drafts()).map(({ id }) => id);
const onDisk = () => readdirSync(join(folder.path, 'drafts')).length;

test('what equals its file goes, what does not stays', async () => {
  const { path } = await projects.saveNew('moons', moons);
  await projects.saveDraft('same', moons, path);
  await projects.saveDraft('other', edited, path);
  expect(await offered()).toEqual(['other']);
  expect(onDisk()).toBe(1);
  await projects.save(path, edited);
  expect(await offered()).toEqual([]);
  expect(onDisk()).toBe(0);
});

test('what equals an example, or holds nothing, goes', async () => {
  const [example] = await projects.examples();
  await projects.saveDraft('example', example!.document);
  await projects.saveDraft('empty', emptyDocument('untitled'));
  await projects.saveDraft('mine', { ...example!.document, notes: 'mine' });
  expect(await offered()).toEqual(['mine']);
});

test('of the same work only the newest is offered, newest first', async () => {
  await projects.saveDraft('old', moons);
  await projects.saveDraft('new', moons);
  await projects.saveDraft('edited', edited);
  expect(await offered()).toEqual(['edited', 'new']);
});

test('a draft whose file is gone stays', async () => {
  await projects.saveDraft('homeless', moons, join(folder.path, 'projects', 'gone.netloom.json'));
  expect(await offered()).toEqual(['homeless']);
});
