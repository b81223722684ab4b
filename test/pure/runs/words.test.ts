/** Rule: figures, differences and settings are written as precisely as they tell, in the unit of what they are of. */
import { expect, test } from 'vitest';
import type { JsonValue } from '#engine/ir/attrs.ts';
import {
  apartUnit,
  apartWords,
  chanceWords,
  figureWords,
  settingText,
  spentText,
  trainingSeconds,
} from '#engine/runs/words.ts';

test.each<readonly [key: string, value: number, text: string]>([
  ['accuracy', 0.97312, '97.31%'],
  ['loss', 0.0278123, '0.02781'],
  ['psnr', 31.25, '31.25 dB'],
  ['samplesPerSecond', 4812.3, '4,812'],
  ['learningRate', 0.001, '1e−3'],
  ['memoryUse', 63_000_000, '63 MB'],
  ['augmentMs', 12.5, '12.50 ms'],
  ['cpuUse', 1.95, '195.00%'],
])('%s %d reads %s', (key, value, text) => expect(figureWords(key, value)).toBe(text));

test('how far apart: in points, in decibels or plainly, each as precise as the largest needs', () => {
  expect(apartWords('accuracy', [0.0123, -0.001])).toEqual(['1.2', '−0.1']);
  expect(apartWords('accuracy', [0.2, 0.001])).toEqual(['20.0', '0.1']);
  expect(apartWords('loss', [0.0123, NaN])).toEqual(['0.012', 'NaN']);
  expect(apartWords('loss', [12, 3])).toEqual(['12', '3']);
  expect(apartWords('loss', [0, 0])).toEqual(['0', '0']);
  expect(apartWords('loss', [1e-20])).toEqual(['0.000000000000']);
  expect(['accuracy', 'cpuUse', 'psnr', 'loss'].map(apartUnit)).toEqual([
    ...[' points', ' points', ' dB', ''],
  ]);
});

test.each<readonly [p: number, text: string]>([
  [0.00099, '1e−3'],
  [0.0004, '4e−4'],
  [0.001, '0.001'],
  [0.0994, '0.099'],
  [0.1, '0.10'],
  [0.5, '0.50'],
])('a chance of %d reads %s', (p, text) => expect(chanceWords(p)).toBe(text));

test.each<readonly [value: JsonValue | undefined, text: string]>([
  [undefined, '–'],
  [null, 'off'],
  [true, 'yes'],
  [false, 'no'],
  ['Adam', 'Adam'],
  [300_000, '300000'],
  [0.00012345678, '1.23457e-4'],
  [0.25, '0.25'],
  [{}, 'none'],
  [[], 'none'],
  [[3, 3], '3 × 3'],
  [['a', 2], 'a, 2'],
  [{ a: 1 }, '{"a":1}'],
  [
    [
      { step: 'rotate', degrees: 15 },
      { step: 'flip', off: true },
    ],
    'rotate (degrees 15), flip (off)',
  ],
  [[{ step: 'flip' }, { a: 1 }, null, [1]], 'flip, {"a":1}, off, 1'],
])('the setting %o reads %s', (value, text) => expect(settingText(value)).toBe(text));

test('what training took is told only where somebody here knows', () => {
  const trained = { progress: { state: 'finished', elapsedMs: 1500, samplesPerSecond: 10 } };
  const imported = { progress: { state: 'imported' } };
  type Run = Parameters<typeof trainingSeconds>[0];
  expect(trainingSeconds(trained as Run)).toBe(1.5);
  expect(trainingSeconds(imported as Run)).toBeNull();
  expect(spentText(trained as Run, ({ elapsedMs }) => `${elapsedMs}`)).toBe('1500');
  expect(spentText(imported as Run, () => 'never')).toBe('–');
});
