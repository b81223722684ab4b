/** What canvases draw, before it becomes pixels: heights, limits, grids, curves, orders. */
import { describe, expect, it } from 'vitest';
import { defaultAttrs } from '#engine/ir/attrs.ts';
import type { LayerDefinition } from '#engine/layers/define.ts';
import { layer, layers } from '#engine/layers/index.ts';
import type { TelemetryFrame } from '#engine/protocol/run.ts';
import { rampOf } from '#renderer/charts/colors.ts';
import { confusionStats, inkOn, rampColor } from '#renderer/charts/confusionStats.ts';
import { barHeights } from '#renderer/charts/drawHistogram.ts';
import {
  flowHit,
  flowLayout,
  gradientFlowOf,
  gradientLimits,
  recentRatios,
} from '#renderer/charts/gradientFlow.ts';
import { histogramGrid } from '#renderer/charts/histogramHistory.ts';
import { probeLayer } from '#engine/drawing/probeLayer.ts';
import { paintGrid, paintImage } from '#renderer/charts/raster.ts';
import {
  classShares,
  inOrder,
  predictedClass,
  psnrDb,
  sameImage,
} from '#renderer/charts/sampleOrder.ts';
import { silenceText } from '#renderer/charts/silenceText.ts';
import { initialWeights } from '#engine/drawing/staticPicture.ts';
import { isUpdateRatioOdd } from '#renderer/charts/updateRatio.ts';
import type { GradientRow } from '#renderer/state/gradientRows.ts';
import { LiveView } from '#renderer/state/live.ts';
import { RunSession } from '#renderer/state/runSession.ts';
import { telemetryFrame } from '#test/support/runFixtures.ts';

const row = (logNorm: number[], updateRatio = logNorm.map(() => 1e-3)): GradientRow => ({
  step: 0,
  logNorm: Float32Array.from(logNorm),
  updateRatio: Float32Array.from(updateRatio),
});

describe('histogram bars', () => {
  it('have square-root heights, the tallest full', () => {
    expect([...barHeights(Float32Array.of(1, 4, 16), 3, {})]).toEqual([0.25, 0.5, 1]);
    expect([...barHeights(Float32Array.of(1, 4, 16), 3, { heights: 'linear' })]).toEqual([
      0.0625, 0.25, 1,
    ]);
  });
  it('join when there is no room', () => {
    const joined = barHeights(Float32Array.of(1, 1, 1, 1, 2, 2), 3, { heights: 'linear' });
    expect([...joined]).toEqual([0.5, 0.5, 1]);
  });
  it('clip a spike of zeros, and only then', () => {
    const counts = Float32Array.of(10_000, 4, 4);
    expect(barHeights(counts, 3, { zeroShare: 0.9 })[1]).toBeCloseTo(0.8);
    expect(barHeights(counts, 3, { zeroShare: 0.1 })[1]).toBeCloseTo(0.02);
  });
  it('answer for nothing counted', () => {
    expect([...barHeights(new Float32Array(2), 2, {})]).toEqual([0, 0]);
  });
});

describe('gradient strip', () => {
  it('takes its limits from the window, outliers aside', () => {
    const rows = Array.from({ length: 100 }, (_, i) => row([-3 + i / 100]));
    rows[50] = row([9]);
    const [low, high] = gradientLimits(rows)!;
    expect(low).toBeCloseTo(-2.98, 1);
    expect(high).toBeLessThan(-1.9);
  });
  it('keeps half a decade, so that noise stays one colour', () => {
    const [low, high] = gradientLimits([row([-2]), row([-2.01])])!;
    expect(high - low).toBeCloseTo(0.5);
  });
  it('leaves out what has no logarithm', () => {
    expect(gradientLimits([row([Number.NaN, -Infinity])])).toBeNull();
    expect(gradientLimits([])).toBeNull();
  });
  it('knows what is under the pointer', () => {
    const layout = flowLayout({ width: 340, height: 200 }, 3);
    expect(flowHit(layout, 3, 10, { x: 45, y: 1 })).toEqual({ column: 0, row: 0 });
    expect(flowHit(layout, 3, 10, { x: 339, y: 190 })).toEqual({ column: 2, row: null });
    expect(flowHit(layout, 3, 10, { x: 10, y: 1 })).toBeNull();
  });
  it('shows update over weight of the step on show, whatever the steps before were', () => {
    const view = new LiveView();
    const session = new RunSession('a');
    view.show(session);
    const ratioAt = (step: number): number => (step === 1 ? 0.4 : step < 40 ? 2e-3 : 5e-5);
    for (const step of [1, 9, 20, 33, 40, 47]) {
      const body = telemetryFrame(step, ['fc1'], () => 1, ratioAt(step));
      session.addSnapshot({ kind: 'telemetry', body });
    }
    const flow = () => gradientFlowOf(view, (id) => id, new Set());
    expect(flow()).toMatchObject({ step: 47, ratios: [5e-5] });
    expect(flow().ratios[0]).toBe(view.weightOf('fc1')?.updateRatio);
    expect(recentRatios(flow(), 0)).toHaveLength(6);
    view.lookAt(20);
    expect(flow()).toMatchObject({ step: 20, ratios: [2e-3] });
    expect(flow().ratios[0]).toBe(view.weightOf('fc1')?.updateRatio);
    expect(recentRatios(flow(), 0)).toHaveLength(3);
  });
  it('knows the band of update over weight', () => {
    expect(isUpdateRatioOdd(1e-3)).toBe(false);
    expect(isUpdateRatioOdd(1e-2)).toBe(true);
    expect(isUpdateRatioOdd(1e-4)).toBe(true);
    expect(isUpdateRatioOdd(Number.NaN)).toBe(false);
  });
});

describe('distribution over the run', () => {
  it('puts every frame on one range and keeps its mass', () => {
    const counts = Float32Array.of(1, 1, 2);
    const grid = histogramGrid(
      [
        { step: 0, histogram: { min: 0, max: 3, counts } },
        { step: 1, histogram: { min: 0, max: 3, counts } },
      ],
      6,
    );
    expect(grid).toMatchObject({ columns: 2, rows: 6, min: 0, max: 3 });
    const column = [0, 1, 2, 3, 4, 5].map((i) => grid.density[i * 2]!);
    expect(column.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1);
    // Top row is the highest value.
    expect(column[0]).toBeCloseTo(0.25);
    expect(column[5]).toBeCloseTo(0.125);
  });
  it('takes a point mass', () => {
    const histogram = { min: 1, max: 1, counts: Float32Array.of(5) };
    expect([...histogramGrid([{ step: 0, histogram }], 4).density].every(Number.isFinite)).toBe(
      true,
    );
  });
});

describe('pictures', () => {
  const gray = rampOf(['#000000', '#ffffff']);
  it('map the range onto the ramp and leave NaN transparent', () => {
    const pixels = paintGrid([0, 1, Number.NaN, 9], gray, 0, 1);
    expect([...pixels.slice(0, 4)]).toEqual([0, 0, 0, 255]);
    expect([...pixels.slice(4, 8)]).toEqual([255, 255, 255, 255]);
    expect(pixels[11]).toBe(0);
    expect(pixels[12]).toBe(255);
  });
  it('show colour images in their own colours', () => {
    const image = { channels: 3, height: 1, width: 2, pixels: Uint8Array.of(1, 2, 3, 4, 5, 6) };
    expect([...paintImage(image, gray)]).toEqual([1, 3, 5, 255, 2, 4, 6, 255]);
  });
});

describe('a layer before training', () => {
  it('has the curve of its own lowering', () => {
    const relu = layer('ReLU');
    const values = Float64Array.of(-2, 0, 3);
    const x = { type: { dtype: 'f32' as const, shape: [3, 1] }, values };
    expect([...probeLayer(relu, defaultAttrs(relu.attrs), [x])!]).toEqual([0, 0, 3]);
  });
  it('has the loss of one sample', () => {
    const loss = layer('CrossEntropyLoss');
    const value = probeLayer(loss, defaultAttrs(loss.attrs), [
      { type: { dtype: 'f32', shape: [1, 2] }, values: Float64Array.of(0, 0) },
      { type: { dtype: 'i32', shape: [1], classes: 2 }, values: Float64Array.of(0) },
    ]);
    expect(value![0]).toBeCloseTo(Math.log(2));
  });
  // What trains its curve shows its weights instead; what gates one half by the other has none.
  const keepsNumbers = ({ attrs, infer, params }: LayerDefinition): boolean => {
    try {
      const x = { dtype: 'f32', shape: ['N', 5] } as const;
      return params === undefined && infer([x], defaultAttrs(attrs))[0]?.shape[1] === 5;
    } catch {
      return false;
    }
  };
  it.each([...layers.values()].filter((each) => each.role === 'activation' && keepsNumbers(each)))(
    'has a curve: $type',
    (definition) => {
      const values = Float64Array.of(-2, -1, 0, 1, 2);
      const x = { type: { dtype: 'f32' as const, shape: [1, 5] }, values };
      const curve = probeLayer(definition, defaultAttrs(definition.attrs), [x]);
      expect(curve).toHaveLength(5);
      expect(curve?.every(Number.isFinite)).toBe(true);
    },
  );
  it('has no curve when it lowers to more than is known', () => {
    const linear = layer('Linear');
    const x = { type: { dtype: 'f32' as const, shape: [1, 2] }, values: Float64Array.of(1, 2) };
    expect(probeLayer(linear, defaultAttrs(linear.attrs), [x])).toBeNull();
  });
  it('shows the weights it would start from, the same every time', () => {
    // PyTorch's Linear: uniform within 1/sqrt(fanIn), that is gain sqrt(1/3) of Kaiming's sqrt(3/fanIn).
    const init = {
      kind: 'uniform',
      scheme: 'kaiming',
      gain: Math.sqrt(1 / 3),
      fanIn: 64,
      fanOut: 10,
    } as const;
    const first = initialWeights({ shape: [10, 64], init }, 1);
    expect(first.caption).toBe('initial weights, ±0.125');
    expect(first.histogram.counts.reduce((sum, count) => sum + count, 0)).toBe(640);
    expect(initialWeights({ shape: [10, 64], init }, 1)).toEqual(first);
    const ones = initialWeights({ shape: [8], init: { kind: 'constant', value: 1 } }, 1);
    expect(ones.caption).toBe('initial weights, 1');
  });
});

describe('samples', () => {
  it('come worst first, or as they are', () => {
    const list = [{ loss: 0.1 }, { loss: 3 }, { loss: 1 }];
    expect(inOrder(list, true).map((s) => s.loss)).toEqual([3, 1, 0.1]);
    expect(inOrder(list, false)).toBe(list);
    expect(predictedClass(Float32Array.of(0.2, 0.7, 0.1))).toBe(1);
    expect([...classShares(Float32Array.of(0.25))]).toEqual([0.75, 0.25]);
  });
  it('have a PSNR', () => {
    const image = (...pixels: number[]) => ({
      channels: 1,
      height: 1,
      width: pixels.length,
      pixels: Uint8Array.from(pixels),
    });
    expect(psnrDb(image(0, 0), image(0, 0))).toBe(Infinity);
    expect(psnrDb(image(0, 0), image(255, 255))).toBeCloseTo(0);
    expect(psnrDb(image(10), image(20))).toBeCloseTo(28.13, 2);
    expect(sameImage(image(1, 2), image(1, 2))).toBe(true);
    expect(sameImage(image(1, 2), image(1, 3))).toBe(false);
  });
});

describe('confusion', () => {
  it('counts rows as true classes', () => {
    const stats = confusionStats({ classNames: ['a', 'b'], counts: Uint32Array.of(8, 2, 1, 9) });
    expect(stats).toMatchObject({
      total: 20,
      accuracy: 0.85,
      rowTotals: [10, 10],
      recall: [0.8, 0.9],
    });
  });
  it('writes on its colours so that they can be read', () => {
    const ramp = rampOf(['#000000', '#ffffff']);
    expect(inkOn(rampColor(ramp, 0))).toBe('var(--t-on-fill)');
    expect(inkOn(rampColor(ramp, 1))).toBe('var(--img-bg)');
  });
});

describe('silent units', () => {
  const frame = (silent: number, severity?: 'warning' | 'error'): TelemetryFrame => {
    const { nodes, ...rest } = telemetryFrame(40, ['relu1', 'relu2']);
    const problem = (node: string) => ({ code: 'c', node, message: 'm' });
    return {
      ...rest,
      nodes: nodes.map((node) =>
        node.node === 'relu1'
          ? { ...node, silence: { silent, units: 64, samples: 1024, step: 30 } }
          : node,
      ),
      ...(severity ? { problems: [{ ...problem('relu1'), severity }] } : {}),
    };
  };
  it('are told in figures, with the samples they were counted in', () => {
    expect(silenceText(frame(12), 'relu1')).toEqual({
      short: '12/64 dead',
      long: '12 of 64 units answer zero to all 1,024 training samples looked at, at step 30',
      tone: 'plain',
    });
  });
  it.each([
    ['warning', 'warn'],
    ['error', 'danger'],
  ] as const)('are coloured only where they are a problem: %s', (severity, tone) => {
    expect(silenceText(frame(60, severity), 'relu1')?.tone).toBe(tone);
    expect(silenceText(frame(60), 'relu1')?.tone).toBe('plain');
  });
  it('are not told where they are not counted, or not yet', () => {
    expect(silenceText(frame(12), 'relu2')).toBeNull();
    expect(silenceText(null, 'relu1')).toBeNull();
  });
});
