/** Rule: a sheet of a workbook is a table like any other, and what is wrong names the sheet and its row. */
import { describe, expect, test } from 'vitest';
import { loadTables, tableFiles } from '#test/support/tableFiles.ts';
import { problemOf } from '#test/support/problems.ts';
import { type SheetCell, workbook } from '#test/support/workbook.ts';

const HEAD = ['when', 'size', 'city', 'paid', 'kind'];
const ROWS: readonly (readonly SheetCell[])[] = Array.from({ length: 30 }, (_, i) => [
  new Date(Date.UTC(2010 + (i % 12), i % 9, 1 + i)),
  i / 8 - 2,
  ['Ulm, Donau', 'Bern', 'say "Graz"'][i % 3] ?? '',
  i % 4 === 0,
  i % 3 === 1 ? 'big' : 'small',
]);
const text = [
  HEAD.join(),
  ...ROWS.map((row) =>
    row
      .map((cell) =>
        cell instanceof Date
          ? cell.toISOString().slice(0, 10)
          : `"${String(cell).replaceAll('"', '""')}"`,
      )
      .join(),
  ),
].join('\n');

const load = (bytes: Uint8Array, options = {}) =>
  loadTables('excel:t', options, tableFiles({ t: bytes }));

test('holds what the same table as text holds', async () => {
  const sheet = await load(await workbook({ name: 'Data', rows: [HEAD, ...ROWS] }));
  expect(sheet).toEqual(await loadTables('csv:t', {}, tableFiles({ t: text })));
});

test('empty sheets, rows and lines above the table are passed over', async () => {
  const bytes = await workbook(
    { name: 'Nothing', rows: [] },
    { name: 'Data', rows: [['Sales of 2024'], [null], HEAD, [], ...ROWS] },
    { name: 'More', rows: [['a'], [1]] },
  );
  const table = await load(bytes, { skipRows: 1 });
  expect(table.count).toBe(30);
  expect(table.notes).toContain('Sheet Data is read; there is also More.');
  expect((await load(await workbook({ name: 'x', rows: [HEAD, ...ROWS] }))).fingerprint).toBe(
    table.fingerprint,
  );
});

test.each(['Second', '2'])('a sheet is asked for by name or number: %s', async (sheet) => {
  const bytes = await workbook(
    { name: 'First', rows: [['a'], [1]] },
    { name: 'Second', rows: [HEAD, ...ROWS] },
  );
  expect((await load(bytes, { sheet })).report?.columns).toEqual(HEAD);
});

describe('refuses', () => {
  test('a sheet that there is not, with those there are', async () => {
    const bytes = await workbook({ name: 'A & B', rows: [HEAD, ...ROWS] });
    expect(await problemOf(() => load(bytes, { sheet: 'C' }))).toMatchObject({
      code: 'excel.no-sheet',
      explanation: 'There is A & B.',
    });
  });

  test('a cell that is no number, by the row of its sheet', async () => {
    const rows = ROWS.map((row, i) => row.with(1, i === 17 ? 'many' : (row[1] ?? null)));
    const bytes = await workbook({ name: 'Data', rows: [[], HEAD, ...rows] });
    expect((await problemOf(() => load(bytes, { target: 'kind' }))).path).toContain(
      'sheet Data, row 20, column 2 (size)',
    );
  });

  test.each([
    ['what is no zip', new TextEncoder().encode('PK no zip'), 'zip.damaged'],
    ['an empty workbook', undefined, 'csv.empty'],
  ])('%s', async (_, bytes, code) => {
    const empty = await workbook({ name: 'a', rows: [] });
    expect((await problemOf(() => load(bytes ?? empty))).code).toBe(code);
  });

  test('a damaged sheet', async () => {
    const bytes = await workbook({ name: 'Data', rows: [HEAD, ...ROWS] });
    const damaged = bytes.slice();
    damaged.fill(0, 1200, 1240);
    expect((await problemOf(() => load(damaged))).code).toMatch(
      /^(zip\.damaged|excel\.unreadable)$/,
    );
  });
});
