/** Rule: numbers that were normalised twice are said, those of the data source pass in silence. */
import { expect, test } from 'vitest';
import { scaleNotes } from '#engine/training/predict.ts';

const PIXELS = { shift: [0], scale: [1 / 255] };

test('pixels between 0 and 1 for a network that learned from 0 to 255', () => {
  expect(scaleNotes(Float32Array.of(0, 0.5, 1), PIXELS)).toEqual([
    expect.stringContaining('numbers up to about 255'),
  ]);
});
test('numbers as the data source gives them', () => {
  expect(scaleNotes(Float32Array.of(0, 128, 255), PIXELS)).toEqual([]);
  expect(scaleNotes(Float32Array.of(0, 0.5, 1), { shift: [0.2], scale: [1.3] })).toEqual([]);
  expect(scaleNotes(Float32Array.of(0, 0.5, 1), null)).toEqual([]);
});
