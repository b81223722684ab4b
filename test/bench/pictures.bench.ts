/**
 * Folders of pictures, read, decoded and cropped to a size, beside Pillow on one core (`PYTHON` with Pillow and
 * NumPy), taking turns: pictures per second of processor time, all threads together. Pillow is timed as data loaders
 * use it, and with `draft`, which few use: it decodes JPEGs smaller. Prints, asserts nothing of speed.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { loadData } from '#engine/datasets/index.ts';
import { dataFiles } from '#engine/platform/nodeFiles.ts';
import { createPictureDecoder } from '#main/dataProcess/pictures/sharpDecoder.ts';
import { temporaryFolder } from '../support/cli.ts';
import { photo } from '../support/photos.ts';
import { findPython } from '../support/python.ts';

const ROUNDS = 3;
const folder = temporaryFolder();
afterAll(() => folder.remove());
const python = findPython(['PIL', 'numpy']);
const pictures = createPictureDecoder();

const PILLOW = `
import sys, glob, time
import numpy as np
from PIL import Image, ImageOps
folder, size, draft = sys.argv[1], int(sys.argv[2]), sys.argv[3] == 'draft'
paths = sorted(glob.glob(folder + '/*/*'))
start = time.process_time()
for path in paths:
    image = Image.open(path)
    if draft: image.draft('RGB', (size, size))
    image = ImageOps.exif_transpose(image).convert('RGB')
    np.asarray(ImageOps.fit(image, (size, size), Image.BILINEAR)).transpose(2, 0, 1).copy()
print(len(paths) / (time.process_time() - start))
`;

it.each([
  ['32x32 PNG to 32', 32, 32, 'png', 32, 2000],
  ['32x32 PNG to 28', 32, 32, 'png', 28, 1000],
  ['100x75 JPEG to 64', 100, 75, 'jpeg', 64, 1000],
  ['128x96 JPEG to 64', 128, 96, 'jpeg', 64, 1000],
  ['500x375 JPEG to 64', 500, 375, 'jpeg', 64, 300],
  ['500x375 JPEG to 224', 500, 375, 'jpeg', 224, 300],
  ['500x375 PNG to 64', 500, 375, 'png', 64, 100],
  ['500x375 WebP to 64', 500, 375, 'webp', 64, 100],
  ['4000x3000 JPEG to 224', 4000, 3000, 'jpeg', 224, 12],
] as const)('%s', async (name, width, height, format, size, count) => {
  const here = join(folder.path, name.replaceAll(' ', '-'));
  mkdirSync(join(here, 'a'), { recursive: true });
  for (let i = 0; i < count; i++) {
    const file = join(here, 'a', `${i}.${format}`);
    const made = await photo(width, height, 1 + (i % 100));
    writeFileSync(file, await made.toFormat(format, { quality: 90 }).toBuffer());
  }
  const files = dataFiles({ folder: here, allowed: [] });
  const options = { height: size, channels: 'colour' };
  const figures = { netloom: [] as number[], wall: [] as number[] };
  const pillow = { plain: [] as number[], draft: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    const [from, cpu] = [performance.now(), process.cpuUsage()];
    const table = await loadData('images:.', options, files, undefined, { pictures });
    const used = process.cpuUsage(cpu);
    expect(table.count).toBe(count);
    figures.netloom.push(count / ((used.user + used.system) / 1e6));
    figures.wall.push(count / ((performance.now() - from) / 1e3));
    if (!python) continue;
    for (const way of ['plain', 'draft'] as const) {
      const { stdout } = spawnSync(python, ['-c', PILLOW, here, String(size), way]);
      pillow[way].push(Number(String(stdout)));
    }
  }
  const best = (values: readonly number[]) => Math.round(Math.max(...values));
  const beside = python
    ? `Pillow ${best(pillow.plain)}, with draft ${best(pillow.draft)} per CPU second`
    : 'no Pillow';
  console.log(
    `${name.padEnd(24)} ${best(figures.netloom)} per CPU second, ${best(figures.wall)} per second; ${beside}`,
  );
});
