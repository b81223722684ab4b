/**
 * Rule: `predict` takes pictures as the run took its own: decoded to its size, answered by the names of its classes
 * with their probabilities, the same to the bit as for the pixels themselves; what is damaged is named.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeNpy } from '#engine/export/npy.ts';
import { askCli, example, runCli, temporaryFolder } from '#test/support/cli.ts';

const SIZE = 8;
const folder = temporaryFolder();
afterAll(() => folder.remove());
const home = join(folder.path, 'home');
const shots = join(folder.path, 'shots');

/** Bright to the left or to the right, a little different each time. */
function pixels(isRight: boolean, n: number): Uint8Array {
  return Uint8Array.from({ length: SIZE * SIZE * 3 }, (_, i) => {
    const column = Math.floor(i / 3) % SIZE;
    const isBright = column >= SIZE / 2 === isRight;
    return (isBright ? 200 : 20) + ((i * 7 + n * 13) % 40);
  });
}
const png = (data: Uint8Array, size = SIZE): Promise<Buffer> =>
  sharp(data, { raw: { width: size, height: size, channels: 3 } })
    .png()
    .toBuffer();

beforeAll(async () => {
  for (const [at, name] of ['left', 'right'].entries()) {
    mkdirSync(join(folder.path, 'data', name), { recursive: true });
    for (let n = 0; n < 20; n++) {
      const file = join(folder.path, 'data', name, `${n}.png`);
      writeFileSync(file, await png(pixels(at === 1, n)));
    }
  }
  mkdirSync(shots);
  writeFileSync(join(shots, '2.png'), await png(pixels(true, 77)));
  writeFileSync(join(shots, '10.png'), await png(pixels(false, 78)));
  const large = sharp(await png(pixels(true, 5))).resize(40, 40, { kernel: 'nearest' });
  writeFileSync(join(shots, '11.jpg'), await large.jpeg().toBuffer());
  const trained = await askCli(
    home,
    ...['train', example('digits-mlp'), '--data', `images:${join(folder.path, 'data')}`],
    ...['--epochs', '30', '--run-name', 'sides'],
  );
  expect(trained.stderr + trained.stdout).not.toContain('error');
  expect(trained.code).toBe(0);
});

test('one picture: the same numbers as for its pixels, beside the names of the classes', async () => {
  const asked = await runCli(home, 'predict', 'sides', '--input', join(shots, '2.png'), '--json');
  expect(asked.stderr).toBe('');
  const told = JSON.parse(asked.stdout) as Told;
  expect(told.target).toBe('label');
  expect(told.classes).toEqual(['left', 'right']);
  // The network has room for ten classes, the data has two.
  expect(told.answers.names.slice(0, 5)).toEqual([
    ...['picture', 'predicted label', 'p(left)', 'p(right)', 'p(2)'],
  ]);
  expect(told.answers.rows[0]?.slice(0, 2)).toEqual(['2.png', 'right']);

  const raw = pixels(true, 77);
  const first = Float32Array.from({ length: raw.length }, (_, i) => {
    const [channel, place] = [Math.floor(i / (SIZE * SIZE)), i % (SIZE * SIZE)];
    return raw[place * 3 + channel] ?? 0;
  });
  const array = join(folder.path, 'same.npy');
  writeFileSync(array, writeNpy({ shape: [1, 3, SIZE, SIZE], data: first }));
  const same = await askCli(home, 'predict', 'sides', '--input', array, '--json');
  expect((JSON.parse(same.stdout) as Told).outputs).toEqual(told.outputs);
});

test('a folder: in the order of the names, what is damaged left out and said', async () => {
  writeFileSync(join(shots, '3.png'), readFileSync(join(shots, '2.png')).subarray(0, 60));
  writeFileSync(join(shots, 'notes.txt'), 'not a picture');
  const output = join(folder.path, 'out.csv');
  const { code, stderr } = await askCli(
    home,
    ...['predict', 'sides', '--input', shots, '--output', output],
  );
  expect(code).toBe(0);
  expect(stderr).toMatch(/3\.png is left out: .*decoded/);
  const lines = readFileSync(output, 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => line.split(',').slice(0, 2).join())).toEqual([
    'picture,predicted label',
    ...['2.png,right', '10.png,left', '11.jpg,right'],
  ]);

  const alone = await askCli(home, 'predict', 'sides', '--input', join(shots, '3.png'));
  expect(alone.code).toBe(1);
  expect(alone.stderr).toMatch(/picture\.damaged.*3\.png/s);
});

test('a network that takes no pictures says what it takes', async () => {
  const trained = await askCli(
    home,
    ...['train', example('moons'), '--epochs', '1', '--run-name', 'points'],
  );
  expect(trained.code).toBe(0);
  const { code, stderr } = await askCli(
    home,
    ...['predict', 'points', '--input', join(shots, '2.png')],
  );
  expect(code).toBe(1);
  expect(stderr).toMatch(/predict\.no-pictures.*points of 2|takes .* of 2/s);
});

interface Told {
  readonly outputs: readonly { readonly name: string; readonly data: readonly number[] }[];
  readonly target: string;
  readonly classes: readonly string[];
  readonly answers: {
    readonly names: readonly string[];
    readonly rows: readonly (readonly string[])[];
  };
}
