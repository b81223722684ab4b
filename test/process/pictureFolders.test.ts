/** Rule: a folder of pictures is read as far as it may be, prepared once, and anew when a file in it is another. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readColumnFile } from '#engine/datasets/index.ts';
import { readRegularFile } from '#engine/platform/node.ts';
import { createDataReading } from '#main/dataProcess/dataReading.ts';
import { temporaryFolder } from '#test/support/cli.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(async () => {
  folder = temporaryFolder();
  for (const [i, name] of ['a', 'b'].entries()) {
    mkdirSync(join(folder.path, 'data', name), { recursive: true });
    for (let n = 0; n < 3; n++) {
      writeFileSync(join(folder.path, 'data', name, `${n}.png`), await square(100 * i + n));
    }
  }
});
afterEach(() => folder.remove());

const square = (value: number): Promise<Buffer> =>
  sharp({ create: { width: 4, height: 4, channels: 3, background: { r: value, g: 0, b: 0 } } })
    .png()
    .toBuffer();

async function prepare(reading = createDataReading()) {
  const { path } = await reading.prepare({
    source: 'images:data',
    options: {},
    access: { folder: folder.path, allowed: [] },
    folder: join(folder.path, 'prepared'),
  });
  const { table } = readColumnFile(await readRegularFile(path), path);
  const reds = Array.from({ length: table.count }, (_, row) => table.columns[0]?.stored[row * 48]);
  return { table, reds, madeAt: statSync(path).ino };
}

test('once, then found again; anew when a picture comes, goes or changes', async () => {
  const first = await prepare();
  expect(first.reds).toEqual([0, 1, 2, 100, 101, 102]);
  expect(first.table.columns[1]?.stored).toEqual(Int32Array.of(0, 0, 0, 1, 1, 1));
  expect((await prepare()).madeAt).toBe(first.madeAt);

  const changed = join(folder.path, 'data', 'a', '1.png');
  writeFileSync(changed, await square(50));
  utimesSync(changed, new Date(), new Date(Date.now() + 5000));
  expect((await prepare()).reds).toEqual([0, 50, 2, 100, 101, 102]);

  rmSync(changed);
  expect((await prepare()).reds).toEqual([0, 2, 100, 101, 102]);
  mkdirSync(join(folder.path, 'data', 'c'));
  writeFileSync(join(folder.path, 'data', 'c', 'x.png'), await square(7));
  expect((await prepare()).reds).toEqual([0, 2, 100, 101, 102, 7]);
});

test('without what is no file, and without links that lead out of what may be read', async () => {
  const inside = join(folder.path, 'data', 'a');
  const outside = temporaryFolder();
  try {
    writeFileSync(join(outside.path, 'secret.png'), await square(200));
    symlinkSync(join(outside.path, 'secret.png'), join(inside, 'link.png'));
    symlinkSync(join(outside.path, 'nothing.png'), join(inside, 'nowhere.png'));
    symlinkSync(join(inside, '0.png'), join(inside, 'own.png'));
    symlinkSync(outside.path, join(folder.path, 'data', 'z'));
    symlinkSync('/dev/zero', join(inside, 'zero.png'));
    execFileSync('mkfifo', [join(inside, 'pipe.png')]);
    writeFileSync(join(inside, 'text.png'), 'no picture');
    const { reds, table } = await prepare();
    expect(reds).toEqual([0, 1, 2, 0, 100, 101, 102]);
    expect(table.notes).toContain('6 files are left out.');
    expect(table.notes).toContain('It is no PNG, JPEG, WebP, TIFF or GIF: a/text.png.');
    expect(table.notes?.join(' ')).toMatch(/may be read: .*link\.png, .*nowhere\.png, .*pipe\.png/);
  } finally {
    outside.remove();
  }
});

test('not while it is changed', async () => {
  const reading = createDataReading();
  const late = join(folder.path, 'data', 'b', '9.png');
  const picture = await square(9);
  const answer = prepare(reading);
  // Folders are listed in the first moments; every picture is read twice after that.
  const timer = setInterval(() => {
    writeFileSync(late, picture);
    utimesSync(late, new Date(), new Date(Date.now() + Math.random() * 1e6));
  });
  try {
    await expect(answer).rejects.toMatchObject({ problems: [{ code: 'data.changed' }] });
  } finally {
    clearInterval(timer);
  }
});
