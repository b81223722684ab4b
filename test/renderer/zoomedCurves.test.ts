/**
 * Rule: a part of a decimated curve is asked for as fine as it is drawn, once; until the answer the coarse
 * curve stands, an answer to what nobody looks at any more is dropped, and what comes while the run trains is
 * there beside it.
 */
import { expect, it, onTestFinished, vi } from 'vitest';
import { curvesOf, decimated, only, type RunCurves } from '#engine/protocol/metricColumns.ts';
import type { CurveRange, MetricPoint } from '#engine/protocol/run.ts';
import { curveModel, stepsBetween } from '#renderer/charts/curveModel.ts';
import { RunSession } from '#renderer/state/runSession.ts';
import type { StepRange } from '#renderer/state/zoomedCurves.ts';
import { settled } from '../support/settled.ts';

const COUNT = 40_000;
const valueAt = (step: number): number =>
  Math.sin(step / 2_000) + 2 + 0.3 * Math.sin(step * 12.9898);
const pointAt = (step: number): MetricPoint => ({
  ...{ split: 'train', step, epoch: step / 1000, timeMs: step * 10 },
  values: { loss: valueAt(step), accuracy: 1 / valueAt(step) },
});
const points = Array.from({ length: COUNT }, (_, i) => pointAt(i + 1));
const whole = curvesOf(points).train!;

/** A run whose record has all points, and whose page got every hundredth stretch of them. */
function setup() {
  const asked: CurveRange[] = [];
  const answers: ((answer?: readonly RunCurves[]) => void)[] = [];
  const fineOf = ({ metrics, from, to, width }: CurveRange): readonly RunCurves[] =>
    metrics.map((metric) => {
      const inside = points.filter(({ step }) => step >= from - 1 && step <= to + 1);
      return { train: decimated(only(curvesOf(inside).train!, metric), width) };
    });
  const session = new RunSession('a', (range) => {
    asked.push(range);
    return new Promise((resolve, reject) => {
      answers.push((answer = fineOf(range)) =>
        answer.length === 0 ? reject(new Error('gone')) : resolve(answer),
      );
    });
  });
  session.addCurves({ train: decimated(whole, 400) });
  const told: string[] = [];
  session.subscribe((news) => told.push(news));
  /** As a chart does at each drawing: the steps of what it draws there. */
  const draw = (range: StepRange, metric = 'loss', width = 600): number[] => {
    session.zoomed.look(metric, session.series, range, width);
    const { train } = session.zoomed.seriesOf(metric, session.series, range);
    return [...train.column('step')].filter((step) => step >= range[0] && step <= range[1]);
  };
  return { session, asked, answers, told, draw };
}
const stepsFrom = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

it('asks once for what several charts draw, and shows all of it when it comes', async () => {
  const { session, asked, answers, told, draw } = setup();
  const coarse = draw([20_000, 20_500]);
  draw([20_000, 20_500], 'accuracy');
  expect(coarse.length).toBeLessThan(40);
  await settled();
  expect(asked).toEqual([{ metrics: ['loss', 'accuracy'], from: 20_000, to: 20_500, width: 600 }]);
  // The coarse curve stands, and drawing it again asks nothing.
  expect(draw([20_000, 20_500])).toEqual(coarse);
  answers[0]?.();
  await settled();
  expect(told).toEqual(['series']);
  for (const metric of ['loss', 'accuracy']) {
    expect(draw([20_000, 20_500], metric)).toEqual(stepsFrom(20_000, 20_500));
  }
  const { train } = session.zoomed.seriesOf('loss', session.series, [20_000, 20_500]);
  const steps = train.column('step');
  expect([...steps]).toEqual([...new Set(steps)].sort((a, b) => a - b));
  const row = steps.indexOf(20_123);
  expect(train.column('loss')[row]).toBe(valueAt(20_123));
  expect(train.meanColumn('loss')[row]).toBe(valueAt(20_123));
  await settled();
  expect(asked).toHaveLength(1);
});

it('drops the answer to what was looked at before, and asks for what is looked at now', async () => {
  const { asked, answers, told, draw } = setup();
  draw([1_000, 2_000]);
  await settled();
  for (const from of [5_000, 6_000, 7_000]) draw([from, from + 100]);
  expect(asked).toHaveLength(1);
  answers[0]?.();
  await settled();
  expect(told).toEqual([]);
  expect(asked.map(({ from }) => from)).toEqual([1_000, 7_000]);
  answers[1]?.();
  await settled();
  expect(draw([7_000, 7_100])).toEqual(stepsFrom(7_000, 7_100));
  expect(draw([1_000, 2_000]).length).toBeLessThan(100);
});

it('is asked again for a wider chart, not for a narrower one nor at every pixel', async () => {
  const { asked, answers, draw } = setup();
  const range: StepRange = [10_000, 20_000];
  draw(range, 'loss', 310);
  await settled();
  answers[0]?.();
  await settled();
  const some = draw(range, 'loss', 310);
  expect(some.length).toBeGreaterThan(400);
  expect(some.length).toBeLessThanOrEqual(2 * 400 + 2);
  for (const width of [200, 305, 399]) draw(range, 'loss', width);
  await settled();
  expect(asked.map(({ width }) => width)).toEqual([400]);
  draw(range, 'loss', 900);
  await settled();
  expect(asked.map(({ width }) => width)).toEqual([400, 900]);
});

it('has the live end of a run that trains: asked once, continued by what comes', async () => {
  const { session, asked, answers, draw } = setup();
  const range: StepRange = [39_500, 60_000];
  draw(range);
  await settled();
  // Before the answer came and after it.
  session.addPoints([40_001, 40_002].map(pointAt));
  answers[0]?.();
  await settled();
  session.addPoints([40_003, 40_004].map(pointAt));
  expect(draw(range)).toEqual(stepsFrom(39_500, 40_004));
  await settled();
  expect(asked).toHaveLength(1);
});

it('asks nothing where every point is there already', async () => {
  const { session, asked, draw } = setup();
  session.addPoints(stepsFrom(COUNT + 1, COUNT + 300).map(pointAt));
  expect(draw([COUNT + 10, COUNT + 250])).toHaveLength(241);
  const short = new RunSession('b', () => expect.unreachable('nothing is to be asked'));
  short.addPoints(points.slice(0, 500));
  short.zoomed.look('loss', short.series, [100, 200], 600);
  await settled();
  expect(asked).toEqual([]);
});

it('forgets what a run took back, and an answer that is under way', async () => {
  const { session, asked, answers, told, draw } = setup();
  draw([1_000, 1_200]);
  await settled();
  session.restart();
  session.addCurves({ train: decimated(whole, 300) });
  told.length = 0;
  answers[0]?.();
  await settled();
  expect(told).toEqual([]);
  expect(draw([1_000, 1_200]).length).toBeLessThan(40);
  await settled();
  expect(asked).toHaveLength(2);
});

it('keeps the coarse curve where the record cannot be read, without asking at every drawing', async () => {
  // After a second it is asked again.
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const { asked, answers, draw } = setup();
  const coarse = draw([1_000, 1_200]);
  await settled();
  answers[0]?.([]);
  await settled();
  for (let count = 0; count < 5; count++) {
    expect(draw([1_000, 1_200])).toEqual(coarse);
    vi.advanceTimersByTime(199);
  }
  await settled();
  expect(asked).toHaveLength(1);
  vi.advanceTimersByTime(5);
  draw([1_000, 1_200]);
  await settled();
  expect(asked).toHaveLength(2);
});

it('is as smooth as the whole curve is, wherever one looks', async () => {
  const { session, answers, draw } = setup();
  const exact = new RunSession('b');
  exact.addCurves({ train: whole });
  const range: StepRange = [20_000, 21_000];
  draw(range);
  await settled();
  answers[0]?.();
  await settled();
  const model = (series: Parameters<typeof curveModel>[0]) =>
    curveModel(series, {
      ...{ metric: 'loss', axis: 'step', smoothing: 0.9, logarithmic: false, zoom: range },
      ...{ ignoreOutliers: false, stepsPerEpoch: 1000, width: 3000 },
    }).lines.find(({ kind }) => kind === 'train')!.points;
  const [fine, all] = [
    model(session.zoomed.seriesOf('loss', session.series, range)),
    model(exact.series),
  ];
  for (const at of [20_100, 20_500, 20_900]) {
    const valueIn = (list: Float64Array) =>
      list[list.findIndex((x, i) => i % 2 === 0 && x === at) + 1] ?? NaN;
    // What came before the part is known by stretches: half of one is how far it may be off.
    expect(Math.abs(valueIn(fine) - valueIn(all))).toBeLessThan(0.1);
  }
});

it('is told in steps, on every axis', () => {
  const { session } = setup();
  const { series } = session;
  expect(stepsBetween([10.4, 20.2], 'step', 1000, series)).toEqual([10, 21]);
  expect(stepsBetween([0.5, 2], 'epoch', 1000, series)).toEqual([500, 2000]);
  const [from, to] = stepsBetween([100, 110], 'time', 1000, series);
  expect(from).toBeLessThan(10_000);
  expect(to).toBeGreaterThanOrEqual(11_000);
  // A run that trains has not got there yet.
  expect(stepsBetween([100, 1e9], 'time', 1000, series)[1]).toBe(Number.MAX_SAFE_INTEGER);
});
