/**
 * Rule: `table.py` of a PyTorch project makes of the rows of a table what is made of them here, step by step the same
 * numbers. Its Python is as ruff wants it.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { encodeRows, loadData, readRows } from '#engine/datasets/index.ts';
import { tableFiles as projectFiles } from '#engine/export/pytorch/table.ts';
import { tableReader } from '#main/dataProcess/tables/tables.ts';
import { writeContent } from '#main/exportProcess/writeContent.ts';
import { csvOf, passengers, PLAIN_RECIPE, WHOLE_RECIPE } from '../support/recipeTable.ts';
import { pythonWith, sayWithoutPython, withoutPython } from '../support/python.ts';
import { ruffFindings } from '../support/pytorchProject.ts';
import { tableFiles } from '../support/tableFiles.ts';

const folder = mkdtempSync(join(tmpdir(), 'netloom-table-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CASES = [
  ['every step', WHOLE_RECIPE, 'drop'],
  ['steps with operators', PLAIN_RECIPE, 'drop'],
  [
    'embedding indices',
    [
      { step: 'drop', columns: ['Booked', 'Age'] },
      { step: 'embeddingIndex', columns: ['Port', 'Sex'] },
      { step: 'embeddingIndex', columns: ['Cabin'], maxCategories: 9, minCount: 2 },
    ],
    'drop',
  ],
  ['no recipe', [], 'mean'],
] as const;

async function project(name: string, recipe: (typeof CASES)[number][1], missing: 'drop' | 'mean') {
  const text = csvOf(passengers(200));
  const files = tableFiles({ 't.csv': text });
  const options = {
    target: 'Survived',
    missing,
    ...(recipe.length > 0 && { recipe: [...recipe] }),
  };
  const able = { tables: tableReader(files) };
  const fitting = { split: { validation: 0.2, test: 0.2 }, seed: 1 };
  const { report } = await loadData('csv:t.csv', options, files, undefined, able, fitting);
  if (!report) throw new Error('no report');
  const width = report.features.reduce(
    (sum, { categories = [] }) => sum + (categories.length > 2 ? categories.length : 1),
    0,
  );
  const means = missing === 'mean' ? Array.from({ length: width }, (_, i) => i / 8) : null;
  const path = join(folder, name.replaceAll(' ', '-'));
  await writeContent(path, 'folder', { folder: projectFiles({ ...report, means }) });
  // Other rows than those it was fitted to, a word that was never seen among them.
  const rows = [
    ...passengers(120, 11),
    ['30', '12.5', 'male', 'Bergen', 'Z1', '1912-02-29 23:59', '2', '0'],
  ];
  const csv = csvOf(rows);
  writeFileSync(join(path, 'new.csv'), csv);
  const {
    values,
    width: found,
    rows: whole,
  } = encodeRows(
    readRows(csv, 'new.csv', {
      header: 'auto',
      skipRows: 0,
      quotes: 'standard',
      delimiter: 'auto',
    }),
    ...[report, means],
  );
  return { path, values, width: found, whole, count: rows.length };
}

const python = pythonWith(['numpy']);
sayWithoutPython();

describe.skipIf(withoutPython !== '').each(CASES)('%s', (name, recipe, missing) => {
  test('rows become the same numbers', async () => {
    const { path, values, width, whole, count } = await project(name, recipe, missing);
    const script = [
      'import json, numpy as np, table',
      'found = table.features("new.csv")',
      'print(json.dumps([[None if x != x else float(x) for x in row] for row in found]))',
    ].join('\n');
    const { status, stdout, stderr } = spawnSync(python ?? '', ['-W', 'error', '-c', script], {
      cwd: path,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const found = JSON.parse(stdout) as readonly (readonly (number | null)[])[];
    expect(found).toHaveLength(count);
    const complete = [...found.keys()].filter((row) =>
      found[row]?.every((value) => value !== null),
    );
    expect(complete).toEqual([...whole]);
    expect(complete.length).toBeGreaterThan(30);
    for (const [i, row] of complete.entries()) {
      const wanted = values.subarray(i * width, (i + 1) * width);
      found[row]?.forEach((value, at) => {
        const to = wanted[at] ?? NaN;
        expect(
          Math.abs((value ?? NaN) - to),
          `row ${row}, ${at}: ${value}, not ${to}`,
        ).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(to)));
      });
    }
  });
});

test.skipIf(withoutPython !== '').each(CASES)(
  'with %s it is Python as ruff leaves it',
  async (name, recipe, missing) => {
    expect(ruffFindings((await project(`${name} read`, recipe, missing)).path)).toBe('');
  },
);
