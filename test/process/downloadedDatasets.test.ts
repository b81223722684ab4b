/**
 * Rule: a data set is there when every byte is, whatever the server, the network or another process does meanwhile;
 * until then what came is kept and gone on with, and what went wrong is said. Against a real server on this machine.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import type { DatasetEntry } from '#main/services/datasets/catalog.ts';
import { checkedUrl } from '#main/services/datasets/request.ts';
import { DatasetsService } from '#main/services/datasets/datasets.ts';
import type { DownloadProgress } from '#engine/protocol/index.ts';
import { temporaryFolder } from '../support/cli.ts';
import { problemOf } from '../support/problems.ts';
import { until } from '../support/until.ts';

/** Packed, so that a client that unpacks what it should not would be seen; of bytes that pack badly. */
const BIG = gzipSync(
  Buffer.from(
    Uint32Array.from({ length: 50_000 }, (_, i) => Math.imul(i * i + 7, 2_654_435_761)).buffer,
  ),
);
const SMALL = Buffer.from('label\n1\n2\n');
const CONTENT: Readonly<Record<string, Buffer>> = { 'big.gz': BIG, 'small.csv': SMALL };

type Answer = (request: IncomingMessage, response: ServerResponse, content: Buffer) => void;

/** Where the services of a test keep what they fetch. */
const folders = new Set<string>();
/** Resolves once so many bytes are kept: what a broken connection still held is not counted on. */
const arrived = (bytes: number): Promise<void> =>
  until(() =>
    [...folders].some((folder) => {
      const part = join(folder, 'datasets', 'made-up', 'big.gz.part');
      return (statSync(part, { throwIfNoEntry: false })?.size ?? 0) >= bytes;
    }),
  );

const cleanups: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  folders.clear();
});

/** As servers of files do: whole files, or what a Range asks for where If-Range fits. */
const normal: Answer = (request, response, content) => {
  const etag = `"${createHash('sha256').update(content).digest('hex').slice(0, 8)}"`;
  const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
  const fits = [undefined, etag].includes(request.headers['if-range'] as string | undefined);
  const from = range && fits ? Number(range[1]) : 0;
  if (from > 0) {
    response.statusCode = 206;
    response.setHeader('content-range', `bytes ${from}-${content.length - 1}/${content.length}`);
  }
  response.setHeader('etag', etag);
  response.setHeader('content-length', content.length - from);
  response.end(content.subarray(from));
};
/** Says that all will come, and ends the connection after some of it, once that is kept. */
const breaksOff =
  (after: number): Answer =>
  (request, response, content) => {
    const from = Number(/\d+/.exec(request.headers.range ?? '')?.[0] ?? 0);
    if (from > 0) {
      response.statusCode = 206;
      response.setHeader('content-range', `bytes ${from}-${content.length - 1}/${content.length}`);
    }
    response.setHeader('content-length', content.length - from);
    response.setHeader('etag', '"tag"');
    response.flushHeaders();
    if (after > 0) response.write(content.subarray(from, from + after));
    void arrived(from + after).then(() => response.destroy());
  };

interface Asked {
  readonly url: string;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
}

/** Answers take turns, the last one stays. */
async function serving(...answers: readonly Answer[]) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const name = request.url?.split('/').pop() ?? '';
    const { range, 'if-range': ifRange } = request.headers;
    asked.push({ url: request.url ?? '', range, ifRange: ifRange as string | undefined });
    const answer = answers[Math.min(asked.length, answers.length) - 1] ?? normal;
    answer(request, response, CONTENT[name] ?? Buffer.alloc(0));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const close = () =>
    new Promise<void>((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  cleanups.push(close);
  const { port } = server.address() as AddressInfo;
  /** Takes no more connections; what goes on goes on. */
  const refuse = (): void => void server.close();
  return { asked, refuse, address: `http://127.0.0.1:${port}/` };
}

const SHIPPED = resolve(import.meta.dirname, '..', '..', 'resources', 'data');

function stateFolder(): string {
  const folder = temporaryFolder();
  cleanups.push(() => folder.remove());
  return folder.path;
}

function entry(names: readonly string[], servers: readonly string[]): DatasetEntry {
  return {
    id: 'made-up',
    label: 'Made up',
    doc: 'For tests.',
    home: 'https://example.org',
    licence: { name: 'MIT', url: 'https://example.org/licence' },
    servers,
    files: names.map((name) => {
      const content = CONTENT[name] ?? Buffer.alloc(0);
      const sha256 = createHash('sha256').update(content).digest('hex');
      return { name, sizeBytes: content.length, sha256 };
    }),
    reads: { scheme: 'csv', file: 'small.csv' },
  };
}

interface Setup {
  readonly names?: readonly string[];
  readonly servers: readonly string[];
  readonly folder?: string;
  readonly mirror?: string;
  readonly idleMs?: number;
}

/** A machine that is busy is not silent. */
const PATIENCE_MS = 60_000;

function service(setup: Setup) {
  const { names = ['big.gz'], servers, folder = stateFolder(), mirror = '' } = setup;
  const { idleMs = PATIENCE_MS } = setup;
  folders.add(folder);
  const told: DownloadProgress[] = [];
  const made = new DatasetsService({
    ...{ stateFolder: folder, shippedFolder: SHIPPED },
    mirror: () => Promise.resolve(mirror),
    onProgress: (progress) => told.push(progress),
    catalog: new Map([['made-up', entry(names, servers)]]),
    waits: { retryMs: 1, idleMs },
  });
  cleanups.push(() => made.close());
  const place = (name: string) => join(folder, 'datasets', 'made-up', name);
  return { service: made, told, folder, place };
}

describe('a server that works', () => {
  test('gives every file, and is not asked again for what is there', async () => {
    const server = await serving();
    const {
      service: sets,
      told,
      place,
    } = service({
      names: ['big.gz', 'small.csv'],
      servers: [server.address],
    });
    expect((await sets.list())[0]).toMatchObject({ state: 'absent', haveBytes: 0 });
    const offered = await sets.get('made-up');
    expect(offered).toMatchObject({ state: 'ready', haveBytes: BIG.length + SMALL.length });
    expect(offered.source).toBe(`csv:${place('small.csv')}`);
    expect(readFileSync(place('big.gz')).equals(BIG)).toBe(true);
    const total = BIG.length + SMALL.length;
    expect(told.at(-1)).toEqual({ id: 'made-up', doneBytes: total, totalBytes: total });
    await sets.get('made-up');
    expect(server.asked).toHaveLength(2);
    const left = readdirSync(place('')).filter((name) => /part|tag/.test(name));
    expect(left).toEqual([]);
  });

  test('replaces a file that was changed on the disk', async () => {
    const server = await serving();
    const { service: sets, place } = service({ servers: [server.address] });
    mkdirSync(place(''), { recursive: true });
    writeFileSync(place('big.gz'), Buffer.alloc(BIG.length));
    await sets.get('made-up');
    expect(readFileSync(place('big.gz')).equals(BIG)).toBe(true);
  });

  test('is asked once by two who want the same', async () => {
    const server = await serving();
    const { service: sets } = service({ servers: [server.address] });
    await Promise.all([sets.get('made-up'), sets.get('made-up')]);
    expect(server.asked).toHaveLength(1);
  });
});

describe('a connection that breaks', () => {
  test('is gone on with from the byte it broke at, if the file is still the same', async () => {
    const server = await serving(breaksOff(1000), normal);
    const { service: sets, place } = service({ servers: [server.address] });
    await sets.get('made-up');
    expect(readFileSync(place('big.gz')).equals(BIG)).toBe(true);
    expect(server.asked[1]).toMatchObject({ range: 'bytes=1000-', ifRange: '"tag"' });
  });

  test('is gone on with by a later call, of another process', async () => {
    const first = await serving(breaksOff(1000), breaksOff(0));
    const before = service({ servers: [first.address] });
    const problem = await problemOf(() => before.service.get('made-up'));
    expect(problem).toMatchObject({ code: 'download.interrupted' });
    expect((await before.service.list())[0]).toMatchObject({ state: 'absent', haveBytes: 1000 });
    const second = await serving((request, response, content) => {
      response.setHeader('etag', '"tag"');
      expect(request.headers['if-range']).toBe('"tag"');
      response.statusCode = 206;
      response.setHeader('content-range', `bytes 1000-${content.length - 1}/${content.length}`);
      response.end(content.subarray(1000));
    });
    const after = service({ servers: [second.address], folder: before.folder });
    await after.service.get('made-up');
    expect(second.asked[0]?.range).toBe('bytes=1000-');
    expect(readFileSync(after.place('big.gz')).equals(BIG)).toBe(true);
  });

  test('is given up when nothing comes any more, after some tries', async () => {
    const server = await serving(breaksOff(0));
    const { service: sets } = service({ servers: [server.address] });
    const problem = await problemOf(() => sets.get('made-up'));
    expect(problem.code).toBe('download.interrupted');
    expect(server.asked).toHaveLength(3);
  });

  test('that only falls silent counts as broken', async () => {
    const silent: Answer = (_request, response, content) => {
      response.setHeader('content-length', content.length);
      response.write(content.subarray(0, 500));
    };
    const server = await serving(silent, normal);
    const { service: sets, place } = service({ servers: [server.address], idleMs: 400 });
    await sets.get('made-up');
    expect(server.asked).toHaveLength(2);
    expect(readFileSync(place('big.gz')).equals(BIG)).toBe(true);
  });

  test('and a server that disappears meanwhile are told apart', async () => {
    const server = await serving((request, response, content) => {
      server.refuse();
      breaksOff(1000)(request, response, content);
    });
    const { service: sets } = service({ servers: [server.address] });
    const problem = await problemOf(() => sets.get('made-up'));
    expect(problem.code).toBe('download.offline');
    expect((await sets.list())[0]?.haveBytes).toBe(1000);
  });
});

describe('a server without ranges', () => {
  test('sends the file from its beginning, and that is what is kept', async () => {
    const whole: Answer = (_request, response, content) => void response.end(content);
    const server = await serving(breaksOff(1000), whole);
    const { service: sets, place } = service({ servers: [server.address] });
    await sets.get('made-up');
    expect(server.asked).toHaveLength(2);
    expect(readFileSync(place('big.gz')).equals(BIG)).toBe(true);
  });

  test('or one that refuses the range is asked for all of it', async () => {
    const refuses: Answer = (_request, response) => {
      response.statusCode = 416;
      response.end();
    };
    const server = await serving(breaksOff(1000), refuses, normal);
    const { service: sets, place } = service({ servers: [server.address] });
    await sets.get('made-up');
    expect(server.asked.map(({ range }) => range)).toEqual([undefined, 'bytes=1000-', undefined]);
    expect(readFileSync(place('big.gz')).equals(BIG)).toBe(true);
  });
});

describe('what came and is not what it must be', () => {
  const damaged: Answer = (_request, response, content) => {
    const changed = Buffer.from(content);
    changed[100] = (changed[100] ?? 0) ^ 1;
    response.end(changed);
  };
  const status =
    (code: number): Answer =>
    (_request, response) => {
      response.statusCode = code;
      response.end('no');
    };

  test('is not kept', async () => {
    const server = await serving(damaged);
    const { service: sets, place } = service({ servers: [server.address] });
    const problem = await problemOf(() => sets.get('made-up'));
    expect(problem).toMatchObject({ code: 'download.damaged' });
    expect(problem.message).toContain('big.gz');
    expect(readdirSync(place('')).filter((name) => name.startsWith('big'))).toEqual([]);
    expect((await sets.list())[0]).toMatchObject({ state: 'absent', haveBytes: 0 });
  });

  test('is fetched anew where its beginning was of an earlier call', async () => {
    const server = await serving();
    const { service: sets, place } = service({ servers: [server.address] });
    mkdirSync(place(''), { recursive: true });
    writeFileSync(place('big.gz.part'), Buffer.alloc(5000));
    await sets.get('made-up');
    expect(server.asked.map(({ range }) => range)).toEqual(['bytes=5000-', undefined]);
    expect(readFileSync(place('big.gz')).equals(BIG)).toBe(true);
  });

  test('is refused by its announced length, or as soon as it is too much', async () => {
    const announced: Answer = (_request, response) => {
      response.setHeader('content-length', 2 ** 40);
      response.write('x');
    };
    let sent = 0;
    const endless: Answer = (_request, response, content) => {
      const more = (): void => {
        if (response.destroyed) return;
        sent += content.length;
        response.write(content, () => setImmediate(more));
      };
      more();
    };
    for (const answer of [announced, endless]) {
      const server = await serving(answer);
      const { service: sets } = service({ servers: [server.address] });
      const problem = await problemOf(() => sets.get('made-up'));
      expect(problem.code).toBe('download.wrong-size');
      expect((await sets.list())[0]?.haveBytes).toBe(0);
    }
    expect(sent).toBeLessThan(50 * BIG.length);
  });

  test.each([
    [404, 'download.not-found'],
    [403, 'download.refused'],
    [500, 'download.refused'],
  ])('is not looked at with status %d', async (code, wanted) => {
    const server = await serving(status(code));
    const { service: sets } = service({ servers: [server.address] });
    expect((await problemOf(() => sets.get('made-up'))).code).toBe(wanted);
  });

  test('is asked of the next server', async () => {
    const [gone, works] = [await serving(status(404)), await serving()];
    const { service: sets } = service({ servers: [gone.address, works.address] });
    expect((await sets.get('made-up')).state).toBe('ready');
    const both = service({ servers: [gone.address, (await serving(damaged)).address] });
    const problem = await problemOf(() => both.service.get('made-up'));
    expect(problem.code).toBe('download.not-found');
  });
});

describe('redirects', () => {
  const to =
    (location: string): Answer =>
    (_request, response) => {
      response.writeHead(302, { location });
      response.end();
    };

  test('are followed', async () => {
    const server = await serving(to('/elsewhere/big.gz'), normal);
    const { service: sets } = service({ servers: [server.address] });
    await sets.get('made-up');
    expect(server.asked.map(({ url }) => url)).toEqual(['/big.gz', '/elsewhere/big.gz']);
  });

  test('that lead in circles end', async () => {
    const server = await serving(to('/big.gz'));
    const { service: sets } = service({ servers: [server.address] });
    expect((await problemOf(() => sets.get('made-up'))).code).toBe('download.redirects');
    expect(server.asked).toHaveLength(6);
  });

  test.each([
    ['http://example.org/big.gz', 'download.insecure'],
    ['file:///etc/passwd', 'download.address'],
  ])('to %s are refused', async (location, code) => {
    const server = await serving(to(location));
    const { service: sets } = service({ servers: [server.address] });
    expect((await problemOf(() => sets.get('made-up'))).code).toBe(code);
  });

  test('from elsewhere do not lead to this machine', async () => {
    const from = new URL('https://example.org/');
    const code = async (address: string) => (await problemOf(() => checkedUrl(address, from))).code;
    expect(await code('http://127.0.0.1:80/')).toBe('download.insecure');
    expect(await code('https://localhost/')).toBe('download.insecure');
    expect(await code('https://[::1]/')).toBe('download.insecure');
    expect(checkedUrl('/other', from).href).toBe('https://example.org/other');
  });
});

describe('who asks', () => {
  test('can stop it, and go on later', async () => {
    const hanging: Answer = (_request, response, content) => {
      response.setHeader('content-length', content.length);
      response.write(content.subarray(0, 1000));
    };
    const server = await serving(hanging, normal);
    const { service: sets } = service({ servers: [server.address] });
    const fetching = problemOf(() => sets.get('made-up'));
    await arrived(1000);
    expect((await sets.list())[0]?.state).toBe('fetching');
    sets.cancel('made-up');
    expect((await fetching).code).toBe('download.cancelled');
    expect((await sets.list())[0]).toMatchObject({ state: 'absent', haveBytes: 1000 });
    expect((await sets.get('made-up')).state).toBe('ready');
    expect(server.asked[1]?.range).toBe('bytes=1000-');
  });

  test('waits for another process that fetches the same, and takes what that one got', async () => {
    let finish = (): void => undefined;
    let begun = (): void => undefined;
    const started = new Promise<void>((done) => (begun = done));
    const slow: Answer = (_request, response, content) => {
      response.setHeader('content-length', content.length);
      response.write(content.subarray(0, 1000));
      finish = () => void response.end(content.subarray(1000));
      begun();
    };
    const server = await serving(slow);
    const one = service({ servers: [server.address] });
    const other = service({ servers: [server.address], folder: one.folder });
    const first = one.service.get('made-up');
    await started;
    const second = other.service.get('made-up');
    await expect.poll(() => other.told.length).toBeGreaterThan(0);
    finish();
    expect((await first).state).toBe('ready');
    expect((await second).state).toBe('ready');
    expect(server.asked).toHaveLength(1);
  });

  test('can have a mirror asked instead of the servers', async () => {
    const [own, mirror] = [await serving(), await serving()];
    const { service: sets } = service({
      servers: [own.address],
      mirror: `${mirror.address}sets//`,
    });
    await sets.get('made-up');
    expect(own.asked).toEqual([]);
    expect(mirror.asked[0]?.url).toBe('/sets/made-up/big.gz');
  });

  test('is told of names that are none, and of a disk that does not let it', async () => {
    const server = await serving();
    const folder = stateFolder();
    const { service: sets } = service({ servers: [server.address], folder });
    const unknown = await problemOf(() => sets.get('made-upp'));
    expect(unknown).toMatchObject({ code: 'datasets.unknown' });
    expect(unknown.message).toContain('did you mean made-up');
    writeFileSync(join(folder, 'datasets'), 'a file in the way');
    expect((await problemOf(() => sets.get('made-up'))).code).toBe('file.no-folder');
  });
});
