/** Rule: an example that cannot be read takes none of the others along, and it is told which. */
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { ProjectsService } from '#main/services/projects.ts';
import { EXAMPLES, temporaryFolder } from '#test/support/cli.ts';

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
