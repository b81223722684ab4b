/**
 * Rule: of a table that nobody said anything of, the target is guessed by its name, columns that only
 * number the rows are no features, and what was decided is told; what cannot be read says what to do.
 */
import { describe, expect, it } from 'vitest';
import type { SourceOptions } from '#engine/datasets/index.ts';
import { cpuSeconds } from '#test/support/cpuSeconds.ts';
import { loadTables, tableFiles } from '#test/support/tableFiles.ts';
import { problemOf } from '#test/support/problems.ts';

const load = (text: string, options: SourceOptions = {}) =>
  loadTables('csv:t.csv', options, tableFiles({ 't.csv': text }));
const report = async (text: string, options: SourceOptions = {}) => {
  const { report: found } = await load(text, options);
  if (!found) throw new Error('no report');
  return {
    target: found.target?.name,
    guessed: found.target?.guessed,
    features: found.features.map(({ name }) => name),
    leftOut: found.leftOut.map(({ name, reason }) => `${name}: ${reason}`),
  };
};
/** A header and forty rows of it, `(row) => cells`. */
const table = (header: string, cells: (row: number) => readonly unknown[]): string =>
  [header, ...Array.from({ length: 40 }, (_, row) => cells(row).join(','))].join('\n');

describe('the target nobody chose', () => {
  it.each([
    ['PassengerId,Survived,Pclass,Embarked', 'Survived'],
    ['a,Class,b', 'Class'],
    ['y,x1,x2', 'y'],
    ['UDI,Machine failure,TWF,RNF', 'Machine failure'],
    ['longitude,median_house_value,ocean', 'median_house_value'],
    ['a,income_class,b', 'income_class'],
  ])('of %s is %s, by its name', async (header, name) => {
    const text = table(header, (row) => header.split(',').map((_, i) => (row * (i + 3)) % 7));
    expect(await report(text)).toMatchObject({ target: name, guessed: 'by its name' });
  });

  it('is the last column where no name says it', async () => {
    const text = table('a,b,c', (row) => [row % 5, row % 3, row % 2]);
    expect(await report(text)).toMatchObject({
      target: 'c',
      guessed: 'because it is the last column',
    });
    expect((await report(text, { target: 'b' })).guessed).toBeUndefined();
  });

  it.each<[why: string, name: string, cell: (row: number) => unknown]>([
    ['it holds text, 40 different values', 'words', (row) => `w${row}`],
    ['it holds dates', 'seen', (row) => `20${10 + row}-01-02`],
    ['it says the same in every row', 'unit', () => 3],
    ['30 of 40 cells are empty', 'rare', (row) => (row % 4 === 0 ? row : '')],
    ['it is empty', 'none', () => ''],
    ['it is called an id', 'shop_id', (row) => row % 9],
    ['it says the same in every row', 'target', () => 'yes'],
  ])('is none of which can be said: %s', async (why, name, cell) => {
    const text = table(`a,b,c,${name}`, (row) => [row % 5, row % 7, row % 2, cell(row)]);
    expect(await report(text)).toMatchObject({
      target: 'c',
      guessed: `because it is the last column that can be predicted (${name}: ${why})`,
    });
  });

  it('is no column that is something else', async () => {
    const text = table('a,b,c,label', (row) => [row % 5, row % 7, row % 2, row % 3]);
    expect((await report(text, { ignore: 'label' })).target).toBe('c');
    expect((await report(text, { ignore: 'label', group: 'c' })).target).toBe('b');
  });
});

describe('columns that name the rows', () => {
  const machine = table('UDI,Product ID,Type,Torque,Machine failure', (row) => [
    row + 1,
    `M${1000 + row}`,
    'LMH'[row % 3],
    row * 0.7,
    row % 2,
  ]);
  it('are left out, and that is said', async () => {
    expect(await report(machine)).toEqual({
      target: 'Machine failure',
      guessed: 'by its name',
      features: ['Type', 'Torque'],
      leftOut: ['UDI: it names the rows', 'Product ID: it names the rows'],
    });
  });
  it('stay where one asks for them', async () => {
    expect((await report(machine, { rowNames: 'keep' })).features).toContain('UDI');
  });
  it('are found without a name: a first column that counts from 0 or 1', async () => {
    const text = table(',a,y', (row) => [row, row % 5, row % 2]);
    expect((await report(text)).features).toEqual(['a']);
    expect((await report(table('n,a,y', (row) => [row + 1, row % 5, row % 2]))).features).toEqual([
      'a',
    ]);
  });
  it('are not seen in the only feature, in years, or in numbers that count otherwise', async () => {
    expect((await report(table('x,y', (row) => [row, row * 1.5]))).features).toEqual(['x']);
    expect(
      (await report(table('year,a,y', (row) => [row + 1, row % 5, row * 1.5]))).features,
    ).toEqual(['year', 'a']);
    expect(
      (await report(table('dose,a,y', (row) => [row * 2, row % 5, row * 1.5]))).features,
    ).toEqual(['dose', 'a']);
  });
});

describe('what was asked for', () => {
  const codes = table('a,code', (row) => [row % 5, 100 + row]);
  it('is obeyed: classes where there are many of them, with a warning', async () => {
    expect((await load(codes, { target: 'code' })).columns[1]?.field.role).toBe('target');
    const asked = await load(codes, { target: 'code', targetKind: 'classification' });
    expect(asked.columns[1]?.field.classes).toBe(40);
    expect(asked.notes?.join(' ')).toContain('40 classes in 40 rows');
  });
  it('has a limit, which is said', async () => {
    const many = ['a,code', ...Array.from({ length: 2001 }, (_, row) => `1,${row}`)].join('\n');
    const problem = await problemOf(() => load(many, { targetKind: 'classification' }));
    expect(problem.code).toBe('csv.too-many-classes');
    expect(problem.explanation).toContain('1000');
  });
  it('lines before the table are skipped, and counted in places', async () => {
    const text = 'made by hand\nunits, none, at all\na,b\n1,2\n3,x\n'.concat('5,6\n'.repeat(20));
    expect((await load(text.replace('x', '4'), { skipRows: 2 })).count).toBe(22);
    const headless = text.replace('x', '4').replace('a,b\n', '');
    expect((await load(headless, { skipRows: 2, header: 'no' })).count).toBe(22);
    const problem = await problemOf(() => load(text, { skipRows: 2, target: 'a' }));
    expect(problem.path).toBe('t.csv, line 5, column 2 (b)');
  });
  it('quotes that are letters are read as letters', async () => {
    const text = table('size,kind', (row) => [`${row}`, row % 2 ? '"a" b' : '5" c']);
    const problem = await problemOf(() => load(text));
    expect(problem).toMatchObject({ code: 'csv.quotes', path: 't.csv, line 3' });
    expect(problem.explanation).toContain('"quotes" to none');
    expect((await load(text, { quotes: 'none' })).columns[1]?.field.classNames).toEqual([
      '"a" b',
      '5" c',
    ]);
  });
});

describe('text', () => {
  const sentences = table('review,score', (row) => [`sentence number ${row} of all`, row % 2]);
  it('is said to be text, where nothing else is a feature', async () => {
    const problem = await problemOf(() => load(sentences));
    expect(problem).toMatchObject({ code: 'csv.text-column' });
    expect(problem.message).toContain('review holds text');
    expect(problem.explanation).toContain('text:FILE takes a column of texts');
  });
  it('is left out with a note where there are other features', async () => {
    const text = sentences.replaceAll(/\n/g, '\n7,').replace('review', 'n,review');
    const { notes } = await load(text);
    expect(notes?.join(' ')).toContain(
      'Column review is left out: it holds text, 40 different values.',
    );
  });
  it('is no class, and that is said', async () => {
    const problem = await problemOf(() => load(sentences, { target: 'review' }));
    expect(problem.code).toBe('csv.text-column');
    expect(problem.explanation).toMatch(/Choose another column/);
  });
});

describe('many columns', () => {
  it('of one name get their numbers', async () => {
    const { report: found } = await load('a,a,a (2),a,b\n1,2,3,4,5\n2,3,4,5,6\n');
    expect(found?.columns).toEqual(['a', 'a (2)', 'a (2) (2)', 'a (3)', 'b']);
  });
  it.each([10_001, 1_000_000])('%i are refused before the rows are read', async (count) => {
    const line = `${Array.from({ length: count }, () => 'a').join(',')}\n`;
    const rows = `${Array.from({ length: count }, () => '1').join(',')}\n`;
    const begun = cpuSeconds();
    // Were the rows read, the last one would be too short.
    const problem = await problemOf(() => load(`${line}${rows.repeat(3)}1\n`));
    expect(problem).toMatchObject({ code: 'csv.too-many-columns' });
    expect(problem.message).toContain(`${count.toLocaleString('en-US')} columns`);
    // Measured: 0.4 for a million; naming alone took minutes.
    expect(cpuSeconds() - begun).toBeLessThan(20);
  });
  it('1,000 of one name are read', async () => {
    // In 31 blocks, and a part of one.
    const line = (cell: string) => Array.from({ length: 1000 }, () => cell).join(',');
    expect(
      (await load(`${line('a')}\n${line('1')}\n${line('2.5')}\n`)).columns[0]?.field.shape,
    ).toEqual([999]);
  });
});
