/** Rule: a file that an option on the command line names has been picked: no command asks for consent to read it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askCli, temporaryFolder } from '../support/cli.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const at = (name: string): string => join(folder.path, name);
const rows = (count: number): string =>
  `a,b,kind\n${Array.from({ length: count }, (_, i) => `${i},${i * i},${i % 2 ? 'x' : 'y'}`).join('\n')}\n`;

beforeAll(async () => {
  mkdirSync(at('data'));
  mkdirSync(at('pictures'));
  writeFileSync(at('data/train.csv'), rows(40));
  writeFileSync(at('data/test.csv'), rows(12));
  const grey = { width: 8, height: 8, channels: 3 as const };
  for (let i = 0; i < 6; i++) {
    const background = { r: 40 * i, g: 0, b: 0 };
    await sharp({ create: { ...grey, background } })
      .png()
      .toFile(at(`pictures/${i}.png`));
  }
  const names = Array.from({ length: 6 }, (_, i) => `${i}.png,${i % 2 ? 'x' : 'y'}`);
  writeFileSync(at('pictures/labels.csv'), `file,label\n${names.join('\n')}\n`);
});

const TABLE = ['--data-option', 'testFile=test.csv'];
const PICTURES = ['--data-option', 'labels=labels.csv'];

test.each([
  ['datasets', 'data/train.csv', TABLE],
  ['datasets profile', 'data/train.csv', TABLE],
  ['datasets preview', 'data/train.csv', TABLE],
  ['datasets', 'pictures', PICTURES],
  ['datasets profile', 'pictures', PICTURES],
])('%s %s %j', async (command, name, options) => {
  const { code, stderr } = await askCli(
    at('home'),
    ...[...command.split(' '), at(name), ...options, '--json'],
  );
  expect(stderr).not.toContain('needs-consent');
  expect(code).toBe(0);
});

test('prepare, and train beside another project', async () => {
  const prepared = await askCli(
    at('home'),
    ...['datasets', 'prepare', at('data/train.csv'), ...TABLE, '-o', at('out.csv')],
  );
  expect(prepared).toMatchObject({ code: 0 });
  const trained = await askCli(
    at('home'),
    ...['check', join('resources', 'examples', 'moons.netloom.json')],
    ...['--data', `csv:${at('data/train.csv')}`, '--target', 'kind', ...TABLE],
  );
  expect(trained.stderr).not.toContain('needs-consent');
});
