/**
 * Rules: an example that cannot be read takes none of the others along, and it is told which; one that names a set of
 * the product by its id reads that set wherever it is opened.
 */
import { existsSync } from 'node:fs';
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { ProjectsService } from '#main/services/projects.ts';
import { EXAMPLES, runCli, temporaryFolder } from '#test/support/cli.ts';

const folder = temporaryFolder();
afterEach(() => folder.remove());

test('a damaged file beside a good one', async () => {
  await copyFile(join(EXAMPLES, 'xor.netloom.json'), join(folder.path, 'xor.netloom.json'));
  await writeFile(join(folder.path, 'bad.netloom.json'), '{"format": "netloom", ');
  const faults: string[] = [];
  const projects = new ProjectsService({
    stateFolder: folder.path,
    projectFolder: folder.path,
    examplesFolder: folder.path,
    onFault: (message) => void faults.push(message),
  });
  expect((await projects.examples()).map(({ name }) => name)).toEqual(['xor']);
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatch(/^The example bad\.netloom\.json could not be read: /);
});

test('a set that comes with the product is named by its id, and read from where it is put', async () => {
  const projects = new ProjectsService({
    stateFolder: folder.path,
    projectFolder: folder.path,
    examplesFolder: EXAMPLES,
  });
  const examples = await projects.examples();
  const machines = examples.find(({ name }) => name === 'machines');
  expect(machines?.group).toBe('tables');
  expect(examples.find(({ name }) => name === 'flats')?.group).toBe('tables');
  const named = machines?.document.nodes[0]?.attrs['source'];
  const source = typeof named === 'string' ? named : '';
  expect(source).toMatch(/^csv:.*machines\.csv$/);
  expect(source).toContain(folder.path);
  expect(existsSync(source.slice('csv:'.length))).toBe(true);

  const { code, stdout } = await runCli(
    folder.path,
    ...['train', join(EXAMPLES, 'machines.netloom.json'), '--epochs', '1', '--json'],
  );
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ state: 'finished', data: { target: 'failed' } });
});
