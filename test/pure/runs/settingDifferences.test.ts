/** Rule: runs differ in the settings that are not the same in all of them, by name, path and values. */
import { expect, test } from 'vitest';
import { settingDifferences } from '#engine/runs/index.ts';

const run = (settings: Readonly<Record<string, number | string | null | readonly number[]>>) => ({
  settings: settings as never,
});
const BASE = { act: 'ReLU', 'conv.kernel': [3, 3], 'training.optimizer.lr': 1e-3, 'fc1.p': 0.5 };

test('what is the same in all is left out; what people have a short name for has it', () => {
  const runs = [run(BASE), run({ ...BASE, 'training.optimizer.lr': 1e-2 })];
  expect(settingDifferences(runs)).toEqual([
    { name: 'lr', path: 'training.optimizer.lr', values: [1e-3, 1e-2] },
  ]);
  expect(settingDifferences([run(BASE), run(BASE)])).toEqual([]);
  expect(settingDifferences([run(BASE)])).toEqual([]);
  expect(settingDifferences([])).toEqual([]);
});

test('a list is the same as one of the same members, and off is another value', () => {
  expect(settingDifferences([run(BASE), run({ ...BASE, 'conv.kernel': [3, 3] })])).toEqual([]);
  expect(settingDifferences([run({ ...BASE, clip: 1 }), run({ ...BASE, clip: null })])).toEqual([
    { name: 'clip', path: 'clip', values: [1, null] },
  ]);
});

test('what a run has not is null, and stands where the others have it', () => {
  const { act, ...rest } = BASE;
  const longer = { act, bn: 'BatchNorm1d', ...rest };
  expect(settingDifferences([run(BASE), run(longer), run(rest)])).toEqual([
    { name: 'act', path: 'act', values: ['ReLU', 'ReLU', null] },
    { name: 'bn', path: 'bn', values: [null, 'BatchNorm1d', null] },
  ]);
});

test('on demand all are listed, and ignored ones never: by path, short name or what is above them', () => {
  const other = run({ ...BASE, 'training.optimizer.lr': 1, 'fc1.p': 0, act: 'Tanh' });
  const names = (options?: Parameters<typeof settingDifferences>[1]) =>
    settingDifferences([run(BASE), other], options).map(({ name }) => name);
  expect(names()).toEqual(['act', 'lr', 'fc1.p']);
  expect(names({ ignored: ['lr', 'fc1.*'] })).toEqual(['act']);
  expect(names({ ignored: ['training.optimizer.lr', 'act'] })).toEqual(['fc1.p']);
  expect(names({ all: true })).toEqual(['act', 'conv.kernel', 'lr', 'fc1.p']);
});
