/**
 * Rules of the metrics: the numbers of scikit-learn (sklearn_metrics.py), whatever the batches, with a
 * partial one at the end; what is summed on a device is float32 there, all else float64.
 */
import { describe, expect, test } from 'vitest';
import { metrics, metricsFor } from '#engine/metrics/index.ts';
import type { MetricDefinition, MetricHead } from '#engine/metrics/index.ts';
import { classScores } from '#engine/metrics/statistics/classScores.ts';
import { areaUnderRoc, averagePrecision, type Scores } from '#engine/metrics/statistics/scores.ts';
import type { Confusion } from '#engine/metrics/statistics/confusion.ts';
import { folded, size } from '../support/foldMetric.ts';
import images from './msssim_images.json' with { type: 'json' };
import values from './sklearn_metrics.json' with { type: 'json' };

const metric = (id: string): MetricDefinition => {
  const found = metrics.get(id);
  if (!found) throw new Error(`no metric ${id}`);
  return found;
};

const BATCHES = [7, 64, 1000];

describe.each(values.classifications.map((each) => [each.classes, each] as const))(
  '%i classes',
  (
    classes,
    { labels, probabilities, expected, perClass, perClassArea, perClassPrecision, confusion },
  ) => {
    const head: MetricHead = {
      task: 'classes',
      classes,
      sampleSize: classes,
      targetField: null,
      targetNormalisation: null,
      targetRange: null,
      targetWhite: null,
    };
    const predicted = labels.map((_label, row) => {
      const scores = probabilities.slice(row * classes, (row + 1) * classes);
      return scores.indexOf(Math.max(...scores));
    });
    const fed = {
      probabilities: { shape: [classes], dtype: 'f32', values: probabilities },
      predicted: { shape: [], dtype: 'i32', values: predicted },
      labels: { shape: [], dtype: 'i32', values: labels },
    } as const;

    test('what applies is what there is to compare', () => {
      const ids = metricsFor(head).map(({ id }) => id);
      expect(ids.toSorted()).toEqual([...Object.keys(expected), 'loss'].toSorted());
    });
    test.each(Object.entries(expected))('%s', (id, value) => {
      for (const batch of BATCHES) {
        const state = folded(metric(id), head, fed, batch);
        const given = metric(id).finish(state, head);
        // Scores are counted in bins.
        const binned = id === 'rocAuc' || id === 'prAuc';
        // What is added up of probabilities is float32 as they are.
        const exact = id === 'calibrationError' ? 1e-7 : 1e-12;
        expect(Math.abs(given - value)).toBeLessThan(binned ? 2e-3 : exact);
      }
    });
    test.each(Object.entries(perClass))('%s of each class', (id, each) => {
      const state = folded(metric(id), head, fed, 50);
      expect(metric(id).perClass?.(state, head)).toEqual(
        each.map((value): unknown => expect.closeTo(value, 12)),
      );
    });
    test.each([
      ['ROC', areaUnderRoc, perClassArea],
      ['precision-recall', averagePrecision, perClassPrecision],
    ] as const)(
      'the area under the %s curve is exact within the error it states; none where it means nothing',
      (_name, areaOf, each) => {
        const state = folded(metric('rocAuc'), head, fed, 50) as Scores;
        each.forEach((exact, index) => {
          const { value, error } = areaOf(state, index);
          if (exact === null) expect(value).toBeNaN();
          else expect(Math.abs(value - exact)).toBeLessThanOrEqual(error + 1e-12);
          if (exact !== null) expect(error).toBeLessThan(0.02);
        });
      },
    );
    test('groups of scores count what is at or above their thresholds; so do bins of calibration', () => {
      const state = folded(metric('rocAuc'), head, fed, 50) as Scores;
      const all = classScores(state);
      expect(all).toHaveLength(classes);
      all.forEach(({ thresholds, positives, negatives, calibration, rocAuc }, index) => {
        const samples = labels.map((label, row) => ({
          score: Math.fround(probabilities[row * classes + index] ?? NaN),
          isOf: label === index,
        }));
        expect(thresholds.length).toBeLessThanOrEqual(2 * 128 + 2);
        let [found, alarms, area] = [0, 0, 0];
        const [of, others] = [true, false].map((is) => samples.filter((s) => s.isOf === is).length);
        thresholds.forEach((threshold, i) => {
          area += (negatives[i] ?? 0) * (found + (positives[i] ?? 0) / 2);
          found += positives[i] ?? 0;
          alarms += negatives[i] ?? 0;
          // A threshold next to 1 is rounded to float32.
          const above = samples.filter(({ score }) => score >= threshold - 1e-7);
          expect(above.filter(({ isOf }) => isOf)).toHaveLength(found);
          expect(above.filter(({ isOf }) => !isOf)).toHaveLength(alarms);
        });
        expect([found, alarms]).toEqual([of, others]);
        // The curve that is drawn is the curve.
        if (of && others) expect(Math.abs(area / (of * others) - rocAuc)).toBeLessThan(0.01);
        const inBin = (bin: number) =>
          samples.filter(({ score }) => Math.min(9, Math.floor(score * 10)) === bin);
        calibration.samples.forEach((count, bin) => {
          const own = inBin(bin);
          // Scores next to a tenth may fall to either side of it.
          expect(Math.abs(count - own.length)).toBeLessThanOrEqual(2);
          if (count !== own.length || count === 0) return;
          expect(calibration.positives[bin]).toBe(own.filter(({ isOf }) => isOf).length);
          const sum = own.reduce((total, { score }) => total + score, 0);
          expect(calibration.scores[bin]).toBeCloseTo(sum / count, 2);
        });
      });
    });
    test('confusion', () => {
      const { counts } = folded(metric('accuracy'), head, fed, 50) as Confusion;
      expect([...counts]).toEqual(confusion);
    });
  },
);

describe.each(values.multilabels.map((each) => [each.labels, each] as const))(
  '%i labels, of which a sample may have several',
  (classes, { labelled, probabilities, expected, perClass, confusion }) => {
    const head: MetricHead = {
      ...{ task: 'labels', classes, sampleSize: classes },
      ...{ targetField: null, targetNormalisation: null, targetRange: null, targetWhite: null },
    };
    const fed = {
      probabilities: { shape: [classes], dtype: 'f32', values: probabilities },
      labelled: { shape: [classes], dtype: 'f32', values: labelled },
    } as const;

    test('what applies is what there is to compare', () => {
      const ids = metricsFor(head).map(({ id }) => id);
      expect(ids.toSorted()).toEqual([...Object.keys(expected), 'loss'].toSorted());
    });
    test.each(Object.entries(expected))('%s', (id, value) => {
      for (const batch of BATCHES) {
        const given = metric(id).finish(folded(metric(id), head, fed, batch), head);
        const binned = id === 'rocAuc' || id === 'prAuc';
        expect(Math.abs(given - value)).toBeLessThan(binned ? 2e-3 : 1e-12);
      }
    });
    test.each(Object.entries(perClass))('%s of each label', (id, each) => {
      const state = folded(metric(id), head, fed, 50);
      expect(metric(id).perClass?.(state, head)).toEqual(
        each.map((value): unknown => expect.closeTo(value, 12)),
      );
    });
    test('a matrix of no and yes for each', () => {
      const { counts } = folded(metric('accuracy'), head, fed, 50) as Confusion;
      expect([...counts]).toEqual(confusion);
    });
  },
);

describe.each(values.regressions.map((each, index) => [index, each] as const))(
  'numbers %i',
  (_index, { size: width, scale, shift, target, prediction, expected }) => {
    const head: MetricHead = {
      task: 'numbers',
      classes: 0,
      sampleSize: width,
      targetField: null,
      targetNormalisation: { shift, scale },
      targetRange: 1,
      targetWhite: 1,
    };
    const fed = {
      prediction: { shape: [width], dtype: 'f32', values: prediction },
      target: { shape: [width], dtype: 'f32', values: target },
    } as const;

    test.each(Object.entries(expected))('%s', (id, value) => {
      for (const batch of BATCHES) {
        const given = metric(id).finish(folded(metric(id), head, fed, batch), head);
        expect(Math.abs(given / value - 1)).toBeLessThan(1e-6);
      }
    });
    test('PSNR follows from the root of the mean squared error', () => {
      const given = metric('psnr').finish(folded(metric('psnr'), head, fed, 50), head);
      expect(given).toBeCloseTo(-20 * Math.log10(expected.rmse), 5);
    });
  },
);

describe.each(images.cases.map((each) => [each.shape.join(' by '), each] as const))(
  `images of %s, ${images.peer}`,
  (_name, { shape, scale, shift, white, prediction, target, ssim }) => {
    const field = { name: 'image', role: 'input', dtype: 'f32', shape } as const;
    const head: MetricHead = {
      task: 'numbers',
      classes: 0,
      sampleSize: size(shape),
      targetField: field,
      targetNormalisation: { shift, scale },
      targetRange: 1,
      targetWhite: white,
    };
    // A network may give its picture as a row of numbers.
    const fed = {
      prediction: { shape: [size(shape)], dtype: 'f32', values: prediction },
      target: { shape, dtype: 'f32', values: target },
    } as const;
    test('SSIM, the mean over images whatever the batches', () => {
      for (const batch of [2, 100]) {
        const given = metric('ssim').finish(folded(metric('ssim'), head, fed, batch), head);
        expect(Math.abs(given / ssim - 1)).toBeLessThan(1e-6);
      }
    });
  },
);
test('images that are smaller than a window have no SSIM', () => {
  const of = (...shape: number[]): MetricHead => ({
    ...{ task: 'numbers', classes: 0, sampleSize: size(shape), targetNormalisation: null },
    targetField: { name: 'image', role: 'input', dtype: 'f32', shape },
    ...{ targetRange: 1, targetWhite: 1 },
  });
  expect(metricsFor(of(1, 11, 11)).map(({ id }) => id)).toContain('ssim');
  expect(metricsFor(of(1, 28, 10)).map(({ id }) => id)).not.toContain('ssim');
});

test('the loss counts a partial batch for what it is', () => {
  const loss = metric('loss');
  const { statistic } = loss;
  const head = {} as MetricHead;
  const state = statistic.start(head);
  statistic.add(state, { loss: [1] }, 3);
  statistic.add(state, { loss: [5] }, 1);
  expect(loss.finish(state, head)).toBe(2);
});

test('the mean answer is of all numbers, and told only where there is one target for all', () => {
  const head: MetricHead = {
    ...{ task: 'none', classes: 0, sampleSize: 2, answers: true },
    ...{ targetField: null, targetNormalisation: null, targetRange: null, targetWhite: null },
  };
  const found = metric('meanAnswer');
  expect(found.appliesTo(head)).toBe(true);
  expect(found.appliesTo({ ...head, task: 'numbers' })).toBe(false);
  expect(found.appliesTo({ ...head, answers: false })).toBe(false);
  const values = [0.5, 0.25, 1, 0, 0.125, 0.875, 0.5, 0.5, 0.25, 1];
  const fed = { prediction: { shape: [2], dtype: 'f32', values } } as const;
  for (const batch of [2, 100]) {
    expect(found.finish(folded(found, head, fed, batch), head)).toBeCloseTo(0.5, 12);
  }
});

test('perplexity is between how many it is as unsure as guessing, batch by batch', () => {
  const head: MetricHead = {
    ...{ task: 'classes', classes: 40, sampleSize: 40 },
    ...{ targetField: null, targetNormalisation: null, targetRange: null, targetWhite: null },
  };
  const found = metric('perplexity');
  expect(found.appliesTo(head)).toBe(true);
  expect(found.appliesTo({ ...head, classes: 10 })).toBe(false);
  const { statistic } = found;
  const state = statistic.start(head);
  const even = new Float32Array(80).fill(1 / 40);
  statistic.add(state, { probabilities: even, labels: [3, 39] }, 2);
  expect(found.finish(state, head)).toBeCloseTo(40, 4);
  const sure = Float32Array.from({ length: 40 }, (_, i) => (i === 5 ? 0.25 : 0.75 / 39));
  statistic.add(state, { probabilities: sure, labels: [5] }, 1);
  expect(found.finish(state, head)).toBeCloseTo(Math.cbrt(40 * 40 * 4), 4);
});
