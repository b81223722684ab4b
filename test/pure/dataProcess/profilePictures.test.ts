/** Rule: pictures are counted by class and part, measured by channel, and near copies in two parts are found. */
import { expect, test } from 'vitest';
import type { DataTable } from '#engine/datasets/index.ts';
import { profilePictures } from '#main/dataProcess/profile/profilePictures.ts';

const SIDE = 12;
const COUNT = 60;

/** Pictures of a bright square each, elsewhere for every row; the last one is the first again, as another class. */
function pictures(): DataTable {
  const stored = new Uint8Array(COUNT * SIDE * SIDE);
  for (let row = 0; row < COUNT; row++) {
    const from = row === COUNT - 1 ? 0 : row;
    for (let at = 0; at < SIDE * SIDE; at++) {
      stored[row * SIDE * SIDE + at] = Math.floor(
        255 * Math.abs(Math.sin(1 + at * (from + 1) * 0.37)),
      );
    }
  }
  return {
    count: COUNT,
    testStart: 50,
    fingerprint: 'x',
    columns: [
      { field: { name: 'image', role: 'input', dtype: 'f32', shape: [1, SIDE, SIDE] }, stored },
      {
        field: {
          name: 'label',
          role: 'label',
          dtype: 'i32',
          shape: [],
          classes: 2,
          classNames: ['a', 'b'],
        },
        stored: Int32Array.from({ length: COUNT }, (_, row) => row % 2),
      },
    ],
  };
}

test('pictures have a profile', async () => {
  const profile = await profilePictures(pictures(), { split: { validation: 0, test: 0 }, seed: 1 });
  if (!profile) throw new Error('no pictures');
  expect(profile.shape).toEqual([1, SIDE, SIDE]);
  expect(profile.classes.map(({ name, parts }) => [name, parts])).toEqual([
    ['a', { train: 25, validation: 0, test: 5 }],
    ['b', { train: 25, validation: 0, test: 5 }],
  ]);
  expect(profile.classes[0]?.samples).toEqual([0, 2, 4, 6, 8, 10, 12]);
  expect(profile.duplicates).toMatchObject([
    { rows: [0, COUNT - 1], parts: ['train', 'test'], classes: ['a', 'b'] },
  ]);
  expect(profile.duplicatesBetweenParts).toBe(1);
  expect(profile.findings.map(({ code }) => code)).toEqual([
    'profile.duplicate-pictures',
    'profile.labels-differ',
  ]);
  const named = [...profile.classes.flatMap(({ samples }) => samples), 0, COUNT - 1];
  expect(profile.pictures.map(({ row }) => row)).toEqual([...new Set(named)]);
  expect(profile.pictures[0]?.pixels).toHaveLength(SIDE * SIDE);
});

test('channels are measured over training pictures', async () => {
  const table = pictures();
  const pixels = Float64Array.from(table.columns[0]?.stored ?? []).subarray(0, 50 * SIDE * SIDE);
  const mean = pixels.reduce((sum, level) => sum + level / 255, 0) / pixels.length;
  const profile = await profilePictures(table, { split: { validation: 0, test: 0 }, seed: 1 });
  const [channel] = profile?.channels ?? [];
  expect(channel?.mean).toBeCloseTo(mean, 10);
  expect(channel?.histogram.reduce((a, b) => a + b, 0)).toBe(pixels.length);
});

test('what is no picture has no such profile', async () => {
  const { columns, ...rest } = pictures();
  expect(await profilePictures({ ...rest, columns: columns.slice(1) }, {})).toBeNull();
});
