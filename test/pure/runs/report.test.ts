/** Rule: a report is one file that loads nothing, says what is known, and writes names as text, whatever they are. */
import Papa from 'papaparse';
import { describe, expect, test } from 'vitest';
import { curvesOf, type MetricPoint, type RunRow } from '#engine/protocol/index.ts';
import { figureName, settingsOf } from '#engine/runs/index.ts';
import {
  comparisonReport,
  curvesCsv,
  reportHtml,
  reportJson,
  runsCsv,
  usualFigure,
  type ReportRun,
} from '#engine/runs/report/index.ts';

import { pointsDocument } from '#test/support/documents.ts';
import { runSummary } from '#test/support/runFixtures.ts';

interface Given {
  readonly name?: string;
  readonly seed?: number;
  readonly batchSize?: number;
  readonly accuracy?: number;
  readonly steps?: number;
  readonly notes?: string;
}

function run(id: string, given: Given = {}): ReportRun {
  const { name = id, seed = 1, batchSize = 16, accuracy = 0.9, steps = 40, notes = '' } = given;
  const document = pointsDocument('moons', 2, { epochs: 2, batchSize, seed });
  const at = { step: steps, epoch: 2, timeMs: 1 };
  const points = Array.from({ length: steps }, (_, i): MetricPoint[] => [
    {
      split: 'train',
      step: i + 1,
      epoch: 0,
      timeMs: i * 10,
      // One spike.
      values: { loss: i === 20 ? 9 : 1 / (i + 1), learningRate: 0.01 },
    },
    ...(i % 10 === 9
      ? [
          {
            split: 'validation' as const,
            step: i + 1,
            epoch: 0,
            timeMs: i * 10,
            values: { loss: 1 / (i + 1), accuracy: (accuracy * (i + 1)) / steps },
          },
        ]
      : []),
  ]).flat();
  const row: RunRow = {
    ...runSummary(id, 'finished', steps),
    ...{ name, notes, colorSlot: seed },
    bests: { validation: { accuracy: { value: accuracy, step: steps, epoch: 2 } } },
    last: {
      train: { split: 'train', ...at, values: { loss: 0.3 } },
      validation: { split: 'validation', ...at, values: { accuracy, loss: 0.5 } },
    },
    settings: settingsOf(document),
  };
  return { row, document, curves: curvesOf(points) };
}

const reportOf = (runs: readonly ReportRun[], more = {}) =>
  comparisonReport(runs, { title: 'Two', madeAt: '2026-01-02', ...more });

const readCsv = (text: string): readonly (readonly string[])[] =>
  Papa.parse<readonly string[]>(text, { skipEmptyLines: true }).data;

const SEEDS = [0.9, 0.91, 0.92, 0.93, 0.94];
const TWO_GROUPS = [
  ...SEEDS.map((accuracy, seed) => run(`a${seed}`, { seed, accuracy })),
  ...SEEDS.map((accuracy, seed) =>
    run(`b${seed}`, { seed, accuracy: accuracy - 0.3, batchSize: 64 }),
  ),
];

describe('what a report is made of', () => {
  test('settings that differ, groups of seeds, and what is said of them', () => {
    const report = reportOf(TWO_GROUPS, { baseline: 'b0' });
    expect(report.figure).toEqual(figureName('accuracy'));
    expect(report.differences.map(({ name }) => name)).toEqual(['batch', 'seed']);
    expect(report.groups.map(({ group, values }) => [group.label, values.length])).toEqual([
      ['batch 64', 5],
      ['batch 16', 5],
    ]);
    expect(report.statements.map(({ text }) => text)).toEqual([
      expect.stringMatching(
        /^batch 16 is better by 30\.0 points than batch 64 \(95 %: .*5 and 5 runs/,
      ),
    ]);
    // The seed is nobody's choice.
    expect(report.importance?.settings.map(({ path }) => path)).toEqual(['training.batchSize']);
  });

  test('runs of one name are told apart', () => {
    const { labels } = reportOf([
      run('0123456789', { name: 'x' }),
      run('abcdefghij', { name: 'x' }),
    ]);
    expect(labels).toEqual(['x (01234567)', 'x (abcdefgh)']);
  });

  test('what decides is of validation, else of what there is', () => {
    const { row } = run('a');
    const { train, validation } = row.last ?? {};
    expect(usualFigure([row])).toEqual(figureName('accuracy'));
    expect(usualFigure([{ ...row, last: { ...(train && { train }) } }])).toEqual(
      figureName('train.loss'),
    );
    expect(usualFigure([{ ...row, last: { ...(validation && { test: validation }) } }])).toEqual(
      figureName('test.accuracy'),
    );
    expect(usualFigure([{ ...row, last: {} }])).toBeNull();
  });
});

describe('as HTML', () => {
  const html = reportHtml(reportOf(TWO_GROUPS, { baseline: 'a0' }));

  test('nothing in it loads, runs or leads anywhere', () => {
    expect(html).toContain('default-src &#39;none&#39;');
    expect(html).not.toMatch(/<script|<link|<img|<iframe|\ssrc=|href=|url\(|@import|https?:/i);
  });

  test('shares up to all of them are written whole on an axis', () => {
    const full = reportHtml(reportOf([run('a', { accuracy: 1 }), run('b', { accuracy: 0.5 })]));
    const [, chart = ''] = /aria-label="Accuracy over steps"(.*?)<\/svg>/s.exec(full) ?? [];
    const ticks = [...chart.matchAll(/>(\d+)%</g)].map(([, share]) => Number(share));
    expect(ticks.length).toBeGreaterThan(2);
    expect(Math.max(...ticks)).toBe(100);
    expect(ticks).not.toContain(1);
  });

  test('it has the statement, figures with deltas, curves, settings and a graph', () => {
    expect(html).toContain('batch 16 is better by 30.0 points than batch 64');
    expect(html).toMatch(/60\.00% <span class="worse">\(−30\.0\)/);
    expect(html).toContain('aria-label="Loss over steps"');
    expect(html).toContain('Settings that differ');
    expect(html).toMatch(/aria-label="Graph of \d+ nodes"/);
    expect(html).toContain('prefers-color-scheme:dark');
    expect(html).toContain('@media print');
    expect(html).toContain('10 runs compared');
    expect(html).toContain('batch 16: 5 runs');
  });

  test('whatever things are called is text', () => {
    const evil = `"><script>alert(1)</script><img src=x onerror='alert(2)'>`;
    const made = reportHtml(
      reportOf([run('a', { name: evil, notes: evil }), run('b', { batchSize: 2 })], {
        title: evil,
        notes: evil,
      }),
    );
    expect(made).not.toMatch(/<script|<img/);
    expect(made).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  });

  test('a long curve stays small, and keeps its spike', () => {
    const [short, long] = [40, 20_000].map(
      (steps) => reportHtml(reportOf([run('a', { steps }), run('b', { steps })])).length,
    );
    expect((long ?? 0) - (short ?? 0)).toBeLessThan(120_000);
    const spike = reportHtml(reportOf([run('a', { steps: 20_000 }), run('b')]));
    // The highest point of the picture is drawn: the spike of 9.
    const drawn = /class="line run-2 raw" d="[^"]*[ML][\d.]+ (?:1\d|2\d)(?:\.\d)?L/;
    expect(drawn.test(spike.slice(spike.indexOf('aria-label="Loss over steps"')))).toBe(true);
  });

  test('runs that measured nothing are no trouble', () => {
    const bare = (id: string): ReportRun => {
      const { row, document } = run(id);
      const { bests: _, last: __, ...rest } = row;
      return { row: rest, document, curves: {} };
    };
    const made = reportHtml(reportOf([bare('a'), bare('b')]));
    expect(made).toContain('No setting differs.');
    expect(made).not.toMatch(/NaN|undefined/);
  });
});

describe('as tables and JSON', () => {
  test('a row for each run, with cells that need quotes', () => {
    const name = 'a, "b"\nc';
    const rows = readCsv(runsCsv([run('a', { name }).row, run('b', { batchSize: 64 }).row]));
    const [head = [], first = [], second = []] = rows;
    expect(first[head.indexOf('name')]).toBe(name);
    expect(second[head.indexOf('training.batchSize')]).toBe('64');
    expect(first[head.indexOf('best(validation.accuracy)')]).toBe('0.9');
    expect(first[head.indexOf('last(train.loss)')]).toBe('0.3');
    expect(rows.every((row) => row.length === head.length)).toBe(true);
  });

  test('every point of every curve', () => {
    const rows = readCsv(curvesCsv({ runs: [run('a'), run('b')] }));
    expect(rows[0]?.slice(0, 6)).toEqual(['run', 'name', 'split', 'step', 'epoch', 'seconds']);
    expect(rows).toHaveLength(1 + 2 * 44);
  });

  test('JSON has all of it', () => {
    const made = JSON.parse(JSON.stringify(reportJson(reportOf(TWO_GROUPS), { curves: true }))) as {
      readonly runs: readonly { readonly curves: readonly unknown[] }[];
    };
    expect(made).toMatchObject({
      metric: 'validation.accuracy',
      differences: [{ name: 'batch', path: 'training.batchSize' }, { name: 'seed' }],
      groups: [{ label: 'batch 16', n: 5 }, { n: 5 }],
      statements: [{ kind: 'difference' }],
    });
    expect(made.runs[0]?.curves).toHaveLength(44);
  });
});
