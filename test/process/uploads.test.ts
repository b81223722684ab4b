/** Rules of files that a page hands over: in pieces, as long as they were said to be, kept by nobody longer than needed. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { applyEdits } from '#engine/ir/applyEdits.ts';
import { MAX_UPLOAD_BYTES, Uploads } from '#main/services/uploads.ts';
import { type App, startApp } from '#test/support/app.ts';
import { pointsDocument } from '#test/support/documents.ts';

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );
const refusal = (code: string) => ({ problems: [{ code }] });

describe('a file', () => {
  const uploads = new Uploads();
  afterEach(() => uploads.close());

  test('is whole once all its pieces came, in their order, and is for nobody else', async () => {
    const id = await uploads.begin(6);
    const pieces = [0, 1, 2].map((i) => uploads.append(id, Uint8Array.of(2 * i, 2 * i + 1)));
    await expect(uploads.path(id)).resolves.toBeTypeOf('string');
    await Promise.all(pieces);
    const path = await uploads.path(id);
    expect([...(await readFile(path))]).toEqual([0, 1, 2, 3, 4, 5]);
    if (process.platform !== 'win32') expect((await stat(path)).mode & 0o077).toBe(0);
    uploads.close();
    expect(await exists(path)).toBe(false);
  });

  test('that has not come whole, is too long, too large or unknown is refused', async () => {
    const short = await uploads.begin(3);
    await uploads.append(short, Uint8Array.of(1));
    await expect(uploads.path(short)).rejects.toMatchObject(refusal('upload.incomplete'));
    await expect(uploads.append(short, new Uint8Array(3))).rejects.toMatchObject(
      refusal('upload.too-long'),
    );
    await expect(uploads.path(short)).rejects.toMatchObject(refusal('upload.unknown'));
    await expect(uploads.begin(MAX_UPLOAD_BYTES + 1)).rejects.toMatchObject(
      refusal('upload.too-large'),
    );
  });

  test('that nobody used gives way to later ones', async () => {
    const first = await uploads.begin(1);
    await uploads.append(first, Uint8Array.of(7));
    const path = await uploads.path(first);
    for (let i = 0; i < 4; i++) await uploads.begin(1);
    expect(await exists(path)).toBe(false);
    await expect(uploads.path(first)).rejects.toMatchObject(refusal('upload.unknown'));
  });
});

describe('a run', () => {
  let app: App;
  afterEach(() => app.close());
  const document = applyEdits(pointsDocument('moons', 2), [
    { kind: 'setTraining', training: { epochs: 2, device: 'cpu' } },
  ]);

  async function handOver(bytes: Uint8Array): Promise<string> {
    const { id } = await app.client.call('uploads.begin', { sizeBytes: bytes.byteLength });
    const half = Math.ceil(bytes.byteLength / 2);
    for (const piece of [bytes.slice(0, half), bytes.slice(half)]) {
      await app.client.call('uploads.append', { id, bytes: piece });
    }
    return id;
  }

  const ended = (runId: string): Promise<void> =>
    new Promise((resolve) => {
      app.client.on('run.changed', ({ id, progress }) => {
        if (id === runId && progress.state === 'finished') resolve();
      });
      void app.client.call('runs.get', { runId }).then(({ progress }) => {
        if (progress.state === 'finished') resolve();
      });
    });

  test('begins with what fits of a file, and says what', async () => {
    app = startApp();
    const first = await app.client.call('training.start', { document });
    await ended(first.id);
    const path = join(app.services.runs.checkpointDir(first.id), 'last.safetensors');
    const weights = await handOver(new Uint8Array(await readFile(path)));
    const second = await app.client.call('training.start', { document, weights });
    expect(second.weights?.loaded).toEqual(['fc1.weight', 'fc1.bias', 'fc2.weight', 'fc2.bias']);
    expect(second.weights).toMatchObject({ otherShape: [], fresh: [], unused: [] });
    await ended(second.id);
    // Used, and so forgotten.
    await expect(app.client.call('training.start', { document, weights })).rejects.toMatchObject({
      code: 'upload.unknown',
    });
  });

  test('that the file does not fit is refused in words, and another can begin', async () => {
    app = startApp();
    const weights = await handOver(Uint8Array.of(1, 2, 3));
    await expect(app.client.call('training.start', { document, weights })).rejects.toMatchObject({
      code: expect.stringMatching(/^(weights|safetensors)\./) as string,
    });
    const { id } = await app.client.call('training.start', { document });
    await ended(id);
  });
});
