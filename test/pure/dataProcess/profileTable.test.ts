/** Rule: the profile of a table finds what is planted in it, says how much of it, and what mends it. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { found, profileText } from '#test/support/profiles.ts';

/** A number that looks like chance, the same for the same row and salt. */
const noise = (row: number, salt = 1): number => {
  const x = Math.sin(row * 12.9898 + salt * 78.233) * 43758.5453;
  return x - Math.floor(x);
};
/** A header and rows of it. */
const table = (header: string, cells: (row: number) => readonly unknown[], rows = 200): string =>
  [header, ...Array.from({ length: rows }, (_, row) => cells(row).join(','))].join('\n');
const coin = (row: number): number => Number(noise(row, 9) > 0.5);

describe('the table of machines', () => {
  const path = resolve(import.meta.dirname, '..', '..', '..', 'resources', 'data', 'machines.csv');
  const profile = profileText(readFileSync(path, 'utf8'));

  it.each([
    ['leak', 'danger', 'repair_hours alone tells failed in 612 of 612 rows.'],
    ['duplicate-rows', 'warning', '12 of 612 rows (2 %) repeat an earlier one.'],
    ['imbalance', 'warning', 'failed is 1 in 53 of 612 rows (9 %), and 0 in 91 %.'],
    ['constant', 'warning', 'plant says Lyon in 612 of 612 rows.'],
    ['id', 'info', 'id: it names the rows, 600 different values in 612 rows.'],
    ['missing', 'warning', 'Cells are empty: temperature_k in 52, torque_nm in 26, of 612 rows.'],
  ])('has its trap: %s', async (code, severity, message) => {
    expect(found(await profile, code)).toMatchObject([{ severity, message }]);
  });

  it('has no others', async () => {
    const codes = (await profile).findings.map(({ code }) => code).sort();
    const planted = ['constant', 'duplicate-rows', 'id', 'imbalance', 'leak', 'missing'];
    expect(codes).toEqual([...planted, 'target-guessed'].map((code) => `profile.${code}`));
  });

  it('begins with the gravest', async () => {
    expect((await profile).findings[0]?.code).toBe('profile.leak');
  });

  it('is mended by what is proposed', async () => {
    const { findings } = await profile;
    const leak = findings[0]?.fixes[0]?.options ?? {};
    const mended = await profileText(readFileSync(path, 'utf8'), {
      ...{ ...leak, missing: 'mean', target: 'failed' },
    });
    expect(found(mended, 'leak')).toEqual([]);
    expect(found(mended, 'target-guessed')).toEqual([]);
    expect(found(mended, 'missing')).toMatchObject([{ severity: 'info', fixes: [] }]);
    const group = found(await profile, 'duplicate-rows')[0]?.fixes[0];
    expect(group).toMatchObject({ options: { group: 'id' }, split: { kind: 'byGroup' } });
  });
});

describe('a leak', () => {
  it('in other words is found', async () => {
    const text = table('x,alive,survived', (row) => [
      noise(row),
      coin(row) ? 'yes' : 'no',
      coin(row),
    ]);
    expect(found(await profileText(text), 'leak')).toMatchObject([
      {
        columns: [1, 2],
        message: 'alive equals survived in 200 of 200 rows, maybe in other words.',
      },
    ]);
  });

  it('that is wrong in a few rows is found, with their number', async () => {
    const cells = (row: number) => [
      noise(row),
      row % 200 === 7 ? 1 - coin(row) : coin(row),
      coin(row),
    ];
    const [leak] = found(await profileText(table('x,copy,y', cells)), 'leak');
    expect(leak?.message).toBe('copy equals y in 199 of 200 rows, maybe in other words.');
  });

  it('by a limit is found', async () => {
    const cells = (row: number) => [noise(row), (coin(row) ? 5 : 0) + 3 * noise(row, 4), coin(row)];
    const [leak] = found(
      await profileText(table('x,delay,late', cells), { target: 'late' }),
      'leak',
    );
    expect(leak?.message).toMatch(
      /^delay alone tells late in 200 of 200 rows: above 2\.\d+ it is 1\.$/,
    );
  });

  it('of a number is found in other units', async () => {
    const cells = (row: number) => [noise(row), 3.7 * noise(row, 2) + 12, noise(row, 2)];
    const [leak] = found(await profileText(table('x,cents,price', cells)), 'leak');
    expect(leak?.message).toBe(
      'cents goes along with price in 200 of 200 rows: a correlation of 1.00000.',
    );
  });

  it('is none where a column only helps, or names each row', async () => {
    const cells = (row: number) => [`n${row}`, coin(row) + 1.5 * noise(row, 5), coin(row)];
    expect(found(await profileText(table('name,hint,y', cells)), 'leak')).toEqual([]);
  });

  it('is none of a column that is ignored', async () => {
    const text = table('x,copy,y', (row) => [noise(row), coin(row), coin(row)]);
    expect(found(await profileText(text, { ignore: 'copy' }), 'leak')).toEqual([]);
  });
});

test('rows that stand in the order of time are to be split by it', async () => {
  const day = (row: number) => new Date(Date.UTC(2020, 0, 1 + row)).toISOString().slice(0, 10);
  const text = table('day,x,y', (row) => [day(row), noise(row), noise(row, 2)]);
  const [order] = found(await profileText(text), 'time-order');
  expect(order).toMatchObject({ severity: 'warning', columns: [0] });
  expect(order?.message).toBe('The rows are in the order of day, from 2020-01-01 to 2020-07-18.');
  expect(order?.fixes).toMatchObject([
    { options: { time: 'day' }, split: { kind: 'byTime' } },
    { rowsAs: 'windows', options: { target: 'y', time: 'day' }, split: { kind: 'byTime' } },
  ]);
  const split = { kind: 'byTime', validation: 0.1, test: 0.2 } as const;
  expect(found(await profileText(text, { time: 'day' }, split), 'time-order')).toEqual([]);
});

test('rows sorted by the target are told from shuffled ones', async () => {
  const sorted = table('x,y', (row) => [noise(row), Math.floor(row / 50)]);
  expect(found(await profileText(sorted), 'sorted')).toMatchObject([
    { message: 'The rows stand sorted by y: it changes in 3 of 199 rows.' },
  ]);
  const mixed = table('x,y', (row) => [noise(row), coin(row)]);
  expect(found(await profileText(mixed), 'sorted')).toEqual([]);
});

test('values that tie rows together are counted across the split', async () => {
  // A ticket for three rows, all of which do alike.
  const cells = (row: number) => [`T${Math.floor(row / 3)}`, noise(row), coin(Math.floor(row / 3))];
  const text = table('ticket,x,y', cells, 300);
  const [groups] = found(await profileText(text), 'groups');
  expect(groups).toMatchObject({ severity: 'warning', columns: [0] });
  const [, shared = 0, heldOut = 0] = /(\d+) of (\d+) held-out/.exec(groups?.message ?? '') ?? [];
  expect(Number(heldOut)).toBe(57);
  expect(Number(shared)).toBeGreaterThan(40);
  const split = { kind: 'byGroup', validation: 0.1, test: 0.1 } as const;
  expect(found(await profileText(text, { group: 'ticket' }, split), 'groups')).toEqual([]);
});

test('a column that is mostly empty is told with what the target does there', async () => {
  const cells = (row: number) => [
    noise(row),
    row % 4 === 0 ? noise(row, 3) : '',
    Number(row % 8 === 0 || row % 5 === 1),
  ];
  const [missing] = found(await profileText(table('x,cabin,y', cells)), 'missing');
  expect(missing?.message).toBe(
    'cabin is empty in 150 of 200 rows; y is 1 in 60 % of the rows where it is known, 20 % where it is empty.',
  );
});

test('numbers that are written as words, and cells that are no numbers, are found', async () => {
  const cells = (row: number) => [
    `"$${1 + (row % 3)},${100 + row}.50"`,
    row === 7 ? 'broken' : noise(row),
    coin(row),
  ];
  const found_ = found(
    await profileText(table('cost,x,y', cells), { maxCategories: 1000 }),
    'not-numbers',
  );
  expect(found_.map(({ severity, message }) => [severity, message.split(':')[0]])).toEqual([
    ['danger', 'x holds numbers, but 1 of 200 filled cells are none'],
    ['warning', 'cost holds numbers that are written as words'],
  ]);
  expect(found_[0]?.message).toContain('"broken"');
});

test('numbers that were cut off are found', async () => {
  const text = table('x,y', (row) => [noise(row), Math.min(0.9, noise(row, 2))], 400);
  expect(found(await profileText(text), 'capped')).toMatchObject([
    { severity: 'warning', columns: [1] },
  ]);
  expect(
    found(await profileText(table('x,y', (row) => [1, noise(row, 2)], 400)), 'capped'),
  ).toEqual([]);
});

test('a cut at the largest is found beside a number in the middle that is as frequent', async () => {
  // As the ages of houses: 60 are 30 years old, 60 are 52 or more, others 4 to a year.
  const age = (row: number): number => (row < 60 ? 30 : row < 120 ? 52 : 1 + (row % 51));
  const text = table('age,y', (row) => [age(row), coin(row)], 400);
  expect(found(await profileText(text, { target: 'y' }), 'capped')).toMatchObject([
    {
      severity: 'info',
      columns: [0],
      message: 'age is exactly 52, its largest, in 60 of 400 rows.',
    },
  ]);
});

test('a limit that few rows reach is found where they stand out far', async () => {
  const text = table('x,y', (row) => [row % 240 < 1 ? 15.0001 : noise(row), coin(row)], 6000);
  expect(found(await profileText(text, { target: 'y' }), 'capped')).toMatchObject([
    { columns: [0], message: 'x is exactly 15, its largest, in 25 of 6,000 rows.' },
  ]);
});

describe('zeros that nothing lies beside', () => {
  const of = async (cell: (row: number) => number) =>
    found(
      await profileText(
        table('fare,y', (row) => [cell(row), coin(row)]),
        { target: 'y' },
      ),
      'zeros',
    );

  it('are found, and can be left out', async () => {
    expect(await of((row) => (row % 40 === 0 ? 0 : 4 + 30 * noise(row)))).toMatchObject([
      {
        severity: 'info',
        columns: [0],
        message: expect.stringMatching(
          /^fare is 0 in 5 of 200 rows; the smallest of the others is 4/,
        ) as unknown,
        fixes: [
          {
            label: 'Leave out rows where fare is 0',
            options: { recipe: [{ step: 'filter', expression: 'fare > 0 or missing(fare)' }] },
          },
        ],
      },
    ]);
  });

  it.each([
    ['that other numbers come near to', (row: number) => (row % 40 === 0 ? 0 : 30 * noise(row))],
    ['of counts', (row: number) => row % 7],
    ['that are most of the rows', (row: number) => (row % 3 < 2 ? 0 : 4 + 30 * noise(row))],
    ['beside numbers below', (row: number) => (row % 40 === 0 ? 0 : 30 * (noise(row) - 0.5))],
  ])('are let be: zeros %s', async (_, cell) => {
    expect(await of(cell)).toEqual([]);
  });
});

test('features that say the same are named in pairs', async () => {
  const cells = (row: number) => [
    noise(row),
    2 * noise(row) + 0.01 * noise(row, 3),
    noise(row, 4),
    noise(row, 5),
  ];
  expect(found(await profileText(table('a,b,c,y', cells)), 'correlated')).toMatchObject([
    { columns: [0, 1], message: 'a and b go along with each other: a correlation of 1.000.' },
  ]);
});

test('outliers are counted beyond three distances of the quartiles', async () => {
  const text = table('x,y', (row) => [row % 50 === 0 ? 900 + row : noise(row), coin(row)]);
  const { columns, ...profile } = await profileText(text);
  expect(columns[0]?.numbers?.outliers).toBe(4);
  expect(found({ columns, ...profile }, 'outliers')[0]?.message).toContain(
    'in 4 of 200 rows, up to 1050',
  );
});

describe('columns', () => {
  /*
   * import statistics as s; x = [1, 2, 2, 3, 4, 7, 8, 8.5, 9, 40]
   * m, d = s.fmean(x), s.pstdev(x); print(m, d, s.fmean([(v - m) ** 3 for v in x]) / d**3)
   * print(s.quantiles(x, n=4, method='inclusive'))
   */
  it('have the numbers that Python gives them', async () => {
    const values = [1, 2, 2, 3, 4, 7, 8, 8.5, 9, 40];
    const { columns } = await profileText(
      ['x,y', ...values.map((x, i) => `${x},${i % 2}`)].join('\n'),
    );
    const { numbers } = columns[0] ?? {};
    expect(numbers).toMatchObject({ min: 1, max: 40, q1: 2.25, median: 5.5, q3: 8.375, zeros: 0 });
    expect(numbers?.mean).toBeCloseTo(8.45, 10);
    expect(numbers?.standardDeviation).toBeCloseTo(10.891395686504096, 10);
    expect(numbers?.skew).toBeCloseTo(2.3376654712368357, 10);
    expect(numbers?.outliers).toBe(1);
  });

  it('have types, gaps and different values as training reads them', async () => {
    const cells = (row: number) => [
      ...[row % 7, row / 4, `2020-0${1 + (row % 9)}-03`, row % 2 ? 'yes' : 'no'],
      ...[['a', 'b', 'NA'][row % 3], `free ${row}`, '', coin(row)],
    ];
    const { columns } = await profileText(table('i,n,d,b,c,t,e,y', cells, 100));
    expect(columns.map(({ type, missing, distinct }) => [type, missing, distinct])).toEqual([
      ...[
        ['integer', 0, 7],
        ['number', 0, 100],
        ['date', 0, 9],
        ['yesNo', 0, 2],
      ],
      ...[
        ['category', 33, 2],
        ['text', 0, 100],
        ['empty', 100, 0],
        ['yesNo', 0, 2],
      ],
    ]);
  });

  it('have distributions that count every filled cell, with the share of two classes', async () => {
    const cells = (row: number) => [noise(row) * 10, ['p', 'q'][row % 2], row % 2];
    const { columns } = await profileText(table('x,w,y', cells));
    const [x, w] = columns.map(({ distribution }) => distribution);
    if (x?.kind !== 'numbers' || w?.kind !== 'words') throw new Error('other distributions');
    expect(x.counts.reduce((a, b) => a + b, 0)).toBe(200);
    expect(x.ofTarget?.reduce((a, b) => a + b, 0)).toBe(100);
    expect(w).toEqual({
      kind: 'words',
      words: [
        { word: 'p', count: 100, ofTarget: 0 },
        { word: 'q', count: 100, ofTarget: 100 },
      ],
      others: 0,
    });
  });

  it('tell bits of the target: all, or none', async () => {
    const cells = (row: number) => [row % 2 ? 'p' : 'q', noise(row) > 0.5 ? 'r' : 's', row % 2];
    const { columns } = await profileText(table('w,v,y', cells, 1000));
    expect(columns[0]?.withTarget?.bits).toBeCloseTo(1, 2);
    expect(columns[1]?.withTarget?.bits).toBeLessThan(0.01);
  });
});

test('the target is the one that training takes, and others are offered', async () => {
  const text = table('a,b,label,note', (row) => [row % 5, row % 7, row % 3, `n${row}`]);
  const { target, task, classes, columns } = await profileText(text);
  expect(target).toMatchObject({ name: 'label', why: 'by its name', isGuess: true });
  expect(target?.runnersUp.map(({ name }) => name)).toEqual(['b', 'a']);
  expect(task).toBe('classification');
  expect(classes).toHaveLength(3);
  expect(columns[3]).toMatchObject({
    role: 'ignore',
    roleWhy: 'it holds text, 200 different values',
  });
});

test('of a large table rows drawn at random are looked at, and counts are of all', async () => {
  const cells = (row: number) => [
    row,
    row % 10 === 0 ? '' : row % 3,
    noise(row),
    ['u', 'v'][row % 2],
    row % 2,
  ];
  const profile = await profileText(table('n,gap,x,w,y', cells, 80_000));
  expect(profile.rows).toBe(80_000);
  expect(profile.rowsLookedAt).toBeGreaterThan(49_000);
  expect(profile.rowsLookedAt).toBeLessThan(51_000);
  const [n, gap, x] = profile.columns;
  expect(n).toMatchObject({ role: 'id', roleWhy: 'it numbers the rows', missing: 0 });
  expect(n?.numbers).toMatchObject({ min: 0, max: 79_999, mean: 39_999.5 });
  expect(gap).toMatchObject({ missing: 8_000, distinct: 3 });
  expect(x?.distinctIsApproximate).toBe(true);
  expect(found(profile, 'leak')[0]?.message).toMatch(
    /^w equals y in [\d,]+ of [\d,]+ looked-at rows/,
  );
  expect(profile.firstRows[0]).toEqual(['0', null, expect.any(String), 'u', '0']);
});

test('a table whose target is empty in every row is shown, too', async () => {
  const profile = await profileText('a,y\n1,\n2,\n3,\n', { target: 'y' });
  expect(profile.columns.map(({ name, missing }) => [name, missing])).toEqual([
    ['a', 0],
    ['y', 3],
  ]);
});

test('columns that are called as the pixels of a picture are named as such', async () => {
  const pixels = Array.from({ length: 64 }, (_, i) => `pixel${i}`);
  const text = (names: readonly string[]) =>
    table(['label', ...names].join(','), (row) => [
      coin(row),
      ...names.map((_, i) => Math.floor(noise(row, i) * 255)),
    ]);
  expect(found(await profileText(text(pixels)), 'pixels')).toMatchObject([
    { message: '64 columns are called as the pixels of pictures of 1×8×8.' },
  ]);
  for (const others of [pixels.slice(1), pixels.map((name) => name.replace('pixel', 'gene'))]) {
    expect(found(await profileText(text(others)), 'pixels')).toEqual([]);
  }
});

test('prices to predict are to be divided, and are not once they are', async () => {
  const text = table('x,y', (row) => [noise(row), 200_000 + 1000.5 * row]);
  const [large] = found(await profileText(text), 'large-target');
  expect(large).toMatchObject({ severity: 'warning', columns: [1] });
  expect(large?.message).toBe('y is large: 300000 on average.');
  expect(large?.fixes).toMatchObject([{ options: { targetScale: 100_000 } }]);
  expect(found(await profileText(text, { targetScale: 100_000 }), 'large-target')).toEqual([]);
});

test('a table of texts is to be read as texts', async () => {
  const text = table('said,good', (row) => [`word${row} and more`, coin(row)]);
  expect(found(await profileText(text), 'no-features')).toMatchObject([
    {
      ...{ severity: 'danger', columns: [0] },
      fixes: [{ rowsAs: 'text', options: { column: 'said', target: 'good' } }],
    },
  ]);
  const other = table('said,x,good', (row) => [`word${row} and more`, noise(row), coin(row)]);
  expect(found(await profileText(other), 'no-features')).toEqual([]);
});

test('a word that few rows have is named', async () => {
  const text = table(
    'place,x,y',
    (row) => [row === 7 ? 'island' : row % 2 ? 'inland' : 'bay', noise(row), coin(row)],
    600,
  );
  expect(found(await profileText(text), 'rare-word')).toMatchObject([
    { severity: 'info', message: 'place is island in 1 of 600 rows.' },
  ]);
  expect(found(await profileText(text.replaceAll('island', 'bay')), 'rare-word')).toEqual([]);
});
