/** Curves as files: the table holds every measured point and nothing else; the picture is one SVG. */
import { describe, expect, it } from 'vitest';
import { type ChartColors, readColors } from '#renderer/charts/colors.ts';
import { curvesAsCsv, curvesAsSvg } from '#renderer/charts/curveExport.ts';
import { curveModel } from '#renderer/charts/curveModel.ts';
import { appendPoints, createRunSeries } from '#renderer/state/series.ts';

const series = createRunSeries();
for (const step of [10, 20, 30]) {
  const point = { step, epoch: step / 20, timeMs: step * 100 };
  const loss = 1 / step;
  appendPoints(series, [{ split: 'train', ...point, values: { loss, learningRate: 1e-3 } }]);
  if (step === 20) {
    appendPoints(series, [{ split: 'validation', ...point, values: { loss, accuracy: 0.5 } }]);
  }
}

describe('as a table', () => {
  it('has a row for each point, in step order, and a column for each measured metric', () => {
    expect(curvesAsCsv(series).split('\r\n')).toEqual([
      'split,step,epoch,seconds,loss,accuracy,learningRate',
      'train,10,0.5,1,0.1,,0.001',
      'train,20,1,2,0.05,,0.001',
      'validation,20,1,2,0.05,0.5,',
      `train,30,1.5,3,${1 / 30},,0.001`,
      '',
    ]);
  });

  it('is a header alone before anything was measured', () => {
    expect(curvesAsCsv(createRunSeries())).toBe('split,step,epoch,seconds\r\n');
  });

  it('keeps losses that are no numbers apart from missing ones', () => {
    const bad = createRunSeries();
    const point = { split: 'train', step: 1, epoch: 0, timeMs: 0 } as const;
    appendPoints(bad, [{ ...point, values: { loss: 1 } }]);
    appendPoints(bad, [{ ...point, step: 2, values: { loss: Infinity } }]);
    expect(curvesAsCsv(bad)).toContain('train,2,0,0,Infinity');
  });
});

describe('as a picture', () => {
  const colors: ChartColors = readColors(
    (name) => (name === '--font-ui' ? 'Inter' : '#123456'),
    true,
  );
  const contentAt = (width: number) =>
    ['loss', 'learningRate'].map((metric) => ({
      model: curveModel(series, {
        ...{ metric, axis: 'step', smoothing: 0, logarithmic: false, ignoreOutliers: false },
        ...{ zoom: null, stepsPerEpoch: 20, width },
      }),
      metric,
      axis: 'step' as const,
      events: [],
      runColor: '#abcdef',
      dotsAt: () => [],
    }));

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
});
