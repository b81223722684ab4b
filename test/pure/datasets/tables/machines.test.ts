/** Rule: the table of machines holds the traps that its README names. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const PATH = resolve(
  import.meta.dirname,
  '..',
  '..',
  '..',
  '..',
  'resources',
  'data',
  'machines.csv',
);
const [header = '', ...lines] = readFileSync(PATH, 'utf8').trimEnd().split('\n');
const names = header.split(',');
const column = (name: string): readonly string[] =>
  lines.map((line) => line.split(',')[names.indexOf(name)] ?? '?');
const share = (values: readonly string[], is: (value: string) => boolean): number =>
  values.filter(is).length / values.length;

test('the table of machines has its traps', () => {
  const failed = column('failed');
  expect(share(failed, (each) => each === '1')).toBeGreaterThan(0.05);
  expect(share(failed, (each) => each === '1')).toBeLessThan(0.15);
  expect(column('repair_hours').map((each) => (Number(each) > 0 ? '1' : '0'))).toEqual(failed);
  expect(share(column('temperature_k'), (each) => each === '')).toBeGreaterThan(0.05);
  expect(share(column('torque_nm'), (each) => each === '')).toBeGreaterThan(0.02);
  expect(new Set(column('plant'))).toEqual(new Set(['Lyon']));
  expect(lines).toHaveLength(612);
  expect(new Set(lines).size).toBe(600);
  expect(new Set(column('id')).size).toBe(600);
  expect(lines.slice(600).every((line) => lines.indexOf(line) < 600)).toBe(true);
});
