/** Rule: `datasets get` of one program, of two at once and after one that was killed ends with a set to train on. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import {
  askCli,
  endProcess,
  outcomeOf,
  runCli,
  startCli,
  temporaryFolder,
} from '../support/cli.ts';
import { realDataset } from '../support/realDatasets.ts';
import { until } from '../support/until.ts';

/** As its server has it: two line ends more than without. */
function iris(): Buffer | null {
  const path = realDataset('iris', 'iris.csv');
  return path === null ? null : Buffer.from(`${readFileSync(path, 'utf8').trimEnd()}\n\n`);
}

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

async function mirror(answer: Answer) {
  const server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

function home(): string {
  const folder = temporaryFolder();
  cleanups.push(() => folder.remove());
  return folder.path;
}

test('lists what there is with licences, and says how to get what is not here', async () => {
  const folder = home();
  const { stdout } = await runCli(folder, 'datasets', 'list', '--json');
  const all = JSON.parse(stdout) as readonly { id: string; state: string; licence: object }[];
  expect(all.map(({ id }) => id)).toEqual(expect.arrayContaining(['mnist', 'iris', 'titanic']));
  for (const each of all) expect(each.state).toBe('absent');
  const { code, stderr } = await askCli(folder, 'datasets', 'mnist');
  expect(code).toBe(1);
  expect(stderr).toContain('datasets.absent');
  expect(stderr).toContain('netloom datasets get mnist');
});

test('two programs fetch one set once, and it can be read by its name', async (context) => {
  const content = iris();
  if (!content) return context.skip('needs the Iris file');
  let asked = 0;
  let finish = (): void => undefined;
  const address = await mirror((_request, response) => {
    asked++;
    response.setHeader('content-length', content.length);
    response.write(content.subarray(0, 1000));
    finish = () => void response.end(content.subarray(1000));
  });
  const folder = home();
  const programs = [1, 2].map(() =>
    startCli(folder, ['datasets', 'get', 'iris', '--mirror', address, '--json']),
  );
  const outcomes = programs.map(outcomeOf);
  // Both say how far it is: the one that fetches, and the other one, which waits for it.
  const saying = programs.map(
    ({ stderr }) => new Promise<void>((done) => stderr?.once('data', () => done())),
  );
  await Promise.all(saying);
  finish();
  for (const { code, stdout, stderr } of await Promise.all(outcomes)) {
    expect(stderr + String(code)).toBe(`${stderr}0`);
    expect(JSON.parse(stdout)).toMatchObject([{ id: 'iris', state: 'ready' }]);
  }
  expect(asked).toBe(1);
  const { stdout } = await askCli(folder, 'datasets', 'iris', '--json');
  expect(JSON.parse(stdout)).toMatchObject({ counts: { total: 150 } });
});

test('a program that is killed keeps nobody out, and the next one goes on', async (context) => {
  const content = iris();
  if (!content) return context.skip('needs the Iris file');
  const ranges: (string | undefined)[] = [];
  const address = await mirror((request, response) => {
    ranges.push(request.headers.range);
    response.setHeader('etag', '"iris"');
    if (ranges.length === 1) {
      response.setHeader('content-length', content.length);
      response.write(content.subarray(0, 1000));
      return;
    }
    response.statusCode = 206;
    response.setHeader('content-range', `bytes 1000-${content.length - 1}/${content.length}`);
    response.end(content.subarray(1000));
  });
  const folder = home();
  const child = startCli(folder, ['datasets', 'get', 'iris', '--mirror', address]);
  const part = join(folder, 'datasets', 'iris', 'iris.data.part');
  await until(() => statSync(part, { throwIfNoEntry: false })?.size === 1000);
  await endProcess(child, 'SIGKILL');
  const { code, stderr } = await runCli(folder, 'datasets', 'get', 'iris', '--mirror', address);
  expect(stderr + String(code)).toBe(`${stderr}0`);
  expect(ranges).toEqual([undefined, 'bytes=1000-']);
});
