/** Rule: prepared samples are written as a network gets them, each with its part, and are the same numbers when read. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, describe, expect, test } from 'vitest';
import { readNpy } from '#engine/export/npy.ts';
import { DEFAULT_TRAINING } from '#engine/ir/trainingSettings.ts';
import type { WriteSamplesRequest } from '#engine/protocol/index.ts';
import { createDataReading } from '#main/dataProcess/dataReading.ts';
import { csvFile } from '#main/dataProcess/samples/csvFile.ts';
import { askCli, runCli, temporaryFolder } from '../support/cli.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const at = (name: string): string => join(folder.path, name);
const reading = createDataReading();

/** 40 rows: a number with a gap, a word, a name with a comma, and what is wanted. */
const ROWS = Array.from({ length: 40 }, (_, i) => {
  const [age, town] = [i === 3 ? '' : 20 + (i % 30) + 0.1, i % 3 === 0 ? 'Rye, East' : 'Hove'];
  return `${age},"${town}",${i % 2 === 0 ? 'yes' : 'no, "never"'.replaceAll('"', '')}`;
});
writeFileSync(
  at('people.csv'),
  ['age,town,stays', ...ROWS.map((row) => row.replace(/no, never$/, '"no, never"')), ''].join('\n'),
);

async function written(
  source: string,
  format: WriteSamplesRequest['format'],
  options: WriteSamplesRequest['options'] = {},
) {
  const path = at(`out.${format}`);
  const { split, seed } = DEFAULT_TRAINING;
  const access = { folder: null, allowed: [folder.path] };
  const facts = await reading.writeSamples({ source, options, access, split, seed, format, path });
  return { facts, bytes: readFileSync(path) };
}

describe('CSV', () => {
  test('has a column for each number, classes by their names and the part of each row', async () => {
    const recipe = [{ step: 'impute', columns: ['age'], strategy: 'constant', value: '7' }];
    const { facts, bytes } = await written(`csv:${at('people.csv')}`, 'csv', {
      ...{ target: 'stays', recipe },
    });
    const lines = bytes.toString().trimEnd().split('\n');
    expect(lines[0]).toBe('age,"town=Rye, East",stays,split');
    expect(lines).toHaveLength(41);
    expect(facts).toEqual({ numbers: 3, train: 32, validation: 4, test: 4, leftOut: 0 });
    const parts = lines.slice(1).map((line) => line.split(',').at(-1));
    expect(parts.filter((part) => part === 'train')).toHaveLength(32);
    expect(lines[1]).toMatch(/^20\.1,1,yes,/);
    expect(lines[2]).toMatch(/^21\.1,0,"no, never",/);
    expect(lines[4]).toMatch(/^7,1,/);
  });

  test('what is predicted is in the own numbers of the file', async () => {
    const prices = Array.from({ length: 30 }, (_, i) => `${i},${1000.5 * i}`);
    writeFileSync(at('prices.csv'), ['size,price', ...prices, ''].join('\n'));
    const { bytes } = await written(`csv:${at('prices.csv')}`, 'csv', {
      ...{ target: 'price', targetScale: 500 },
    });
    const lines = bytes.toString().trimEnd().split('\n');
    expect(lines.slice(1).map((line) => line.split(',').slice(0, 2).join())).toEqual(prices);
  });

  test('is refused for samples that are too wide for it', async () => {
    const names = Array.from({ length: 20_000 }, (_, i) => `x_${i}`);
    const field = { name: 'x', role: 'input', dtype: 'f32', shape: [20_000] } as const;
    const read = () => Promise.resolve(new Float32Array(20_000));
    const columns = [{ field, dtype: 'f32', names, dividedBy: 1 } as const];
    const file = csvFile({ count: 1, columns, parts: new Uint8Array(1), read });
    await expect(file.next()).rejects.toThrow(/too many for CSV/);
  });
});

describe('NumPy archive', () => {
  test('has an array of each field in its shape, the parts and the names of classes', async () => {
    const { facts, bytes } = await written('digits', 'npz', { count: 50 });
    const files = unzipSync(bytes);
    expect(new Set(Object.keys(files))).toEqual(
      new Set(['image.npy', 'label.npy', 'classes_of_label.txt', 'split.npy']),
    );
    const array = (name: string) => readNpy(files[name] ?? new Uint8Array(), name);
    expect(array('image.npy').shape).toEqual([50, 1, 28, 28]);
    expect(array('label.npy').shape).toEqual([50]);
    const split = [...array('split.npy').data];
    expect(split.filter((part) => part === 0)).toHaveLength(facts.train);
    expect(split.filter((part) => part === 1)).toHaveLength(facts.validation);
    expect(new TextDecoder().decode(files['classes_of_label.txt']).split('\n')).toHaveLength(10);
  });
});

test('the command writes it, and not over what is there', async () => {
  mkdirSync(at('home'));
  const args = ['datasets', 'prepare', at('people.csv'), '--target', 'stays', '--out', at('p.csv')];
  const first = await runCli(at('home'), ...args);
  expect(first.stderr).toBe('');
  expect(first.stdout).toContain('3 numbers a sample');
  expect(readFileSync(at('p.csv'), 'utf8')).toContain('town=Rye, East');
  const second = await askCli(at('home'), ...args);
  expect([second.code, second.stderr]).toEqual([1, expect.stringContaining('samples.exists')]);
  const again = await askCli(at('home'), ...args, '--force', '--seed', '3', '--json');
  expect(JSON.parse(again.stdout)).toMatchObject({ path: at('p.csv'), numbers: 3, train: 31 });
  const other = await askCli(at('home'), ...args.slice(0, -1), at('p.parquet'));
  expect(other.stderr).toContain('samples.format');
  expect(existsSync(at('p.parquet'))).toBe(false);
});

test('a table that is larger than what may be held gives the same rows', async () => {
  const rows = Array.from(
    { length: 40_000 },
    (_, i) => `${i},${(i * 7919) % 1000},${i % 3 === 0 ? 'no' : 'yes'}`,
  );
  writeFileSync(
    at('large.csv'),
    ['id,x,y', ...rows.map((row) => `${row.padEnd(30)}`), ''].join('\n'),
  );
  const args = [
    'datasets',
    'prepare',
    at('large.csv'),
    '--target',
    'y',
    '--data-option',
    'rowNames=keep',
  ];
  mkdirSync(at('home2'));
  const linesOf = async (name: string): Promise<readonly string[]> => {
    const { code, stderr } = await askCli(at('home2'), ...args, '--out', at(name));
    expect([code, stderr]).toEqual([0, '']);
    return readFileSync(at(name), 'utf8').split('\n');
  };
  const held = await linesOf('held.csv');
  process.env['NETLOOM_RESIDENT_MB'] = '1';
  const streamed = await linesOf('streamed.csv').finally(
    () => delete process.env['NETLOOM_RESIDENT_MB'],
  );
  expect(streamed[0]).toBe('id,x,y,split');
  expect(streamed.slice(0, 100)).not.toEqual(held.slice(0, 100));
  expect(streamed.toSorted()).toEqual(held.toSorted());
});
