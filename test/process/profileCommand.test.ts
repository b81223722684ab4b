/** Rule: `datasets profile` and `datasets preview` say what a file holds and what a network gets of it. */
import { resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { TablePreview, TableProfile } from '#engine/protocol/index.ts';
import { askCli, runCli, temporaryFolder } from '../support/cli.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const MACHINES = resolve(import.meta.dirname, '..', '..', 'resources', 'data', 'machines.csv');

test('the profile of a file names its traps, as text and as JSON', async () => {
  const text = await runCli(folder.path, 'datasets', 'profile', MACHINES);
  expect(text.code).toBe(0);
  expect(text.stdout).toContain('danger profile.leak: repair_hours alone tells failed');
  expect(text.stdout).toContain('--data-option ignore=repair_hours');
  const json = await askCli(
    ...[folder.path, 'datasets', 'profile', MACHINES, '--json', '--target', 'type'],
  );
  const profile = JSON.parse(json.stdout) as TableProfile;
  expect(profile.target).toMatchObject({ name: 'type', isGuess: false });
  expect(profile.findings.map(({ code }) => code)).toContain('profile.duplicate-rows');
});

test('the preview shows rows of the file beside the numbers they become', async () => {
  const asked = ['datasets', 'preview', MACHINES, '--rows', '4'];
  const { stdout, code } = await runCli(folder.path, ...asked, '--json');
  expect(code).toBe(0);
  const { slots, rows } = JSON.parse(stdout) as TablePreview;
  expect(rows).toHaveLength(4);
  expect(rows[0]?.values).toHaveLength(slots.length);
  const text = await askCli(folder.path, ...asked);
  for (const { name } of slots) expect(text.stdout).toContain(name);
});

test('what is made up has a profile of its own kind', async () => {
  const points = await askCli(folder.path, 'datasets', 'profile', 'moons');
  expect(points.code).toBe(0);
  expect(points.stdout).toContain('goes in: features [2]');
  const { stdout } = await askCli(folder.path, 'datasets', 'profile', 'tales', '--json');
  expect(JSON.parse(stdout)).toMatchObject({ kind: 'text', isWindows: true });
});
