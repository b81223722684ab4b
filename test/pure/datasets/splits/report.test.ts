/** Rules: what of one part is in another is found and told, and wrong labels are where they were asked for alone. */
import { describe, expect, test } from 'vitest';
import type { DataTable } from '#engine/datasets/define.ts';
import { splitNotes, splitReport, splitRows, withLabelNoise } from '#engine/datasets/index.ts';

/** One input and one label for each row; inputs are the row unless `inputs` says them. */
function tableOf(labels: readonly number[], inputs = labels.map((_, row) => row)): DataTable {
  return {
    count: labels.length,
    fingerprint: 'f',
    columns: [
      {
        field: { name: 'x', role: 'input', dtype: 'f32', shape: [2] },
        stored: Float32Array.from(inputs.flatMap((value) => [value, -value])),
      },
      {
        field: {
          ...{ name: 'y', role: 'label', dtype: 'i32', shape: [] },
          ...{ classes: 3, classNames: ['cat', 'dog', 'owl'] },
        },
        stored: Int32Array.from(labels),
      },
    ],
  };
}
const splits = (train: number[], validation: number[], kept: number[]) => ({
  train: Int32Array.from(train),
  validation: Int32Array.from(validation),
  test: Int32Array.from(kept),
});

describe('a split', () => {
  test('is counted class by class', () => {
    const report = splitReport(tableOf([0, 0, 1, 2, 1, 0]), splits([0, 1, 2], [3, 4], [5]));
    expect(report.classes).toEqual({
      names: ['cat', 'dog', 'owl'],
      rows: { train: [2, 1, 0], validation: [0, 1, 1], test: [1, 0, 0] },
    });
    expect(splitNotes(report)[0]).toBe(
      'No sample of class owl is in training; a stratified split has all it can.',
    );
  });

  test('tells rows of validation and test whose inputs are in training', () => {
    const table = tableOf([0, 1, 2, 0, 1, 2], [1, 2, 3, 1, 9, 2]);
    const report = splitReport(table, splits([0, 1, 2], [3, 4], [5]));
    expect(report.copies).toEqual({ validation: 1, test: 1 });
    expect(splitNotes(report)).toContain('1 test sample is in training as well.');
    const apart = splitReport(tableOf([0, 1, 2, 0, 1, 2]), splits([0, 1, 2], [3, 4], [5]));
    expect(apart.copies).toEqual({ validation: 0, test: 0 });
  });

  test('tells groups that it tears apart, and none where it goes by them', () => {
    const labels = Array.from({ length: 60 }, (_, i) => i % 3);
    const group = Int32Array.from(labels, (_, i) => (i < 6 ? -1 : i % 10));
    const table = { ...tableOf(labels), rowFacts: { group } };
    const shares = { validation: 0.3, test: 0.3 };
    const random = splitReport(table, splitRows(table, shares, 1));
    expect(random.sharedGroups).toBeGreaterThan(5);
    expect(splitNotes(random)[0]).toContain('groups are in more than one part');
    const one = splits([0, 16, 27], [26], [8, 18]);
    expect(splitReport(table, one).sharedGroups).toBe(1);
    const grouped = splitRows(table, { kind: 'byGroup', ...shares }, 1);
    expect(splitReport(table, grouped).sharedGroups).toBe(0);
  });

  test('that is balanced and apart has nothing to tell', () => {
    const table = tableOf(Array.from({ length: 90 }, (_, i) => i % 3));
    const stratified = splitRows(table, { kind: 'stratified', validation: 0.2, test: 0.2 }, 1);
    expect(splitNotes(splitReport(table, stratified))).toEqual([]);
  });

  test('that lost the share of a class, or has classes of unlike size, says so', () => {
    const labels = Array.from({ length: 220 }, (_, i) => (i < 100 ? 0 : i < 200 ? 1 : 2));
    const rows = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => from + i);
    const odd = splits(
      [...rows(10, 190), ...rows(205, 220)],
      [...rows(0, 10), 200],
      rows(190, 205),
    );
    const many = { ...odd, validation: Int32Array.from([...rows(10, 50), ...rows(100, 102), 200]) };
    expect(splitNotes(splitReport(tableOf(labels), many)).join(' ')).toContain(
      'The share of classes cat, dog in validation is far from that in all data.',
    );
    const few = splits([...rows(0, 100), ...rows(200, 205)], [], []);
    expect(splitNotes(splitReport(tableOf(labels), few)).at(-1)).toBe(
      'Classes are unbalanced: 5 training samples of owl, 100 of cat.',
    );
  });
});

describe('label noise', () => {
  const labels = Array.from({ length: 300 }, (_, i) => i % 3);
  const train = Int32Array.from({ length: 200 }, (_, i) => i);

  test('makes the share of training labels wrong, each other class as likely, and no others', () => {
    const table = tableOf(labels);
    const noisy = withLabelNoise(table, train, 0.3, 7);
    const stored = noisy.table.columns[1]?.stored ?? [];
    const wrong = labels.flatMap((label, row) => (stored[row] === label ? [] : [row]));
    expect(noisy.changed).toBe(60);
    expect(wrong.length).toBe(60);
    expect(Math.max(...wrong)).toBeLessThan(200);
    const steps = wrong.filter((row) => ((stored[row] ?? 0) - (labels[row] ?? 0) + 3) % 3 === 1);
    expect(Math.abs(steps.length - 30)).toBeLessThan(16);
    expect([...(table.columns[1]?.stored ?? [])]).toEqual(labels);
    expect(withLabelNoise(table, train, 0.3, 7).table).toEqual(noisy.table);
    expect(withLabelNoise(table, train, 0.3, 8).table).not.toEqual(noisy.table);
  });

  test('is none where none is asked for, and refused where there are no classes', () => {
    const table = tableOf(labels);
    expect(withLabelNoise(table, train, 0, 7).table).toBe(table);
    const [input] = table.columns;
    const none = { ...table, columns: input ? [input] : [] };
    expect(() => withLabelNoise(none, train, 0.1, 7)).toThrow('no labels');
  });
});
