import { describe, expect, it } from 'vitest';
import type { MetricPoint, RunEvent } from '#engine/protocol/run.ts';
import {
  curveEvents,
  curveModel,
  stepToAxis,
  valuesAt,
  type CurveOptions,
} from '#renderer/charts/curveModel.ts';
import { formatX, formatY, ticksBeside } from '#renderer/charts/curveOption.ts';
import { logTicks, niceTicks, padded, withRoom } from '#engine/runs/ticks.ts';
import { appendPoints, createRunSeries } from '#renderer/state/series.ts';
import { trainPoint } from '#test/support/runFixtures.ts';

const options: CurveOptions = {
  metric: 'loss',
  axis: 'step',
  smoothing: 0.9,
  logarithmic: true,
  ignoreOutliers: true,
  zoom: null,
  stepsPerEpoch: 100,
  width: 300,
};

/** Loss 1/step, accuracy rising to one, a validation every hundred steps. */
function exampleRun(steps = 1000, change: (point: MetricPoint) => MetricPoint = (point) => point) {
  const series = createRunSeries();
  for (let step = 1; step <= steps; step++) {
    const point: MetricPoint = {
      split: 'train',
      step,
      epoch: Math.floor(step / 100),
      timeMs: step * 50,
      values: {
        loss: 1 / step,
        accuracy: 1 - 1 / step,
        learningRate: step < 500 ? 1e-2 : 1e-3,
      },
    };
    appendPoints(series, [change(point)]);
    if (step % 100 === 0) {
      const values = { ...point.values, loss: 2 / step };
      appendPoints(series, [{ ...point, split: 'validation', values }]);
    }
  }
  return series;
}

describe('ticks', () => {
  it('stand at round values inside the range', () => {
    expect(niceTicks(0, 1470, 4)).toEqual([0, 500, 1000]);
    expect(niceTicks(0.9, 1, 5)).toEqual([0.9, 0.92, 0.94, 0.96, 0.98, 1]);
    expect(niceTicks(-0.25, 0.25, 5)).toEqual([-0.2, -0.1, 0, 0.1, 0.2]);
    expect(niceTicks(3, 3, 4)).toEqual([3]);
    expect(niceTicks(Number.NaN, 1, 4)).toEqual([]);
  });
  it('are powers of ten on a logarithmic axis, thinned or filled as the range asks', () => {
    expect(logTicks(0.005, 3, 5)).toEqual([0.01, 0.1, 1]);
    expect(logTicks(0.02, 0.3, 5).map((tick) => Number(tick.toPrecision(3)))).toEqual([
      0.02, 0.05, 0.1, 0.2,
    ]);
    expect(logTicks(1e-12, 1, 5).length).toBeLessThanOrEqual(6);
    expect(logTicks(0.021, 0.029, 4).length).toBeGreaterThan(1);
    expect(logTicks(0, 1, 5)).toEqual([]);
  });
  it('leaves out what has no room beside the tick below', () => {
    const decades = [-5, -4, -3, -2].map((at) => ({ at }));
    const range = [-5.2, -1.8] as const;
    const room = (px: number) => withRoom(decades, range, px).map(({ at }) => at);
    expect(room(120)).toEqual([-5, -4, -3, -2]);
    expect(room(40)).toEqual([-5, -3]);
    expect(room(10)).toEqual([-5]);
  });
  it('writes ticks of one axis in one way', () => {
    const written = (values: readonly number[]) => {
      const yTicks = values.map((value) => ({ at: value, value }));
      const { at, text } = ticksBeside({ yTicks, yRange: [0, 1] }, 'loss', Infinity);
      return at.map(text);
    };
    expect(written([1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1])).toEqual([
      ...['1e−5', '1e−4', '1e−3', '1e−2', '0.1', '1'],
    ]);
    expect(written([1e-3, 1e-2, 0.1])).toEqual(['0.001', '0.01', '0.1']);
    expect(written([0, 5e-4, 1e-3, 1.5e-3])).toEqual(['0', '5e−4', '1e−3', '1.5e−3']);
  });
  it('gives a single value room', () => {
    const [low, high] = padded([0.5, 0.5]);
    expect(low).toBeLessThan(0.5);
    expect(high).toBeGreaterThan(0.5);
  });
});

describe('curve model', () => {
  it('draws the raw line as a ghost under the smoothed one, and validation as it is', () => {
    const model = curveModel(exampleRun(), options);
    expect(model.lines.map((line) => line.kind)).toEqual(['raw', 'train', 'validation']);
    expect(model.logarithmic).toBe(true);
    const validation = model.lines[2]!.points;
    expect([...validation.slice(0, 2)]).toEqual([100, Math.log10(0.02)]);
  });
  it('never smooths a learning rate', () => {
    const model = curveModel(exampleRun(), {
      ...options,
      metric: 'learningRate',
      logarithmic: false,
    });
    expect(model.lines.map((line) => line.kind)).toEqual(['train', 'validation']);
    const values = new Set(model.lines[0]!.points.filter((_, i) => i % 2 === 1));
    expect(values).toEqual(new Set([1e-2, 1e-3]));
  });
  it('falls back to a linear axis when a loss is not positive', () => {
    const series = exampleRun(50, (point) =>
      point.step === 7 ? { ...point, values: { loss: 0 } } : point,
    );
    expect(curveModel(series, options).logarithmic).toBe(false);
  });
  it('looks past the first steps of an accuracy unless told not to', () => {
    const series = exampleRun();
    const accuracy = { ...options, metric: 'accuracy', smoothing: 0 };
    expect(curveModel(series, accuracy).yRange[0]).toBeGreaterThan(0.9);
    expect(curveModel(series, { ...accuracy, ignoreOutliers: false }).yRange[0]).toBeLessThan(0.1);
    expect(curveModel(series, accuracy).yRange[1]).toBeLessThanOrEqual(1);
  });
  it('begins at zero, follows the zoom, and marks the ends of epochs', () => {
    const series = exampleRun();
    expect(curveModel(series, options).xRange).toEqual([0, 1000]);
    const zoomed = curveModel(series, { ...options, zoom: [150, 420] });
    expect(zoomed.xRange).toEqual([150, 420]);
    expect(zoomed.epochs).toEqual([200, 300, 400]);
  });
  it('says how long a narrow axis is', () => {
    const series = exampleRun();
    for (const end of [300, 417, 483, 499, 700, 999]) {
      const { xTicks } = curveModel(series, { ...options, width: 120, zoom: [0, end] });
      expect(xTicks.length).toBeGreaterThan(1);
      expect(xTicks.length).toBeLessThan(6);
    }
  });
  it('has the same run over epochs and over time', () => {
    const series = exampleRun();
    expect(curveModel(series, { ...options, axis: 'epoch' }).xRange).toEqual([0, 10]);
    expect(curveModel(series, { ...options, axis: 'time' }).xRange).toEqual([0, 50]);
    expect(stepToAxis(200, 'time', 100, series)).toBe(10);
    expect(stepToAxis(250, 'epoch', 100, series)).toBe(2.5);
  });
  it('answers for a run without points', () => {
    const model = curveModel(createRunSeries(), options);
    expect(model.lines).toEqual([]);
    expect(model.xRange).toEqual([0, 1]);
  });
});

describe('values beside the title', () => {
  const series = exampleRun();
  it('are those at the crosshair, else the last ones', () => {
    expect(valuesAt(series, { ...options, smoothing: 0 }, null).train).toBe(1 / 1000);
    const at = valuesAt(series, { ...options, smoothing: 0 }, 249.6);
    expect(at.step).toBe(250);
    expect(at.train).toBe(1 / 250);
    expect(at.validation).toBe(2 / 200);
    expect(at.test).toBeNaN();
  });

  it('the clock is told the last values up to it, and none of later', () => {
    const looking = { metric: 'loss', axis: 'step', smoothing: 0, stepsPerEpoch: 10 } as const;
    const series = createRunSeries();
    for (const [split, step] of [
      ['train', 1],
      ['train', 8],
      ['train', 12],
      ['validation', 10],
    ] as const) {
      appendPoints(series, [{ ...trainPoint(step), split }]);
    }
    const at = (x: number) => valuesAt(series, looking, x, 'before');
    expect(at(9)).toMatchObject({ step: 8, train: 1 / 8, validation: NaN });
    expect(at(12)).toMatchObject({ step: 12, train: 1 / 12, validation: 1 / 10 });
    expect(valuesAt(series, looking, 9).validation).toBe(1 / 10);
  });
});

describe('events', () => {
  it('are the best checkpoint, jumps of the learning rate, and warnings', () => {
    const log = [
      { timeMs: 100, level: 'info', message: 'nothing' },
      { timeMs: 2500, level: 'warning', message: 'dead units' },
    ] as const;
    const best = {
      split: 'validation',
      step: 900,
      epoch: 9,
      timeMs: 0,
      values: { loss: 0.1 },
    } as const;
    const events = curveEvents({ best }, exampleRun(), { log, events: [] }, 'step', 100);
    expect(events).toEqual([
      { x: 900, text: 'best checkpoint', tone: 'plain' },
      { x: 500, text: 'learning rate changed', tone: 'plain' },
      { x: 50, text: 'dead units', tone: 'warn' },
    ]);
  });
  it('are what the record tells, where it does: a decimated curve would show jumps that were none', () => {
    const told = (kind: RunEvent['kind'], step: number, message: string): RunEvent => ({
      ...{ kind, step, message, timeMs: 0, level: kind === 'problem' ? 'warning' : 'info' },
    });
    const events = [
      told('learningRate', 300, 'Learning rate 0.1 to 0.01'),
      told('paused', 400, 'Paused'),
      told('problem', 450, 'relu1 is silent'),
      told('ended', 1000, 'Training finished.'),
    ];
    expect(curveEvents({}, exampleRun(), { log: [], events }, 'epoch', 100)).toEqual([
      { x: 3, text: 'Learning rate 0.1 to 0.01', tone: 'plain' },
      { x: 4, text: 'Paused', tone: 'plain' },
      { x: 4.5, text: 'relu1 is silent', tone: 'warn' },
    ]);
  });
});

describe('axis text', () => {
  it('is short on ticks and precise beside the title', () => {
    expect(formatY(0.1, 'loss')).toBe('0.1');
    expect(formatY(0.02781, 'loss', true)).toBe('0.0278');
    expect(formatY(0.98, 'accuracy')).toBe('98%');
    expect(formatY(0.9934, 'accuracy', true)).toBe('99.3%');
    expect(formatY(1e-5, 'gradientNorm')).toBe('1e−5');
    expect(formatY(Number.NaN, 'loss', true)).toBe('NaN');
    expect(formatX(1412, 'step')).toBe('1,412');
    expect(formatX(90, 'time')).toBe('90.0 s');
    expect(formatX(600, 'time')).toBe('10.0 min');
  });
});
