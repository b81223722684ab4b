/**
 * Rule: a run goes into one file and comes back the same, in another record or as another run; what is no such
 * file, is torn, changed, newer or made to do harm is refused with a place, and leaves nothing behind.
 */
import { createHash } from 'node:crypto';
import {
  createWriteStream,
  existsSync,
  linkSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pipeline } from 'node:stream/promises';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openPromise } from 'yauzl';
import { ZipFile } from 'yazl';
import { writeSafetensors } from '#engine/export/safetensors.ts';
import { pointsOf, type RunProgress, type RunSummary } from '#engine/protocol/index.ts';
import { RunsService } from '#main/services/runs/runs.ts';
import { startApp } from '#test/support/app.ts';
import { temporaryFolder } from '#test/support/cli.ts';
import { pointsDocument } from '#test/support/documents.ts';
import { telemetryFrame, trainPoint } from '#test/support/runFixtures.ts';

type Folder = ReturnType<typeof temporaryFolder>;
const DEAD = 'dead';
let [here, there]: Folder[] = [];
let runs: RunsService;
let other: RunsService;
let changed: RunSummary[] = [];
const nothing = (): void => undefined;
let seconds = 0;
const open = (folder: Folder | undefined, self = 'test'): RunsService =>
  new RunsService({
    ...{ folder: folder?.path ?? '', versions: { netloom: 'test' } },
    ...{ onChanged: (summary: RunSummary) => void changed.push(summary), onRemoved: nothing },
    owners: { self, isAlive: (owner) => owner !== DEAD },
    now: () => new Date(Date.UTC(2026, 0, 1) + 1000 * (seconds += 1)),
    onFault: (message) => expect.unreachable(message),
  });
beforeEach(() => {
  [here, there] = [temporaryFolder(), temporaryFolder()];
  changed = [];
  [runs, other] = [open(here), open(there)];
});
afterEach(() => {
  runs.close();
  other.close();
  here?.remove();
  there?.remove();
});

const COUNT = 1300;
function checkpoint(step: number): Uint8Array {
  const position = {
    ...{ step, epoch: 1, elapsedMs: step * 10, seed: 1, best: null, epochsSinceBest: 0 },
    pending: { samples: 0, sums: {} },
  };
  const tensors = new Map([['w', { shape: [1000], data: new Float32Array(1000).fill(step) }]]);
  return writeSafetensors({ tensors, metadata: { position: JSON.stringify(position) } });
}

/** With everything that a run can have. */
function trained(state: RunProgress['state'] = 'finished'): string {
  const { id } = runs.create(pointsDocument('moons', 2, { epochs: 1 }), {
    ...{ name: 'First of all: 1/2', tags: ['star', 'kept'], group: 'sweep 1' },
    parent: { run: 'somebody', step: 4 },
  });
  const files = runs.checkpointDir(id);
  mkdirSync(files, { recursive: true });
  writeFileSync(join(files, 'step-10.safetensors'), checkpoint(10));
  writeFileSync(join(files, 'last.safetensors'), checkpoint(20));
  linkSync(join(files, 'last.safetensors'), join(files, 'step-20.safetensors'));
  writeFileSync(join(files, 'dataAccess.json'), '{"folder":"/home/somebody"}');
  runs.checkpointed({ runId: id, which: 'last', step: 20 });
  for (let step = 1; step <= COUNT; step++) {
    // A number that only some points have, and one that is none.
    const values = { loss: step === 7 ? NaN : 1 / step, ...(step % 5 === 0 && { accuracy: 0.5 }) };
    runs.metrics({ runId: id, points: [{ ...trainPoint(step), values }] });
  }
  runs.metrics({ runId: id, points: [{ ...trainPoint(COUNT), split: 'validation' }] });
  for (let step = 1; step <= 5; step++) {
    runs.snapshot({ runId: id, kind: 'telemetry', body: telemetryFrame(step, ['fc1']) });
    runs.flush();
  }
  runs.log(id, { timeMs: 1, level: 'info', message: 'Three\nlines and "quotes".' });
  const progress = { ...runs.summary(id).progress, state, step: COUNT };
  runs.progress({ runId: id, progress });
  runs.annotate(id, { notes: 'What came of it.' });
  return id;
}

const pathOf = (name: string): string => join(here?.path ?? '', name);
async function exported(...ids: readonly string[]): Promise<string> {
  const path = pathOf('runs.zip');
  await runs.transfer.export(ids, path);
  return path;
}
const foldersIn = (folder: Folder | undefined): readonly string[] => {
  const path = join(folder?.path ?? '', 'checkpoints');
  return existsSync(path) ? readdirSync(path) : [];
};
/** Everything that the record answers of a run; of its rows the size may differ by a few bytes. */
const all = (service: RunsService, id: string) => {
  const { sizeBytes: _size, ...detail } = service.detail(id);
  const steps = service.recorded(id);
  return {
    ...{ detail, steps, row: service.rows([id])[0]?.settings },
    snapshots: service.snapshots(id, 'telemetry', [...steps.telemetry]),
    gradients: service.gradients(id, 100),
    checkpoints: service.retention.checkpoints(id),
  };
};

test('in another record it is the same run, with all that was recorded', async () => {
  const id = trained();
  const found = await other.transfer.import(await exported(id));
  expect(found).toEqual([{ runId: id, name: 'First of all: 1/2', outcome: 'imported' }]);
  expect(all(other, id)).toEqual(all(runs, id));
  expect(pointsOf(other.detail(id).curves)).toHaveLength(COUNT + 1);
  expect(other.rows()[0]).toMatchObject({
    ...{ tags: ['star', 'kept'], notes: 'What came of it.', group: 'sweep 1', starred: true },
    parent: { run: 'somebody', step: 4 },
    versions: { netloom: 'test' },
  });
  expect(changed.at(-1)).toMatchObject({ id, sizeBytes: expect.any(Number) as number });
  // Two names of one file are one file again; what it may read of a machine stays there.
  const files = other.checkpointDir(id);
  expect(readdirSync(files).sort()).toEqual(
    readdirSync(runs.checkpointDir(id))
      .filter((name) => name !== 'dataAccess.json')
      .sort(),
  );
  expect(statSync(join(files, 'step-20.safetensors')).ino).toBe(
    statSync(join(files, 'last.safetensors')).ino,
  );
  // It goes on there: appended to, as any that was cut off.
  expect(other.document(id)).toEqual(runs.document(id));
});

test('one that is here is said to be; as another run it comes again', async () => {
  const id = trained();
  const path = await exported(id);
  expect(await runs.transfer.import(path)).toMatchObject([{ runId: id, outcome: 'already-here' }]);
  expect(runs.list()).toHaveLength(1);
  const [again] = await runs.transfer.import(path, { asNew: true });
  expect(again).toMatchObject({ outcome: 'imported' });
  expect(again?.runId).not.toBe(id);
  const { detail, ...rest } = all(runs, again?.runId ?? '');
  const { detail: first, ...firstRest } = all(runs, id);
  expect({ ...detail, id }).toEqual(first);
  expect(rest.gradients).toEqual(firstRest.gradients);
  runs.delete(id);
  expect(await runs.transfer.import(path)).toMatchObject([{ runId: id, outcome: 'restored' }]);
  expect(runs.list()).toHaveLength(2);
});

test('several go into one file; one that trains does not, and nothing is written', async () => {
  const ids = [trained(), trained('stopped')];
  expect(await other.transfer.import(await exported(...ids))).toHaveLength(2);
  expect(
    other
      .list()
      .map((run) => run.id)
      .sort(),
  ).toEqual([...ids].sort());
  expect(runs.transfer.fileName(ids)).toBe('2-runs.netloom-run.zip');
  expect(runs.transfer.fileName(ids.slice(1))).toBe('First-of-all-1-2.netloom-run.zip');
  const training = trained('running');
  await expect(runs.transfer.export([training], pathOf('b.zip'))).rejects.toMatchObject({
    code: 'run.active',
  });
  expect(existsSync(pathOf('b.zip'))).toBe(false);
});

interface Parts {
  readonly [name: string]: Buffer | string;
}
/** What a file holds, by name. */
async function partsOf(path: string): Promise<Record<string, Buffer>> {
  const zip = await openPromise(path, { autoClose: false });
  const parts: Record<string, Buffer> = {};
  for await (const entry of zip.eachEntry()) {
    const pieces: Buffer[] = [];
    for await (const piece of await zip.openReadStreamPromise(entry)) pieces.push(piece as Buffer);
    parts[entry.fileName] = Buffer.concat(pieces);
  }
  zip.close();
  return parts;
}
async function zipOf(parts: Parts, name = 'made.zip'): Promise<string> {
  const zip = new ZipFile();
  for (const [path, content] of Object.entries(parts)) zip.addBuffer(Buffer.from(content), path);
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(pathOf(name)));
  return pathOf(name);
}
type Manifest = {
  version: number;
  run: { id: string };
  files: { path: string; bytes: number; sha256: string }[];
};
/** With a part as somebody would have made it: its checksum is right. */
async function forged(path: string, part: string, content: Buffer | string): Promise<string> {
  const parts = await partsOf(path);
  const bytes = Buffer.from(content);
  const [name = ''] = Object.keys(parts).filter((each) => each.endsWith('manifest.json'));
  const manifest = JSON.parse(parts[name]?.toString() ?? '') as Manifest;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  manifest.files = [
    ...manifest.files.filter((file) => file.path !== part),
    { path: part, bytes: bytes.length, sha256 },
  ];
  return zipOf({
    ...parts,
    [name]: JSON.stringify(manifest),
    [name.replace('manifest.json', part)]: bytes,
  });
}
async function withManifest(path: string, change: (manifest: Manifest) => void): Promise<string> {
  const parts = await partsOf(path);
  const [name = ''] = Object.keys(parts).filter((each) => each.endsWith('manifest.json'));
  const manifest = JSON.parse(parts[name]?.toString() ?? '') as Manifest;
  change(manifest);
  return zipOf({ ...parts, [name]: JSON.stringify(manifest) });
}

/** In the directory at the end of a zip, where readers look. */
function saysItUnfoldsTo(path: string, part: string, bytes: number): void {
  const zip = readFileSync(path);
  const signature = Buffer.from([0x50, 0x4b, 1, 2]);
  const [nameAt, sizeAt] = [46, 24];
  for (let at = zip.indexOf(signature); at >= 0; at = zip.indexOf(signature, at + 1)) {
    const name = zip.toString('utf8', at + nameAt, at + nameAt + zip.readUInt16LE(at + 28));
    if (name.endsWith(part)) zip.writeUInt32LE(bytes, at + sizeAt);
  }
  writeFileSync(path, zip);
}

describe('refused, with a place and nothing left behind', () => {
  let path: string;
  let id: string;
  beforeEach(async () => {
    id = trained();
    path = await exported(id);
  });
  async function refused(file: string, code: string, place: RegExp): Promise<void> {
    const error = await other.transfer.import(file).then(
      (found) => found,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ problems: [{ code }] });
    expect(error).toMatchObject({ problems: [{ path: expect.stringMatching(place) as string }] });
    expect(other.list()).toEqual([]);
    expect(foldersIn(there)).toEqual([]);
    const db = new DatabaseSync(join(there?.path ?? '', 'runs.db'), { readOnly: true });
    for (const table of ['runs', 'metric_chunks', 'metric_outlines', 'events', 'logs', 'frames']) {
      expect(db.prepare(`SELECT count(*) AS n FROM ${table}`).get()).toEqual({ n: 0 });
    }
    db.close();
  }

  test('a zip that was cut, wherever', async () => {
    const whole = readFileSync(path);
    for (const share of [0.02, 0.5, 0.99]) {
      writeFileSync(path, whole);
      truncateSync(path, Math.floor(whole.length * share));
      await refused(path, 'run-file.damaged', /runs\.zip/);
    }
  });
  test('no zip, and a zip of something else', async () => {
    writeFileSync(path, 'a letter');
    await refused(path, 'run-file.damaged', /runs\.zip/);
    await refused(await zipOf({ 'letter.txt': 'x' }), 'run-file.not-a-run', /made\.zip/);
    const foreign = await zipOf({ 'a/manifest.json': '{"name":"an app"}' });
    await refused(foreign, 'run-file.not-a-run', /a\/manifest\.json/);
    await refused(pathOf('none.zip'), 'file.not-found', /none\.zip/);
  });
  test('a byte that changed, at any part', async () => {
    const parts = await partsOf(path);
    for (const [name, content] of Object.entries(parts)) {
      if (name.endsWith('manifest.json') || content.length === 0) continue;
      const other = Buffer.from(content);
      other[other.length >> 1] = (other[other.length >> 1] ?? 0) ^ 1;
      const file = await zipOf({ ...parts, [name]: other });
      const error = await refusalOf(file);
      expect([name, error]).toEqual([
        name,
        expect.stringMatching(/^run-file\.(checksum|not-valid)$/),
      ]);
    }
    await refused(
      await zipOf({ ...parts, ...firstChanged(parts, 'last.safetensors') }),
      'run-file.checksum',
      /last\.safetensors/,
    );
  });
  test('a newer format, a part that is missing, a part that no run has', async () => {
    const newer = await withManifest(path, (manifest) => (manifest.version = 2));
    await refused(newer, 'run-file.newer', /manifest\.json/);
    const parts = await partsOf(path);
    const [events = ''] = Object.keys(parts).filter((name) => name.endsWith('events.jsonl'));
    const { [events]: _gone, ...rest } = parts;
    await refused(await zipOf(rest), 'run-file.incomplete', /events\.jsonl/);
    const access = await forged(path, 'files/dataAccess.json', '{}');
    await refused(access, 'run-file.unknown-part', /dataAccess/);
  });
  test('names that lead out of the folder', async () => {
    const up = await withManifest(path, (manifest) => (manifest.run.id = '../../elsewhere'));
    await refused(up, 'run-file.not-valid', /manifest\.json/);
    const file = await forged(path, 'files/../../evil', 'x').catch(() => null);
    // The library that writes zips refuses such a name; one that does not would be refused here.
    expect(file).toBeNull();
    const plain = await forged(path, 'files/xx/xx/evil.safetensors', 'x');
    const bytes = readFileSync(plain);
    const dotted = Buffer.from(
      bytes.toString('latin1').replaceAll('files/xx/xx', 'files/../..'),
      'latin1',
    );
    writeFileSync(plain, dotted);
    await refused(plain, 'run-file.damaged', /made\.zip/);
    expect(existsSync(join(there?.path ?? '', 'evil.safetensors'))).toBe(false);
  });
  test('what unfolds to far more than it holds', async () => {
    saysItUnfoldsTo(path, 'metrics/train.bin', 2 ** 31);
    await refused(path, 'run-file.too-large', /runs\.zip/);
    // Never more is read than it says, whatever comes.
    saysItUnfoldsTo(path, 'metrics/train.bin', 1000);
    await refused(path, 'run-file.damaged', /train\.bin/);
    path = await exported(id);
    const lie = await withManifest(path, (manifest) => {
      for (const file of manifest.files) if (file.path === 'run.json') file.bytes = 2 ** 40;
    });
    await refused(lie, 'run-file.too-large', /run\.json/);
  });
  test('parts that are none', async () => {
    const wrong: Readonly<Record<string, Buffer | string>> = {
      'run.json': '{}',
      'document.json': '{"format":"netloom"}',
      'events.jsonl': '{"kind":"party","step":1,"timeMs":1,"message":"","level":"info"}\n',
      'log.jsonl': '{"timeMs":1,"level":"info","message":"no end"}',
      'metrics/train.bin': Buffer.from([255, 255, 255, 255, 1]),
      'metrics/validation.bin': Buffer.from([1, 0, 0, 0, 0x07]),
      'latest/telemetry.bin': Buffer.from([0x80]),
    };
    for (const [part, content] of Object.entries(wrong)) {
      await refused(await forged(path, part, content), 'run-file.not-valid', new RegExp(part));
    }
  });

  async function refusalOf(file: string): Promise<unknown> {
    return other.transfer.import(file).then(
      () => 'imported',
      (error: { readonly problems?: readonly { readonly code: string }[] }) =>
        error.problems?.[0]?.code,
    );
  }
  function firstChanged(parts: Parts, end: string): Parts {
    const [name = ''] = Object.keys(parts).filter((each) => each.endsWith(end));
    const bytes = Buffer.from(parts[name] ?? '');
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    return { [name]: bytes };
  }
});

test('what a process that was killed had brought in part is never seen, and goes', async () => {
  const id = trained();
  const path = await exported(id);
  const killed = open(there, DEAD);
  // As far as it came: everything but that it appears.
  const first = await killed.transfer.import(path);
  killed.close();
  const db = new DatabaseSync(join(there?.path ?? '', 'runs.db'));
  db.exec(`UPDATE runs SET deleted_at = 'arriving'`);
  expect(first).toHaveLength(1);
  expect(other.list()).toEqual([]);
  expect(() => other.summary(id)).toThrow('There is no run');
  expect(() => other.restore(id)).toThrow('There is no such run');
  // Of one that lives it is left alone.
  db.exec(`UPDATE runs SET owner = 'alive'`);
  await other.purge();
  expect(foldersIn(there)).toEqual([id]);
  db.exec(`UPDATE runs SET owner = '${DEAD}'`);
  db.close();
  await other.purge();
  expect(foldersIn(there)).toEqual([]);
  expect(await other.transfer.import(path)).toMatchObject([{ outcome: 'imported' }]);
});

test('its parts are what other programs read', async () => {
  const path = await exported(trained());
  const zip = await openPromise(path, { autoClose: false });
  const names: string[] = [];
  for await (const entry of zip.eachEntry()) {
    names.push(entry.fileName);
    if (!entry.fileName.endsWith('log.jsonl')) continue;
    expect(await text(await zip.openReadStreamPromise(entry))).toBe(
      '{"timeMs":1,"level":"info","message":"Three\\nlines and \\"quotes\\"."}\n',
    );
  }
  zip.close();
  expect(new Set(names.map((name) => name.split('/')[0])).size).toBe(1);
});

test('a page fetches it in pieces, hands it over in pieces, and asks for a document alone', async () => {
  const id = trained();
  runs.close();
  const [from, to] = [
    startApp({ folder: here?.path ?? '' }),
    startApp({ folder: there?.path ?? '' }),
  ];
  const { id: download, name, sizeBytes } = await from.client.call('runs.export', { runIds: [id] });
  expect(name).toBe('First-of-all-1-2.netloom-run.zip');
  const { id: file } = await to.client.call('uploads.begin', { sizeBytes });
  let got = 0;
  while (got < sizeBytes) {
    const bytes = await from.client.call('downloads.read', { id: download, from: got });
    await to.client.call('uploads.append', { id: file, bytes });
    got += bytes.length;
  }
  expect(await from.client.call('downloads.read', { id: download, from: got })).toHaveLength(0);
  await from.client.call('downloads.drop', { id: download });
  await expect(from.client.call('downloads.read', { id: download, from: 0 })).rejects.toMatchObject(
    {
      code: 'download.unknown',
    },
  );
  const arrived = new Promise((resolve) => to.client.on('run.changed', resolve));
  const taken = await to.client.call('runs.import', { file, name });
  expect(taken).toMatchObject([{ runId: id, outcome: 'imported' }]);
  expect(await arrived).toMatchObject({ id, hasCheckpoint: true });
  expect(await to.client.call('runs.document', { runId: id })).toEqual(
    await from.client.call('runs.document', { runId: id }),
  );
  // What was handed over was used.
  await expect(to.client.call('runs.import', { file, name })).rejects.toMatchObject({
    code: 'upload.unknown',
  });
  await Promise.all([from.close(), to.close()]);
  runs = open(here);
});
