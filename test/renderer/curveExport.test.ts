/** Curves as files: the table holds every measured point and nothing else; the picture is one SVG. */
import { describe, expect, it } from 'vitest';
import { curvesOf } from '#engine/protocol/metricColumns.ts';
import type { MetricPoint } from '#engine/protocol/run.ts';
import { type ChartColors, readColors } from '#renderer/charts/colors.ts';
import { curvesAsCsv, curvesAsSvg } from '#renderer/charts/curveExport.ts';
import { curveModel } from '#renderer/charts/curveModel.ts';
import { curveOption } from '#renderer/charts/curveOption.ts';
import { sharedContentOf, type SharedContent } from '#renderer/charts/sharedCurveContent.ts';
import type { RunView } from '#renderer/state/runView.ts';
import { appendPoints, createRunSeries } from '#renderer/state/series.ts';
import type { SharedCurves } from '#renderer/training/sharedCurves.ts';
import { runSummary } from '#test/support/runFixtures.ts';

const points = [10, 20, 30].flatMap((step): MetricPoint[] => {
  const place = { step, epoch: step / 20, timeMs: step * 100 };
  const loss = 1 / step;
  return [
    { split: 'train', ...place, values: { loss, learningRate: 1e-3 } },
    ...(step === 20
      ? [{ split: 'validation' as const, ...place, values: { loss, accuracy: 0.5 } }]
      : []),
  ];
});
const series = createRunSeries();
appendPoints(series, points);

describe('as a table', () => {
  it('has a row for each point, in step order, and a column for each measured metric', () => {
    expect(curvesAsCsv(curvesOf(points)).split('\r\n')).toEqual([
      'split,step,epoch,seconds,loss,accuracy,learningRate',
      'train,10,0.5,1,0.1,,0.001',
      'train,20,1,2,0.05,,0.001',
      'validation,20,1,2,0.05,0.5,',
      `train,30,1.5,3,${1 / 30},,0.001`,
      '',
    ]);
  });

  it('is a header alone before anything was measured', () => {
    expect(curvesAsCsv({})).toBe('split,step,epoch,seconds\r\n');
  });

  it('keeps losses that are no numbers apart from missing ones', () => {
    const place = { split: 'train', epoch: 0, timeMs: 0 } as const;
    const bad = curvesOf([
      { ...place, step: 1, values: { loss: 1 } },
      { ...place, step: 2, values: { loss: Infinity } },
      { ...place, step: 3, values: { loss: NaN } },
    ]);
    expect(curvesAsCsv(bad)).toContain('train,2,0,0,Infinity\r\ntrain,3,0,0,\r\n');
  });

  it('has every point of a long run', () => {
    const long = Array.from({ length: 40_000 }, (_, step): MetricPoint => {
      return { split: 'train', step, epoch: 0, timeMs: step, values: { loss: Math.sin(step) } };
    });
    const rows = curvesAsCsv(curvesOf(long)).split('\r\n');
    expect(rows).toHaveLength(40_002);
    expect(rows[31_416]).toBe(`train,31415,0,31.415,${Math.sin(31415)}`);
  });
});

describe('as a picture', () => {
  const colors: ChartColors = readColors(
    (name) => (name === '--font-ui' ? 'Inter' : '#123456'),
    true,
  );
  const contentAt = (width: number) =>
    ['loss', 'learningRate'].map((metric) => {
      const model = curveModel(series, {
        ...{ metric, axis: 'step', smoothing: 0, logarithmic: false, ignoreOutliers: false },
        ...{ zoom: null, stepsPerEpoch: 20, width },
      });
      return {
        model,
        metric,
        runColor: '#abcdef',
        option: (given: ChartColors) =>
          curveOption(model, [], { metric, axis: 'step' }, given, '#abcdef'),
      };
    });

  it('is one SVG with a plot and a title for each metric', () => {
    const { svg, width, height } = curvesAsSvg('lr < 0.1 & "more"', contentAt, colors);
    expect(svg.startsWith('<svg xmlns="http://www.w3.org/2000/svg"')).toBe(true);
    expect(svg.match(/<svg /g)).toHaveLength(3);
    expect(svg.match(/<\/svg>/g)).toHaveLength(3);
    expect(svg).toContain('lr &lt; 0.1 &amp; &quot;more&quot;');
    for (const text of ['Loss', 'Learning rate', 'train', 'validation']) {
      expect(svg).toContain(`>${text}<`);
    }
    expect(svg).toContain('#abcdef');
    expect([width, height].every((size) => size > 300)).toBe(true);
    const ids = [...svg.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  describe('of curves that stand in one chart', () => {
    const values = (a: number, b: number) => ({ 'real.meanAnswer': a, 'fake.meanAnswer': b });
    const viewOf = (...told: readonly (readonly [number, number])[]): RunView => {
      const own = createRunSeries();
      const place = (i: number) => ({ step: i + 1, epoch: 0, timeMs: i });
      appendPoints(
        own,
        told.map(([a, b], i) => ({ split: 'train', ...place(i), values: values(a, b) })),
      );
      // As much of a view as curves ask for.
      return {
        series: () => own,
        run: () => runSummary('r', 'finished', told.length),
        session: () => null,
      } as unknown as RunView;
    };
    const curves: SharedCurves = {
      ...{ title: 'Mean answer of Judge', doc: '' },
      lines: [
        { key: 'real.meanAnswer', name: 'data', title: 'Of data', objective: 0 },
        { key: 'fake.meanAnswer', name: 'G', title: 'Generator', objective: 1 },
      ],
    };
    const view = viewOf([0.6, 0.4], [0.7, 0.35]);
    const idsOf = (content: SharedContent | null) =>
      [content?.option(colors).series ?? []].flat().map(({ id }) => id);

    it('there is one plot with a key for each line', () => {
      const content = sharedContentOf(curves, 300, view);
      const { svg } = curvesAsSvg('GAN', () => (content ? [content] : []), colors);
      expect(svg.match(/<svg /g)).toHaveLength(2);
      for (const text of ['Mean answer of Judge', 'data', 'Generator']) {
        expect(svg).toContain(`>${text}<`);
      }
    });

    it('probabilities have the whole axis and a line where neither is likelier', () => {
      const free = sharedContentOf(curves, 300, view);
      expect(free?.yRange[1]).toBeLessThan(0.8);
      expect(idsOf(free)).not.toContain('middle');
      const whole = sharedContentOf({ ...curves, areProbabilities: true }, 300, view);
      expect(whole?.yRange).toEqual([0, 1]);
      expect(idsOf(whole)).toContain('middle');
    });

    it('each has that of the other run under it, which the axis makes room for', () => {
      const content = sharedContentOf(curves, 300, view, viewOf([0.1, 0.9], [0.2, 0.95]));
      expect(idsOf(content)).toEqual(
        expect.arrayContaining(['real.meanAnswer ghost', 'fake.meanAnswer ghost']),
      );
      expect(content?.yRange[1]).toBeGreaterThan(0.95);
    });
  });
});
