/** Generated series: what follows continues what is known, and noise and trend are as asked for. */
import { describe, expect, it } from 'vitest';
import { loadData } from '#engine/datasets/index.ts';
import type { JsonValue } from '#engine/ir/attrs.ts';
import { memoryFiles } from '#test/support/memoryFiles.ts';

/** Known and wanted values of each row, end to end. */
async function series(options: Record<string, JsonValue>): Promise<readonly (readonly number[])[]> {
  const { columns, count } = await loadData('series', options, memoryFiles({}));
  const row = (column: (typeof columns)[number] | undefined, at: number) => {
    const size = column?.field.shape[0] ?? 0;
    return [...(column?.stored.slice(at * size, (at + 1) * size) ?? [])];
  };
  return Array.from({ length: count }, (_, at) => [...row(columns[0], at), ...row(columns[1], at)]);
}

describe('series', () => {
  it('give a window and what follows it', async () => {
    const options = { window: 20, horizon: 5, count: 10 };
    const { columns } = await loadData('series', options, memoryFiles({}));
    expect(columns.map(({ field }) => [field.name, field.role, field.shape])).toEqual([
      ['history', 'input', [20]],
      ['target', 'target', [5]],
    ]);
  });

  it('of one sine follow its recurrence across the border of window and horizon', async () => {
    const options = { waves: 1, noise: 0, trend: 0, window: 16, horizon: 8, count: 50 };
    for (const values of await series(options)) {
      // x[t+1] + x[t-1] = 2 cos(w) x[t]: the same factor everywhere.
      const factors = values
        .slice(1, -1)
        .map((value, i) => [((values[i] ?? 0) + (values[i + 2] ?? 0)) / value, value] as const)
        .filter(([, value]) => Math.abs(value) > 0.2)
        .map(([factor]) => factor);
      for (const factor of factors) expect(factor).toBeCloseTo(factors[0] ?? NaN, 3);
      const period = (2 * Math.PI) / Math.acos((factors[0] ?? NaN) / 2);
      expect(period).toBeGreaterThan(9.9);
      expect(period).toBeLessThan(40.5);
    }
  });

  it('take periods either way round', async () => {
    const turned = { shortest: 40, longest: 10, count: 8 };
    expect(await series(turned)).toEqual(await series({ count: 8 }));
  });

  it('stay within the range that the field names', async () => {
    const options = { waves: 5, noise: 0, trend: 2, window: 16, horizon: 16, count: 2000 };
    const { columns } = await loadData('series', options, memoryFiles({}));
    expect(columns[1]?.field.range).toEqual([-3, 3]);
    const most = Math.max(...(columns[1]?.stored.map(Math.abs) ?? []));
    expect(most).toBeLessThanOrEqual(3);
    expect(most).toBeGreaterThan(2);
  });

  it('have the trend and the noise that are asked for', async () => {
    const wide = { waves: 1, shortest: 4000, longest: 4000, trend: 0, window: 64, horizon: 1 };
    const noise = (await series({ ...wide, noise: 0.2, count: 200 })).flatMap((values) =>
      values.slice(1).map((value, i) => value - (values[i] ?? 0)),
    );
    // The difference of two noisy values has twice their variance.
    const variance = noise.reduce((all, each) => all + each ** 2, 0) / noise.length / 2;
    expect(Math.sqrt(variance)).toBeCloseTo(0.2, 2);
    const slopes = (await series({ ...wide, trend: 1, noise: 0, count: 400 })).map(
      (values) => (values[63] ?? 0) - (values[0] ?? 0),
    );
    expect(Math.max(...slopes)).toBeGreaterThan(0.9);
    expect(Math.min(...slopes)).toBeLessThan(-0.9);
    // A wave of 4000 steps moves by 0.1 in 64.
    expect(Math.max(...slopes.map(Math.abs))).toBeLessThan(1.12);
  });
});
