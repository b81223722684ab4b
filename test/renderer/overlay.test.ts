/** Rules of overlaid curves: several runs on one axis, each as its own chart would have it. */
import { describe, expect, it } from 'vitest';
import type { MetricPoint, RunRow } from '#engine/protocol/run.ts';
import { curveModel, ghostValueAt } from '#renderer/charts/curveModel.ts';
import { formatPlace, placesOn, scaleOf, type RunScale } from '#renderer/compare/curves/axes.ts';
import {
  nearestRun,
  overlayModel,
  overlayValues,
  stepsIn,
  type OverlayOptions,
  type OverlayRun,
} from '#renderer/compare/curves/overlayModel.ts';
import { frontLines, overlayOption } from '#renderer/compare/curves/overlayOption.ts';
import { listedOf, ranked } from '#renderer/compare/curves/ranked.ts';
import { costRows, crosshairRows, delta, figureRows } from '#renderer/compare/values/valueRows.ts';
import type { ChartColors } from '#renderer/charts/colors.ts';
import { appendPoints, createRunSeries } from '#renderer/state/series.ts';
import { runSummary } from '#test/support/runFixtures.ts';

const SCALE: RunScale = { stepsPerEpoch: 10, batchSize: 32, startedAtMs: 1_000_000 };

/** Loss `size / step`, validation every ten steps at twice that. */
function run(id: string, size: number, steps = 100, scale: Partial<RunScale> = {}): OverlayRun {
  const series = createRunSeries();
  for (let step = 1; step <= steps; step++) {
    const point: MetricPoint = {
      ...{ split: 'train', step, epoch: 0, timeMs: step * 50 },
      values: { loss: size / step, accuracy: 1 - 1 / (step + size) },
    };
    appendPoints(series, [point]);
    if (step % 10 === 0) {
      appendPoints(series, [
        { ...point, split: 'validation', values: { loss: (2 * size) / step } },
      ]);
    }
  }
  return { id, series, scale: { ...SCALE, ...scale } };
}

const OPTIONS: OverlayOptions = {
  ...{ metric: 'loss', axis: 'step', smoothing: 0, logarithmic: true, ignoreOutliers: true },
  ...{ zoom: null, width: 300 },
};

describe('overlaid curves', () => {
  it('have a line for each run and split, on one range', () => {
    const model = overlayModel([run('a', 1), run('b', 4, 200)], OPTIONS);
    expect(model.lines.map((line) => `${line.run} ${line.kind}`)).toEqual([
      'a train',
      'a validation',
      'b train',
      'b validation',
    ]);
    expect(model.xRange).toEqual([0, 200]);
    expect(model.yRange[0]).toBeLessThan(Math.log10(1 / 100));
    expect(model.yRange[1]).toBeGreaterThan(Math.log10(4));
  });
  it('keep the unsmoothed lines of a few runs only', () => {
    const kinds = (count: number) => {
      const runs = Array.from({ length: count }, (_, i) => run(String(i), 1));
      return new Set(
        overlayModel(runs, { ...OPTIONS, smoothing: 0.9 }).lines.map(({ kind }) => kind),
      );
    };
    expect(kinds(3).has('raw')).toBe(true);
    expect(kinds(7).has('raw')).toBe(false);
  });
  it('leave out a run without the metric, and are nothing where none has it', () => {
    expect(overlayModel([run('a', 1)], { ...OPTIONS, metric: 'psnr' }).lines).toEqual([]);
    expect(overlayModel([], OPTIONS)).toMatchObject({ lines: [], xRange: [0, 1] });
  });
  it('are linear where one of the runs is not positive', () => {
    expect(overlayModel([run('a', 1), run('b', -1)], OPTIONS).logarithmic).toBe(false);
  });
});

describe('the axis of several runs', () => {
  it('is of each run by what it was set to', () => {
    const { series } = run('a', 1);
    const last = (axis: Parameters<typeof placesOn>[0]) =>
      placesOn(axis, series.train, SCALE).at(-1);
    expect(last('step')).toBe(100);
    expect(last('epoch')).toBe(10);
    expect(last('time')).toBe(5);
    expect(last('samples')).toBe(3200);
    expect(last('clock')).toBe(1_005_000);
  });
  it('takes batch size and begin from the run', () => {
    const summary = { ...runSummary('a', 'finished', 5), createdAt: '1970-01-01T00:00:01Z' };
    expect(scaleOf(summary, { 'training.batchSize': 64 })).toEqual({
      ...{ stepsPerEpoch: 200, batchSize: 64, startedAtMs: 1000 },
    });
  });
  it('by the clock begins with the first of them, in rounds of a clock', () => {
    const runs = [run('a', 1), run('b', 1, 100, { startedAtMs: 1_600_000 })];
    const { xRange, xTicks } = overlayModel(runs, { ...OPTIONS, axis: 'clock' });
    expect(xRange).toEqual([1_000_000, 1_605_000]);
    const gaps = xTicks.slice(1).map((tick, i) => tick - (xTicks[i] ?? 0));
    expect(new Set(gaps)).toEqual(new Set([300_000]));
  });
  it('is written in its unit', () => {
    expect(formatPlace(1872, 'step')).toBe('1,872');
    expect(formatPlace(150, 'time')).toBe('2.50 min');
    expect(formatPlace(128_000, 'samples')).toBe('128 k');
  });
  it('asks the record for the steps of its own part', () => {
    expect(stepsIn(run('a', 1), 'samples', [320, 640])).toEqual([9, 20]);
    expect(stepsIn(run('a', 1), 'step', [90, 500])).toEqual([89, Number.MAX_SAFE_INTEGER]);
  });
});

describe('values at the crosshair', () => {
  const runs = [run('a', 1), run('b', 4, 200), run('c', 2, 20)];
  it('are those of each run there; none where it has ended', () => {
    const [a, b, c] = overlayValues(runs, OPTIONS, 50);
    expect(a).toMatchObject({ train: 1 / 50, validation: 2 / 50 });
    expect(b).toMatchObject({ train: 4 / 50 });
    expect(c?.train).toBeNaN();
    expect(overlayValues(runs, OPTIONS, null)[2]).toMatchObject({ train: 2 / 20 });
  });
  it('are ranked by the direction of the metric, by validation where there is one', () => {
    const at = overlayValues(runs, OPTIONS, 20);
    expect(ranked(at, 'loss').map((each) => each.run)).toEqual(['a', 'c', 'b']);
    expect(ranked(at, 'loss')[0]?.split).toBe('validation');
    const accuracy = overlayValues(runs, { ...OPTIONS, metric: 'accuracy' }, 20);
    expect(ranked(accuracy, 'accuracy').map((each) => each.run)).toEqual(['b', 'c', 'a']);
    expect(ranked([], 'loss')).toEqual([]);
  });
  it('name the run whose line is nearest', () => {
    const at = overlayValues(runs, OPTIONS, 20);
    expect(nearestRun(at, Math.log10(8 / 20) + 0.01, true)).toBe('b');
    expect(nearestRun(at, 1 / 20, false)).toBe('a');
    expect(nearestRun([], 0, false)).toBeNull();
  });
  it('stand as rows with the gap of validation and training', () => {
    const rows = crosshairRows('loss', overlayValues(runs, OPTIONS, null));
    const at = overlayValues(runs, OPTIONS, 50);
    expect(rows.map(({ label }) => label)).toEqual(['Train loss', 'Val loss', 'Gap, val − train']);
    expect(at.map((of) => rows[0]?.text(of))).toEqual(['0.0200', '0.0800', '–']);
    expect(rows[2]?.text(at[0]!)).toBe('+0.0200');
    const accuracy = { ...OPTIONS, metric: 'accuracy' };
    const without = crosshairRows('accuracy', overlayValues(runs, accuracy, null));
    expect(without.map(({ label }) => label)).toEqual(['Train accuracy']);
  });
  it('are listed by rank, the best of many and what is pointed at', () => {
    const all = Array.from({ length: 20 }, (_, i) => ({
      ...{ run: `r${i}`, train: 20 - i, validation: NaN, test: NaN },
    }));
    const ids = (count: number, pointed: string | null) =>
      listedOf(ranked(all.slice(-count), 'loss'), pointed).map(({ run }) => run);
    expect(ids(10, null)).toHaveLength(10);
    expect(ids(11, null)).toEqual(Array.from({ length: 9 }, (_, i) => `r${19 - i}`));
    expect(ids(20, 'r18')).toEqual(ids(20, null));
    expect(ids(20, 'r0')).toEqual([...ids(20, null).slice(0, 8), 'r0']);
  });
});

describe('lines in the chart', () => {
  const model = overlayModel([run('a', 1), run('b', 4)], OPTIONS);
  const colors = { text3: '#777777' } as ChartColors;
  const look = {
    ...{ metric: 'loss', axis: 'step' as const, baseline: null },
    colorOf: (id: string) => `#${id}`,
    isRepeated: () => false,
  };
  const series = (more: Partial<typeof look> & object) => {
    const option = overlayOption(model, { ...look, ...more }, colors);
    return new Map([option.series ?? []].flat().map((each) => [each.id, each]));
  };
  it('have the colour of their run, validation dashed', () => {
    expect(series({}).get('a:train')).toMatchObject({ lineStyle: { color: '#a', width: 1.5 } });
    expect(series({}).get('b:validation')).toMatchObject({ lineStyle: { type: [4, 3] } });
    const broken = series({ isRepeated: () => true }).get('a:train');
    expect(broken).toMatchObject({ lineStyle: { type: [10, 3, 2, 3] } });
  });
  it('have a thick grey one under that of the baseline', () => {
    expect(series({}).has('baseline')).toBe(false);
    const ghost = series({ baseline: 'b' as never }).get('baseline');
    expect(ghost).toMatchObject({ lineStyle: { width: 5, opacity: 0.25, color: '#777777' } });
    expect(ghost?.data).toBe(
      model.lines.find((l) => l.run === 'b' && l.kind === 'validation')?.points,
    );
  });
  it('are drawn again before the others where their run is pointed at', () => {
    const front = frontLines(model, 'a', '#a', false);
    expect(front.map(({ width, dash }) => [width, dash])).toEqual(
      model.lines
        .filter(({ run: of }) => of === 'a')
        .map(({ kind }) => [kind === 'raw' ? 1 : 2.5, kind === 'validation' ? [4, 3] : []]),
    );
    expect(front[0]?.points).toBe(model.lines.find((line) => line.run === 'a')?.points);
    expect(frontLines(model, 'none', '#a', false)).toEqual([]);
  });
});

describe('figures against a baseline', () => {
  const row = (id: string, accuracy: number, loss: number): RunRow => {
    const best = (value: number) => ({ value, step: 1, epoch: 1 });
    return {
      ...runSummary(id, 'finished', 100),
      settings: {},
      bests: { validation: { accuracy: best(accuracy), loss: best(loss) } },
    };
  };
  const [a, b] = [row('a', 0.958, 0.2), row('b', 0.971, 0.3)];
  it('are signed, good or bad by the direction of the metric', () => {
    const rows = figureRows([a, b], b, 'best');
    expect(rows.map(({ label }) => label)).toEqual(['Val loss', 'Val accuracy']);
    expect(rows[0]?.cells).toEqual([
      { text: '−0.100', tone: 'better', title: '0.200' },
      { text: '0.300' },
    ]);
    expect(rows[1]?.cells[0]).toMatchObject({ text: '−1.30 pt', tone: 'worse' });
    expect(delta(1, 1, 'loss')).toEqual({ text: '±0' });
    expect(delta(2, 1, 'learningRate')).toEqual({ text: '+1.00' });
  });
  it('are themselves where none is pinned', () => {
    expect(figureRows([a, b], null, 'best')[1]?.cells).toEqual([
      { text: '95.8%' },
      { text: '97.1%' },
    ]);
    expect(figureRows([a], null, 'last')).toEqual([]);
    expect(costRows([a])[0]?.cells[0]?.text).toBe('1,000');
  });
});

describe('the ghost of a baseline', () => {
  const options = {
    ...({ metric: 'loss', axis: 'epoch', smoothing: 0.9, logarithmic: false } as const),
    ...{ ignoreOutliers: false, zoom: null, stepsPerEpoch: 10, width: 300 },
  };
  it('lies under the other lines, as far as these go, in its own epochs', () => {
    const ghost = { series: run('b', 40, 400).series, stepsPerEpoch: 20 };
    const model = curveModel(run('a', 1).series, { ...options, ghost });
    expect(model.lines.map(({ kind }) => kind)).toEqual(['ghost', 'raw', 'train', 'validation']);
    expect(model.xRange).toEqual([0, 10]);
    const points = model.lines[0]!.points;
    expect([points[0], points[1]]).toEqual([0.5, 8]);
    expect(model.yRange[1]).toBeGreaterThan(8);
  });
  it('has a value at the crosshair, by its own steps, as far as it came', () => {
    const ghost = { series: run('b', 2).series, stepsPerEpoch: 20 };
    const axis = { ...options, axis: 'epoch', stepsPerEpoch: 10 } as const;
    const last = ghost.series.validation.column('step').at(-1)! / 20;
    const values = ghost.series.validation.column('loss');
    expect(ghostValueAt(ghost, axis, last)).toBe(values.at(-1));
    expect(ghostValueAt(ghost, axis, 0)).toBe(values[0]);
    expect(ghostValueAt(ghost, axis, 100 * last)).toBeNaN();
    expect(ghostValueAt({ series: createRunSeries(), stepsPerEpoch: 20 }, axis, 1)).toBeNaN();
  });
  it('is not there where the other run has no such metric', () => {
    const ghost = { series: createRunSeries(), stepsPerEpoch: 20 };
    const { lines } = curveModel(run('a', 1).series, { ...options, ghost });
    expect(lines.map(({ kind }) => kind)).toEqual(['raw', 'train', 'validation']);
  });
});
