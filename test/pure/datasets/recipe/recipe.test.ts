/**
 * Rule: a recipe is fitted to the training rows alone, gives inputs that depend on no seed, is applied to other rows as
 * to its own, and what it cannot do is said with its place. Without one nothing changes.
 */
import { describe, expect, test } from 'vitest';
import type { Step } from '#engine/ir/attrs.ts';
import {
  type DataTable,
  encodeRows,
  type Fitting,
  loadData,
  readRows,
} from '#engine/datasets/index.ts';
import { fitRecipe } from '#engine/datasets/recipe/fit.ts';
import { tableReader } from '#main/dataProcess/tables/tables.ts';
import { csvOf, passengers, PLAIN_RECIPE, WHOLE_RECIPE } from '#test/support/recipeTable.ts';
import { tableFiles } from '#test/support/tableFiles.ts';
import { problemOf } from '#test/support/problems.ts';

const FITTING: Fitting = { split: { validation: 0.2, test: 0.2 }, seed: 3 };
const CSV_OPTIONS = { header: 'auto', skipRows: 0, quotes: 'standard', delimiter: 'auto' } as const;

function load(
  text: string,
  recipe: readonly Step[],
  { fitting = FITTING, ...options }: { readonly fitting?: Fitting; readonly missing?: string } = {},
): Promise<DataTable> {
  const files = tableFiles({ 't.csv': text });
  const given = { target: 'Survived', ...options, ...(recipe.length > 0 && { recipe }) };
  return loadData('csv:t.csv', given, files, undefined, { tables: tableReader(files) }, fitting);
}

const rows = passengers(300);
const text = csvOf(rows);
const features = ({ columns }: DataTable) => columns[0]?.stored ?? new Float32Array(0);

describe.each([
  ['of every step', WHOLE_RECIPE],
  ['with operators only', PLAIN_RECIPE],
] as const)('a recipe %s', (_name, recipe) => {
  test('what other rows become is what its own became', async () => {
    const table = await load(text, recipe);
    const { report } = table;
    if (!report) throw new Error('no report');
    // As it lies beside weights.
    const fitted = JSON.parse(JSON.stringify(report)) as typeof report;
    const csv = readRows(text, 't.csv', CSV_OPTIONS);
    const again = encodeRows(csv, fitted, null);
    const used = table.notes?.some((note) => note.includes('filtered')) === true;
    if (!used) expect(again.values).toEqual(features(table));
    else {
      const kept = again.rows.filter((row) => Number(csv.rows[row]?.[1]) < 100);
      const values = kept.flatMap((row) => {
        const at = again.rows.indexOf(row) * again.width;
        return [...again.values.subarray(at, at + again.width)];
      });
      expect(Float32Array.from(values)).toEqual(features(table));
    }
  });

  test('its inputs depend on no seed', async () => {
    const names = async (seed: number) =>
      (await load(text, recipe, { fitting: { ...FITTING, seed } })).report?.features.map(
        ({ name }) => name,
      );
    expect(await names(1)).toEqual(await names(2));
  });

  test('rows that do not train change nothing that is fitted', async () => {
    const table = await load(text, recipe, {
      fitting: { ...FITTING, previewRows: 200 },
    });
    const outside =
      table.preview?.rows.filter(({ part }) => part === 'validation' || part === 'test') ?? [];
    expect(outside.length).toBeGreaterThan(20);
    const places = new Set(outside.map(({ row }) => row));
    const changed = rows.map((row, i) =>
      places.has(i)
        ? row.map((cell, at) => (at < 2 && cell !== '' ? String(Number(cell) / 2 + 0.125) : cell))
        : row,
    );
    const other = await load(csvOf(changed), recipe);
    expect(other.report?.recipe).toEqual(table.report?.recipe);
    // Words of such rows count for which inputs there are, and for no number: all rows are asked which there are.
    expect([...features(other)]).not.toEqual([...features(table)]);
    // A row that trains does change them.
    const inside =
      table.preview?.rows.find(({ part, values }) => part === 'train' && values)?.row ?? 0;
    const third = await load(
      csvOf(rows.map((row, i) => (i === inside ? ['79.5', '99.5', ...row.slice(2)] : row))),
      recipe,
    );
    expect(third.report?.recipe).not.toEqual(table.report?.recipe);
  });
});

test('an empty recipe, and steps that are off, change nothing', async () => {
  const plain = await load(text, [], { missing: 'mean' });
  const off = await load(text, [{ step: 'standardise', columns: [], off: true }], {
    missing: 'mean',
  });
  expect(off.fingerprint).toBe(plain.fingerprint);
  expect({ ...off.report, recipe: undefined }).toEqual({ ...plain.report, recipe: undefined });
  expect(plain.report).not.toHaveProperty('recipe');
});

test('a step that names no columns leaves out flags, ids and what is no feature', async () => {
  const { report } = await load(
    'id,a,b,Survived\n' +
      Array.from({ length: 30 }, (_, i) => `r${i},${i * 1.5},${'xyz'[i % 3]},${i % 2}`).join('\n'),
    [{ step: 'oneHot' }, { step: 'standardise' }],
  );
  expect(report?.features.map(({ name }) => name)).toEqual(['a', 'b=x', 'b=y', 'b=z']);
  expect(report?.recipe?.steps.map(({ step, takes }) => [step, ...takes])).toEqual([
    ['oneHot', 'b'],
    ['standardise', 'a'],
  ]);
});

test('a preview shows cells, parts, what was filled and what comes out', async () => {
  const { preview } = await load(text, WHOLE_RECIPE, { fitting: { ...FITTING, previewRows: 50 } });
  if (!preview) throw new Error('no preview');
  expect(preview.rows).toHaveLength(50);
  expect(preview.columns.map(({ name, role }) => [name, role])).toEqual([
    ...['Age', 'Fare', 'Sex', 'Port', 'Cabin', 'Booked', 'Class'].map((name) => [name, 'feature']),
    ['Survived', 'target'],
  ]);
  const { counts, slots } = preview;
  expect(counts.train + counts.validation + counts.test + counts.filtered + counts.withGaps).toBe(
    300,
  );
  for (const row of preview.rows) {
    expect(row.cells).toEqual(rows[row.row]);
    if (row.part === null) expect(row.values).toBeNull();
    else expect(row.values).toHaveLength(slots.length);
    if (row.part !== null && row.cells[0] === '') expect(row.filled).toContain(0);
  }
  const age = preview.columns[0];
  expect(age?.encoding).toMatch(/^gaps take the median, [\d.]+; another column says where; then /);
  expect(age?.slots.map((i) => slots[i]?.name)).toEqual(['Age', 'Age_missing', 'share']);
  expect(preview.steps).toHaveLength(WHOLE_RECIPE.length);
  const filtered = preview.rows.filter(({ leftOut }) => leftOut === 'a filter leaves it out');
  expect(filtered.every(({ cells }) => Number(cells[1]) >= 100)).toBe(true);
  expect(preview.steps[0]?.facts[0]).toMatch(/rows are left out: not/);
});

const WRONG: readonly (readonly [string, readonly Step[], RegExp])[] = [
  [
    'no such column',
    [{ step: 'impute', columns: ['Agee'] }],
    /no feature "Agee" at this step; did you mean "Age"/,
  ],
  ['a kind it does not take', [{ step: 'standardise', columns: ['Sex'] }], /Sex holds words/],
  ['the target', [{ step: 'standardise', columns: ['Survived'] }], /no feature "Survived"/],
  ['no such step', [{ step: 'imput' }], /did you mean impute/],
  [
    'two columns of a name',
    [
      { step: 'derive', name: 'Age_missing', expression: '1' },
      { step: 'impute', columns: ['Age'], indicator: true },
    ],
    /two columns "Age_missing"/,
  ],
  [
    'a filter after what is fitted',
    [
      { step: 'impute', columns: ['Age'] },
      { step: 'filter', expression: 'Age > 3' },
    ],
    /no column "Age" at this step/,
  ],
  [
    'code',
    [{ step: 'derive', name: 'x', expression: 'process.exit(1)' }],
    /no function "process.exit"/,
  ],
  [
    'a constructor',
    [{ step: 'derive', name: 'x', expression: 'Age.constructor' }],
    /no column "Age.constructor"/,
  ],
  [
    'half an expression',
    [{ step: 'derive', name: 'x', expression: 'Age +' }],
    /cannot be read at character/,
  ],
  ['words as numbers', [{ step: 'derive', name: 'x', expression: 'Sex + 1' }], /holds words/],
  ['too many buckets', [{ step: 'hashing', columns: ['Cabin'], buckets: 4097 }], /does not fit/],
  ['half a book', [{ step: 'derive', name: 'x', expression: '1+'.repeat(2000) }], /does not fit/],
  ['no rows', [{ step: 'filter', expression: 'Fare < 0' }], /leave no row/],
  [
    'a constant that is no number',
    [{ step: 'impute', columns: ['Age'], strategy: 'constant', value: 'x' }],
    /not a number/,
  ],
];
test.each(WRONG)('%s is an error that says so', async (_name, recipe, message) => {
  expect((await problemOf(() => load(text, recipe))).message).toMatch(message);
});

test('what would be larger than the memory is refused before it is made', async () => {
  const values = new Float64Array(70_000);
  const columns = new Map([['w', { kind: 'words' as const, words: ['a'], values }]]);
  const table = { columns, unnamed: new Set(['w']), path: 't.csv' };
  const none = { all: new Int32Array(0), train: new Int32Array(0) };
  const steps = [{ step: 'hashing', columns: ['w'], buckets: 4096 }];
  expect(await problemOf(() => fitRecipe(steps, table, none))).toMatchObject({
    ...{ code: 'recipe.too-large', path: 't.csv, option recipe[0] (hashing)' },
  });
});
