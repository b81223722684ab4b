/** Mask: hides one rectangle or random pixels of each image, in all its channels, in both modes. */
import { expect, test } from 'vitest';
import {
  advice,
  gradientFailures,
  infer,
  refusal,
  runLayer,
  type,
} from '#test/support/layerCase.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const SIDE = 8;
const WHITE = tensor([5, 2, SIDE, SIDE], Array<number>(5 * 2 * SIDE * SIDE).fill(1));
const images = (attrs: Record<string, string | number | number[]>) => {
  const [values = []] = runLayer({ type: 'Mask', attrs, inputs: [WHITE] }).outputs;
  const size = SIDE * SIDE;
  return Array.from({ length: 10 }, (_, i) => values.slice(i * size, (i + 1) * size));
};

test('takes images and keeps their shape', () => {
  expect(infer('Mask', [type('N', 3, 28, 28)])).toEqual([['N', 3, 28, 28]]);
  expect(refusal('Mask', [type('N', 784)]).code).toBe('shape.needs-image');
});
test('hides one rectangle of the size asked for, the same in every channel', () => {
  const all = images({ size: [3, 4] });
  for (const [i, image] of all.entries()) {
    const hidden = [...image.keys()].filter((pixel) => image[pixel] === 0);
    expect(hidden).toHaveLength(12);
    const rows = new Set(hidden.map((pixel) => Math.floor(pixel / SIDE)));
    const columns = new Set(hidden.map((pixel) => pixel % SIDE));
    expect([rows.size, columns.size]).toEqual([3, 4]);
    if (i % 2 === 1) expect(image).toEqual(all[i - 1]);
  }
  expect(new Set(all.map((image) => image.join(''))).size).toBeGreaterThan(1);
});
test('hides a share of the pixels', () => {
  const pixels = images({ kind: 'pixels', amount: 0.25 }).flat();
  expect(pixels.filter((value) => value === 0).length / pixels.length).toBeCloseTo(0.25, 1);
});
test('says when nothing is left to see', () => {
  const [problem] = advice('Mask', [type('N', 1, 8, 8)], { attrs: { size: [8, 9] } });
  expect(problem?.code).toBe('noise.mask-hides-all');
  expect(advice('Mask', [type('N', 1, 8, 8)], { attrs: { size: [7, 9] } })).toEqual([]);
});
test.each(['rectangle', 'pixels'])('gradient (%s)', (kind) => {
  const inputs = [uniformTensor([2, 2, 4, 4])];
  expect(gradientFailures({ type: 'Mask', attrs: { kind, size: [2, 2] }, inputs })).toEqual([]);
});
