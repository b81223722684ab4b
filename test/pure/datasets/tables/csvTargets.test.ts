/**
 * Rule: several target columns of 0 and 1 are labels, each row having any of them; of other numbers they are numbers;
 * none of them is a feature, and a row where one is empty is left out.
 */
import { describe, expect, it } from 'vitest';
import type { SourceOptions } from '#engine/datasets/index.ts';
import { problemOf } from '#test/support/problems.ts';
import { loadTables, tableFiles } from '#test/support/tableFiles.ts';

const ROWS = ['a,urgent,spam,b', '1,0,1,5', '2,1,1,6', '3,,0,7', '4,0,0,8'];
const load = (options: SourceOptions, rows = ROWS) =>
  loadTables('csv:t.csv', options, tableFiles({ 't.csv': rows.join('\n') }));
const asked = { target: 'urgent, spam' };

describe('several target columns', () => {
  it('of 0 and 1 are labels', async () => {
    const { columns, report, count } = await load(asked);
    const [features, target] = columns;
    expect(features?.field).toMatchObject({ name: 'features', shape: [2] });
    expect(target?.field).toEqual({
      ...{ name: 'target', role: 'target', dtype: 'f32', shape: [2] },
      labels: ['urgent', 'spam'],
    });
    expect([...(target?.stored ?? [])]).toEqual([0, 1, 1, 1, 0, 0]);
    expect(count).toBe(3);
    expect(report?.target).toMatchObject({
      ...{ name: 'urgent, spam', index: 1, missing: 1, labels: ['urgent', 'spam'] },
      columns: [
        { name: 'urgent', index: 1 },
        { name: 'spam', index: 2 },
      ],
    });
  });
  it('are numbers where others occur, or numbers are asked for; these are scaled', async () => {
    const numbers = await load({ target: '4,2', targetScale: 10 });
    expect(numbers.columns[1]).toMatchObject({
      field: { shape: [2] },
      stored: Float32Array.of(0.5, 0, 0.6, 0.1, 0.8, 0),
      dividedBy: 10,
    });
    const [, forced] = (await load({ ...asked, targetKind: 'regression' })).columns;
    expect(forced?.field).not.toHaveProperty('labels');
  });
  it('that are no labels are no classes, and words are no numbers', async () => {
    const classes = { target: 'a, b', targetKind: 'classification' };
    expect(await problemOf(() => load(classes))).toMatchObject({ code: 'csv.targets-not-labels' });
    const words = ['a,w,b', '1,x,1', '2,y,0'];
    expect(await problemOf(() => load({ target: 'w, b' }, words))).toMatchObject({
      code: 'csv.targets-not-numeric',
      path: 't.csv, line 2, column 2 (w)',
    });
  });
  it('may be one whose name has a comma', async () => {
    const { report } = await load({ target: 'spam, maybe' }, [
      'a,"spam, maybe"',
      '1,0',
      '2,1',
      '3,1',
      '4,0',
    ]);
    expect(report?.target).toMatchObject({ name: 'spam, maybe', classes: ['0', '1'] });
  });
});
