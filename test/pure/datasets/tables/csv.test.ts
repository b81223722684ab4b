/** CSV files: what is recognised by itself, what options change, and everything that can be wrong. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { DataTable } from '#engine/datasets/index.ts';
import { parseDate, parseNumber } from '#engine/datasets/table/values.ts';
import type { JsonValue } from '#engine/ir/attrs.ts';
import { InputError } from '#engine/ir/problem.ts';
import { RandomStream } from '#engine/ops/philox.ts';
import { loadTables, tableFiles } from '#test/support/tableFiles.ts';
import { problemOf } from '#test/support/problems.ts';
import { realDataset } from '#test/support/realDatasets.ts';

type Options = Readonly<Record<string, JsonValue>>;
const load = (text: string | Uint8Array, options: Options = {}): Promise<DataTable> =>
  loadTables('csv:t.csv', options, tableFiles({ 't.csv': text }));

/** Rows of a column as lists. */
function rowsOf(table: DataTable, name: string): readonly (readonly number[])[] {
  const column = table.columns.find(({ field }) => field.name === name);
  if (!column) throw new Error(`no ${name}`);
  const size = column.stored.length / table.count;
  return Array.from({ length: table.count }, (_, row) => [
    ...column.stored.slice(row * size, (row + 1) * size),
  ]);
}
const features = (table: DataTable) => rowsOf(table, 'features');
const field = (table: DataTable, name: string) =>
  table.columns.find((column) => column.field.name === name)?.field;

describe('columns', () => {
  it('become features and a label, the last column by default', async () => {
    const table = await load('a,b,kind\n1,2.5,dog\n-3,4e2,cat\n.5,6,dog\n7,8,cat\n');
    expect(features(table)).toEqual([
      [1, 2.5],
      [-3, 400],
      [0.5, 6],
      [7, 8],
    ]);
    expect(field(table, 'features')).toMatchObject({ role: 'input', shape: [2] });
    expect(field(table, 'label')).toEqual({
      name: 'label',
      role: 'label',
      dtype: 'i32',
      shape: [],
      classes: 2,
      classNames: ['cat', 'dog'],
    });
    expect(rowsOf(table, 'label')).toEqual([[1], [0], [1], [0]]);
    expect(table.notes).toEqual(['Features: a, b.']);
  });

  it('of words become categories, of two words one number', async () => {
    const text = 'sex,port,y\nmale,S,.1\nfemale,C,.2\nmale,Q,.3\n';
    const table = await load(text);
    expect(features(table)).toEqual([
      [1, 0, 0, 1],
      [0, 1, 0, 0],
      [1, 0, 1, 0],
    ]);
    expect(table.notes).toEqual(['Features: sex (female 0, male 1), port (3 categories).']);
    expect(features(await load(text, { maxCategories: 2 }))).toEqual([[1], [0], [1]]);
  });

  it('that say nothing are left out, and that is said', async () => {
    const table = await load(
      'a,same,empty,gaps,word,y\n1,x,,,p,.5\n2,x,NA,,q,.25\n3,x,,7,r,.125\n',
      {
        maxCategories: 2,
      },
    );
    expect(features(table)).toEqual([[1], [2], [3]]);
    expect(table.notes).toEqual([
      'Features: a.',
      'Column same is left out: it says the same in every row.',
      'Column empty is left out: it is empty.',
      'Column gaps is left out: 2 of 3 cells are empty.',
      'Column word is left out: it holds text, 3 different values.',
    ]);
  });

  it('of dates become years with decimals', async () => {
    const table = await load('when,y\n2000-01,1.5\n2000-07-02,2.5\n2001-01-01 12:00,3.5\n');
    const years = features(table).map(([year]) => year ?? 0);
    expect(years[0]).toBe(2000);
    expect(years[1]).toBeCloseTo(2000.498, 2);
    expect(years[2]).toBeCloseTo(2001.001, 2);
    expect(table.notes?.[0]).toBe('Features: when (as a year with decimals).');
  });

  it('can be chosen and ignored by name or number', async () => {
    const text = 'id,y,a,b\n10,x,1,2\n11,z,3,4\n12,x,5,6\n13,z,5,6\n';
    const table = await load(text, { target: 'y', ignore: 'ID' });
    expect(features(table)).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
      [5, 6],
    ]);
    const numbered = await load(text, { target: '2', ignore: '1, 4' });
    expect(features(numbered)).toEqual([[1], [3], [5], [5]]);
    const none = await load(text, { targetKind: 'none', ignore: 'y' });
    expect(none.columns.map((column) => column.field.name)).toEqual(['features']);
    expect(features(none)[0]).toEqual([10, 1, 2]);
  });
});

describe('targets', () => {
  const target = async (values: readonly (string | number)[], options: Options = {}) =>
    load(`a,y\n${values.map((value, i) => `${i},${value}`).join('\n')}`, options);

  it('of few whole numbers are classes, of others numbers', async () => {
    const digits = await target([10, 9, 10, 9, 10, 9]);
    expect(field(digits, 'label')?.classNames).toEqual(['9', '10']);
    expect(rowsOf(digits, 'label')).toEqual([[1], [0], [1], [0], [1], [0]]);
    expect(field(await target([0.5, 1.5, 0.5, 1.5]), 'target')?.shape).toEqual([1]);
    expect(field(await target([1, 2, 3, 4, 5, 6]), 'target')).toBeDefined();
    const many = Array.from({ length: 100 }, (_, i) => i % 21);
    expect(field(await target(many), 'target')).toBeDefined();
    expect(field(await target(many.map((value) => value % 20)), 'label')?.classes).toBe(20);
  });

  it('can be told what they are', async () => {
    const values = [1, 2, 1, 2, 1, 2];
    expect(field(await target(values, { targetKind: 'regression' }), 'target')).toBeDefined();
    const halves = [0.5, 1.5, 0.5, 1.5];
    const classes = await target(halves, { targetKind: 'classification' });
    expect(field(classes, 'label')?.classNames).toEqual(['0.5', '1.5']);
  });

  it('tell what they lie in, unless they are classes', async () => {
    const values = [-2.5, 1.25, 40, 7];
    expect(field(await target(values), 'target')?.range).toEqual([-2.5, 40]);
    const scaled = await target(values, { targetScale: 10 });
    expect(field(scaled, 'target')?.range).toEqual([-0.25, 4]);
    const classes = await target(values, { targetKind: 'classification' });
    expect(field(classes, 'label')).not.toHaveProperty('range');
  });

  it('are divided by the scale, and called large when they are', async () => {
    const prices = [250_000.5, 500_000.5, 125_000.5];
    const large = await target(prices);
    expect(large.notes?.at(-1)).toMatch(/y is large \(2\.92e\+5 on average\).*targetScale/);
    const scaled = await target(prices, { targetScale: 100_000 });
    expect(rowsOf(scaled, 'target')[1]?.[0]).toBeCloseTo(5, 4);
    expect(scaled.notes).toEqual(['Features: a.']);
  });

  it('that are missing drop the row', async () => {
    const table = await target([1.5, '', 2.5, 'NaN', 3.5], { missing: 'mean' });
    expect(features(table)).toEqual([[0], [2], [4]]);
    expect(table.notes?.at(-1)).toBe('2 of 5 rows are left out: they have empty cells.');
  });
});

describe('empty cells', () => {
  const text = 'a,b,y\n1,2,.5\n,4,1.5\n5,n/a,2.5\n7,8,3.5\n9,?,4.5\n';
  it('drop the row, or take the mean', async () => {
    const dropped = await load(text);
    expect(features(dropped)).toEqual([
      [1, 2],
      [7, 8],
    ]);
    expect(dropped.notes?.at(-1)).toBe('3 of 5 rows are left out: they have empty cells.');
    const filled = await load(text, { missing: 'mean' });
    expect(features(filled).map(([a]) => a)).toEqual([1, 5.5, 5, 7, 9]);
    expect(filled.columns[0]?.missing).toEqual(Int32Array.of(2, 5, 9));
  });
});

describe('the format', () => {
  const rows = [
    [1, 2.5, 0.25],
    [3, 4.5, 0.75],
    [5, 6.5, 0.5],
  ] as const;
  const reference = load('a,b,y\n1,2.5,.25\n3,4.5,.75\n5,6.5,.5\n');

  it.each([
    ['semicolons', 'a;b;y\n1;2.5;.25\n3;4.5;.75\n5;6.5;.5\n', {}],
    ['decimal commas', 'a;b;y\n1;2,5;0,25\n3;4,5;0,75\n5;6,5;0,5\n', {}],
    ['tabs', 'a\tb\ty\n1\t2.5\t.25\n3\t4.5\t.75\n5\t6.5\t.5', {}],
    ['bars', 'a|b|y\n1|2.5|.25\n3|4.5|.75\n5|6.5|.5\n', {}],
    ['spaces', 'a b y\n1 2.5 .25\n3 4.5 .75\n5 6.5 .5\n', { delimiter: 'space' }],
    ['Windows line ends', 'a,b,y\r\n1,2.5,.25\r\n3,4.5,.75\r\n5,6.5,.5\r\n', {}],
    ['old Mac line ends', 'a,b,y\r1,2.5,.25\r3,4.5,.75\r5,6.5,.5\r', {}],
    ['blank lines', '\na,b,y\n\n1,2.5,.25\n  \n3,4.5,.75\n5,6.5,.5\n\n\n', {}],
    ['blanks around cells', 'a, b, y\n1, 2.5 , .25\n 3,4.5,.75\n5,6.5 ,.5\n', {}],
    ['quotes', '"a","b","y"\n"1","2.5",".25"\n"3","4.5",".75"\n5,6.5,.5\n', {}],
    ['no header', '1,2.5,.25\n3,4.5,.75\n5,6.5,.5\n', {}],
    ['a header as told', 'a,b,y\n1,2.5,.25\n3,4.5,.75\n5,6.5,.5\n', { header: 'yes' }],
    ['no header as told', '1,2.5,.25\n3,4.5,.75\n5,6.5,.5\n', { header: 'no' }],
    ['a byte order mark', '\ufeffa,b,y\n1,2.5,.25\n3,4.5,.75\n5,6.5,.5\n', {}],
  ])('may have %s', async (_, text, options) => {
    const table = await load(text, options);
    expect(features(table)).toEqual(rows.map(([a, b]) => [a, b]));
    expect(table.fingerprint).toBe((await reference).fingerprint);
    expect(table.notes?.[0]).toMatch(/^Features: (a, b|column 1, column 2)\.$/);
  });

  it('may be gzip, UTF-16 or a Western code page', async () => {
    const text = 'ä,b,y\n1,2.5,.25\n3,4.5,.75\n5,6.5,.5\n';
    const { fingerprint } = await reference;
    expect((await load(gzipSync(text))).fingerprint).toBe(fingerprint);
    const wide = await load(Uint8Array.from(Buffer.from(`\ufeff${text}`, 'utf16le')));
    expect(wide.notes).toEqual(['Features: ä, b.', 'The file is read as utf-16le.']);
    const western = await load(Uint8Array.from(Buffer.from(text, 'latin1')));
    expect(western.notes).toEqual(['Features: ä, b.', 'The file is read as windows-1252.']);
  });

  it('keeps commas, quotes and line breaks within quotes', async () => {
    const table = await load('a,y\n1,"x, ""y"""\n2,"two\nlines"\n3,"x, ""y"""\n4,"two\nlines"\n');
    expect(field(table, 'label')?.classNames).toEqual(['two\nlines', 'x, "y"']);
  });

  it('takes quotes between tabs as letters where lines are rows only so', async () => {
    const sentences = 'she said "yes\t1\nno "way\t0\n"so it goes\t1\n"a" b\t0\n'.repeat(2);
    const asked = { maxCategories: 8 };
    const table = await load(sentences, asked);
    expect(table.count).toBe(8);
    expect(table.report?.features[0]?.categories).toContain('"so it goes');
    const held = '"a\tb"\t1\n"c\nd"\t0\ne\t1\n'.repeat(2);
    const quoted = await load(held, { ...asked, delimiter: 'tab' });
    expect(quoted.report?.features[0]?.categories).toEqual(['a\tb', 'c\nd', 'e']);
    const { code } = await problemOf(() => load(sentences, { quotes: 'standard' }));
    expect(code).toBe('csv.quotes');
  });

  it('tells a header of words above words only when it does not come again', async () => {
    const named = await load('x,kind\nu,p\nv,q\nu,p\nv,q\n');
    expect(named.count).toBe(4);
    const unnamed = await load('u,p\nv,q\nu,p\nv,q\n');
    expect(unnamed.count).toBe(4);
  });

  it('tells columns of the same name apart', async () => {
    const table = await load('a,a,,a,y\n1,2,3,4,.5\n5,6,7,8,1.5\n');
    expect(table.notes).toEqual(['Features: a, a (2), column 3, a (3).']);
    expect(features(await load('a,a,y\n1,2,.5\n3,4,1.5\n', { ignore: 'a (2)' }))).toEqual([
      [1],
      [3],
    ]);
  });
});

describe('cells', () => {
  it.each([
    ['1', 1],
    ['-1.5', -1.5],
    ['+.5', 0.5],
    ['2.', 2],
    ['1e-3', 0.001],
    [' 7 ', 7],
    ['1,5', null],
    ['0x10', null],
    ['1_000', null],
    ['Infinity', null],
    ['1e39', null],
    ['1 2', null],
    ['--1', null],
    ['.', null],
  ])('%j is the number %s', (cell, value) => {
    expect(parseNumber(cell, false)).toBe(value);
  });

  it.each([
    ['2020-13', null],
    ['2020-00', null],
    ['2020-02-32', null],
    ['20-02-02', null],
    ['2020-02-02T25:00', null],
    ['1999-01-01', 1999],
  ])('%j is the date %s', (cell, value) => {
    expect(parseDate(cell)).toBe(value);
  });
});

describe('a broken CSV file', () => {
  const cases: readonly (readonly [string, string | Uint8Array, string, string, Options?])[] = [
    ['empty', '', 'csv.empty', 't.csv'],
    ['only blank lines', '\n \n\r\n', 'csv.empty', 't.csv'],
    ['only a header', 'a,b\n', 'csv.empty', 't.csv', { header: 'yes' }],
    ['zero bytes', Uint8Array.of(97, 44, 98, 10, 0, 1), 'csv.not-text', 't.csv, byte 4'],
    ['a row too short', 'a,b,y\n1,2,3\n4,5\n', 'csv.row-length', 't.csv, line 3'],
    ['a row too long', 'a,b,y\n\n1,2,3\n4,5,6,7\n', 'csv.row-length', 't.csv, line 4'],
    [
      'a row too short after a quoted line break',
      'a,y\n1,"two\nlines"\n3\n',
      'csv.row-length',
      't.csv, line 4',
    ],
    ['an open quote', 'a,y\n1,2\n3,"4\n5,6\n', 'csv.quotes', 't.csv, line 3'],
    ['text after a quote', 'a,y\n1,2\n3,"4"5\n', 'csv.quotes', 't.csv, line 3'],
    [
      'a word among numbers',
      `a,b,y\n${'1,2,.5\n'.repeat(20)}1,two,.5\n`,
      'csv.not-a-number',
      't.csv, line 22, column 2 (b)',
    ],
    [
      'a number too large',
      `a,y\n${'1,.5\n'.repeat(20)}1e40,.5\n`,
      'csv.not-a-number',
      't.csv, line 22, column 1 (a)',
    ],
    [
      'a word among targets',
      `a,y\n${'1,.5\n'.repeat(20)}1,x\n`,
      'csv.not-a-number',
      't.csv, line 22, column 2 (y)',
    ],
    [
      'no such target',
      'a,y\n1,2\n3,4\n',
      'csv.unknown-column',
      't.csv, option target',
      { target: 'z' },
    ],
    [
      'no column 0',
      'a,y\n1,2\n3,4\n',
      'csv.unknown-column',
      't.csv, option target',
      { target: '0' },
    ],
    [
      'no column 3',
      'a,y\n1,2\n3,4\n',
      'csv.unknown-column',
      't.csv, option target',
      { target: '3' },
    ],
    [
      'nothing to ignore',
      'a,y\n1,2\n3,4\n',
      'csv.unknown-column',
      't.csv, option ignore',
      { ignore: 'a,q' },
    ],
    ['only a target', 'y\n1\n2\n', 'csv.no-features', 't.csv'],
    ['everything ignored', 'a,y\n1,2\n3,4\n', 'csv.no-features', 't.csv', { ignore: 'a' }],
    [
      'only names',
      'name,y\nann,.5\nbob,1.5\ncid,2.5\n',
      'csv.text-column',
      't.csv',
      { maxCategories: 2 },
    ],
    [
      'an empty target',
      'a,y\n1,\n2,\n',
      'csv.target-empty',
      't.csv, line 2, column 2 (y)',
      { target: 'y' },
    ],
    [
      'words to regress',
      'a,y\n1,\n2,cat\n3,dog\n',
      'csv.target-not-numeric',
      't.csv, line 3, column 2 (y)',
      { targetKind: 'regression' },
    ],
    [
      'a class for every row',
      'a,y\n1,x\n2,y\n3,z\n4,w\n',
      'csv.text-column',
      't.csv, line 2, column 2 (y)',
      { target: 'y' },
    ],
    ['a gap in every row', 'a,b,y\n1,,.5\n,2,1.5\n', 'csv.no-rows', 't.csv'],
    [
      'an unknown option value',
      'a,y\n1,2\n',
      'attrs.choice',
      'options.header of csv',
      { header: 'maybe' },
    ],
    [
      'a scale of zero',
      'a,y\n1,2\n',
      'attrs.range',
      'options.targetScale of csv',
      { targetScale: 0 },
    ],
    ['a broken gzip', gzipSync('a,b\n1,2\n').subarray(0, 20), 'file.bad-gzip', 't.csv'],
  ];

  it.for(cases)('%s', async ([, text, code, path, options = {}]) => {
    const problem = await problemOf(() => load(text, options));
    expect(problem).toMatchObject({ code, path, severity: 'error' });
    expect(problem.message).toMatch(/\.$|\?$/);
  });

  it('of any random damage is refused with its place, or gives a table of numbers', async () => {
    const whole = new TextEncoder().encode(
      'a;"b";kind\n1,5;x;p\n2;"y\n";q\n;z;p\n4;x;q\n-3e2;y;p\n',
    );
    const random = new RandomStream(1, 'data');
    const pieces = new TextEncoder().encode('";,\n\r\t 0.-eEx?');
    const refused: (string | undefined)[] = [];
    // Sixty have each kind of damage with each number of it.
    for (let attempt = 0; attempt < 60; attempt++) {
      const bytes = whole.slice(0, attempt % 4 === 0 ? random.integer(whole.length) : whole.length);
      for (let change = 0; change < 1 + (attempt % 5); change++) {
        const value = attempt % 2 ? pieces[random.integer(pieces.length)] : random.integer(256);
        bytes[random.integer(bytes.length)] = value ?? 0;
      }
      try {
        const table = await load(bytes);
        for (const { stored } of table.columns) expect(stored.every(Number.isFinite)).toBe(true);
        expect(table.count).toBeGreaterThan(0);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        expect(error.problems[0]?.path).toMatch(/^t\.csv/);
        refused.push(error.problems[0]?.code);
      }
    }
    expect(refused.length).toBeGreaterThan(40);
    expect(refused.length).toBeLessThan(60);
    // All that three times as many come to.
    expect([...new Set(refused)].toSorted()).toEqual([
      'csv.empty',
      'csv.no-features',
      'csv.quotes',
      'csv.row-length',
      'csv.target-empty',
      'csv.text-column',
    ]);
  });

  it('that is not there', async () => {
    const problem = await problemOf(() => loadTables('csv:none.csv', {}, tableFiles({})));
    expect(problem).toMatchObject({ code: 'file.not-found', path: 'none.csv' });
  });
});

describe('real CSV files', () => {
  const cases = [
    ['iris/iris.csv', {}, { count: 150, features: 4, classes: 3 }],
    ['wine/wine.csv', {}, { count: 178, features: 13, classes: 3 }],
    // 207 rows have no total_bedrooms.
    ['california-housing/housing.csv', {}, { count: 20_433, features: 13, classes: undefined }],
    [
      'california-housing/housing.csv',
      { target: 'median_house_value', targetScale: 100_000, missing: 'mean' },
      { count: 20_640, features: 13, classes: undefined },
    ],
    ['titanic/titanic.csv', {}, { count: 712, features: 9, classes: 2 }],
    [
      'titanic/titanic.csv',
      { target: 'Survived', ignore: 'PassengerId' },
      { count: 712, features: 9, classes: 2 },
    ],
    [
      'titanic/titanic.csv',
      { target: 'Survived', ignore: 'PassengerId', missing: 'mean' },
      { count: 891, features: 9, classes: 2 },
    ],
    [
      'airline-passengers/monthly-airline-passengers.csv',
      {},
      { count: 144, features: 1, classes: undefined },
    ],
  ] as const;

  it.for(cases)('%s %j', async ([name, options, expected], context) => {
    const path = realDataset(...name.split('/'));
    if (path === null) return context.skip('needs the file');
    const table = await loadTables(`csv:${path}`, options);
    const [input, output] = table.columns;
    expect({
      count: table.count,
      features: input?.field.shape[0],
      classes: output?.field.classes,
    }).toEqual(expected);
    expect(input?.stored.every(Number.isFinite)).toBe(true);
    expect(output?.stored.every(Number.isFinite)).toBe(true);
  });

  it('iris has its three species, fifty of each', async (context) => {
    const path = realDataset('iris', 'iris.csv');
    if (path === null) return context.skip('needs the file');
    const table = await loadTables(`csv:${path}`, {});
    expect(field(table, 'label')?.classNames).toEqual([
      'Iris-setosa',
      'Iris-versicolor',
      'Iris-virginica',
    ]);
    const labels = rowsOf(table, 'label').flat();
    expect([0, 1, 2].map((k) => labels.filter((label) => label === k).length)).toEqual([
      50, 50, 50,
    ]);
    expect(features(table)[0]?.map((value) => value.toFixed(1))).toEqual([
      '5.1',
      '3.5',
      '1.4',
      '0.2',
    ]);
  });
});
