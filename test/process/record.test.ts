/**
 * Rule: what a run told is in its record: every point at any length, what happened on the way, and all of it
 * again when a deletion is taken back; what is deleted for good leaves nothing.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type MetricPoint,
  pointsOf,
  type RunEvent,
  type RunProgress,
} from '#engine/protocol/index.ts';
import { RunsService } from '#main/services/runs/runs.ts';
import { temporaryFolder } from '#test/support/cli.ts';
import { pointsDocument } from '#test/support/documents.ts';
import { telemetryFrame } from '#test/support/runFixtures.ts';

const DOCUMENT = pointsDocument('moons', 2, { epochs: 1 });
let folder: ReturnType<typeof temporaryFolder>;
let now: Date;
const told: RunEvent[] = [];
beforeEach(() => {
  folder = temporaryFolder();
  now = new Date('2026-01-01T00:00:00Z');
  told.length = 0;
});
afterEach(() => folder.remove());

const open = (): RunsService =>
  new RunsService({
    folder: folder.path,
    onChanged: () => undefined,
    onRemoved: () => undefined,
    onEvent: (_runId, event) => told.push(event),
    onFault: (message) => expect.unreachable(message),
    now: () => now,
  });
const point = (step: number, values: MetricPoint['values'] = { loss: 1 / step }): MetricPoint => ({
  ...{ split: 'train', step, epoch: step / 100, timeMs: step * 50, values },
});
const progressOf = (runs: RunsService, runId: string, change: Partial<RunProgress>) => ({
  runId,
  progress: { ...runs.summary(runId).progress, ...change },
});

test('the best of each metric is known while it trains, after it, and after it went back', () => {
  const runs = open();
  const { id } = runs.create(DOCUMENT);
  const judged = (step: number, accuracy: number): MetricPoint => ({
    ...point(step, { accuracy }),
    split: 'validation',
  });
  runs.metrics({ runId: id, points: [judged(10, 0.5), judged(20, 0.9), judged(30, 0.7)] });
  const best = () => runs.rows()[0]?.bests?.validation?.['accuracy'];
  expect(best()).toMatchObject({ value: 0.9, step: 20 });
  runs.rewind(id, 15);
  expect(best()).toMatchObject({ value: 0.5, step: 10 });
  runs.progress(progressOf(runs, id, { state: 'finished' }));
  runs.close();
  const again = open();
  expect(again.rows()[0]).toMatchObject({
    bests: { validation: { accuracy: { value: 0.5 } } },
    settings: { 'training.epochs': 1 },
  });
  again.close();
});

describe('points', () => {
  test('come back however they were handed over, and from the middle of a chunk', () => {
    const runs = open();
    const { id } = runs.create(DOCUMENT);
    const points = Array.from({ length: 3000 }, (_, i) => point(i + 1));
    for (let at = 0, size = 1; at < points.length; at += size, size = (size * 7) % 400) {
      runs.metrics({ runId: id, points: points.slice(at, at + size) });
      runs.flush();
    }
    expect(pointsOf(runs.detail(id).curves)).toEqual(points);
    expect(pointsOf(runs.detail(id, { train: 777 }).curves)).toEqual(points.slice(777));
    runs.rewind(id, 1300);
    expect(pointsOf(runs.detail(id).curves)).toEqual(points.slice(0, 1300));
    runs.metrics({ runId: id, points: points.slice(1300, 1310) });
    expect(pointsOf(runs.detail(id).curves)).toEqual(points.slice(0, 1310));
    runs.close();
  });

  test('of a long curve come in stretches, with every spike', () => {
    const runs = open();
    const { id } = runs.create(DOCUMENT);
    const loss = (step: number): number => (step === 77_777 ? 40 : step === 3 ? -9 : 1 / step);
    const points = Array.from({ length: 100_000 }, (_, i) => point(i + 1, { loss: loss(i + 1) }));
    runs.metrics({ runId: id, points });
    const few = pointsOf(runs.detail(id, {}, 200).curves);
    expect(few.length).toBeLessThan(600);
    expect(few.find(({ values }) => values['loss'] === 40)?.step).toBe(77_777);
    expect(few.find(({ values }) => values['loss'] === -9)?.step).toBe(3);
    expect([few[0]?.step, few.at(-1)?.step]).toEqual([1, 100_000]);
    // What is short comes whole.
    expect(runs.detail(id, { train: 99_500 }, 200).curves.train?.step).toHaveLength(500);
    runs.close();
  });

  describe('between two steps', () => {
    const COUNT = 150_000;
    const WIDTH = 300;
    const loss = (step: number): number => 1 / step + (step === 77_777 ? 40 : 0);
    const accuracy = (step: number): number => step / COUNT;
    const record = () => {
      const runs = open();
      const { id } = runs.create(DOCUMENT);
      const all = Array.from({ length: COUNT }, (_, i) =>
        point(i + 1, { loss: loss(i + 1), accuracy: accuracy(i + 1) }),
      );
      runs.metrics({ runId: id, points: all });
      const validation = Array.from({ length: 150 }, (_, i): MetricPoint => ({
        ...point((i + 1) * 1000, { loss: i }),
        split: 'validation',
      }));
      runs.metrics({ runId: id, points: validation });
      const ask = (from: number, to: number, metrics = ['loss']) =>
        runs.curves(id, { metrics, from, to, width: WIDTH });
      return { runs, id, ask };
    };

    test('are all there where they are few, and one on either side', () => {
      const { runs, ask } = record();
      const [curve, other, none] = ask(77_500, 78_050, ['loss', 'accuracy', 'mae']);
      const steps = Array.from({ length: 553 }, (_, i) => 77_499 + i);
      expect([...(curve?.train?.step ?? [])]).toEqual(steps);
      expect(curve?.train?.values).toEqual({
        loss: { values: Float64Array.from(steps, loss) },
      });
      expect(other?.train?.values).toEqual({
        accuracy: { values: Float64Array.from(steps, accuracy) },
      });
      expect([...(curve?.validation?.step ?? [])]).toEqual([77_000, 78_000, 79_000]);
      expect(none).toEqual({});
      // Between two steps of a chunk, at its ends, before the first and after the last.
      expect([...(ask(10.2, 10.8)[0]?.train?.step ?? [])]).toEqual([10, 11]);
      expect([...(ask(512, 513)[0]?.train?.step ?? [])]).toEqual([511, 512, 513, 514]);
      expect([...(ask(-5, 1)[0]?.train?.step ?? [])]).toEqual([1, 2]);
      expect([...(ask(COUNT, COUNT + 9)[0]?.train?.step ?? [])]).toEqual([COUNT - 1, COUNT]);
      expect([...(ask(COUNT + 5, COUNT + 9)[0]?.train?.step ?? [])]).toEqual([COUNT]);
      runs.close();
    });

    test.each([
      ['of the points', 70_000, 90_000],
      ['of their outlines', 20_000, 145_000],
    ])('are never many more than twice the width, with every spike: %s', (_, from, to) => {
      const { runs, ask } = record();
      const curves = ask(from, to, ['loss', 'accuracy']);
      for (const { train } of curves) {
        const steps = [...(train?.step ?? [])];
        expect(steps.length).toBeGreaterThan(WIDTH);
        expect(steps.length).toBeLessThanOrEqual(2 * WIDTH + 2);
        expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
        // It runs to the edges, which a stretch may be away.
        const stretch = (to - from) / WIDTH;
        expect(Math.abs((steps[0] ?? NaN) - from)).toBeLessThan(stretch);
        expect(Math.abs((steps.at(-1) ?? NaN) - to)).toBeLessThan(stretch);
      }
      expect(Math.max(...(curves[0]?.train?.values['loss']?.values ?? []))).toBe(loss(77_777));
      runs.close();
    });

    test('know nothing of what was taken back, and all that came just now', () => {
      const { runs, id, ask } = record();
      runs.rewind(id, 1000);
      runs.metrics({ runId: id, points: [point(1001, { loss: 7 })] });
      expect([...(ask(999, 5000)[0]?.train?.step ?? [])]).toEqual([998, 999, 1000, 1001]);
      runs.close();
    });
  });
});

describe('events', () => {
  test('are pauses, jumps of the rate, checkpoints as they are on the disk, problems when they show', () => {
    const runs = open();
    const { id } = runs.create(DOCUMENT);
    runs.progress(progressOf(runs, id, { state: 'running', step: 0 }));
    const rates = [0.1, 0.1, 0.09, 0.01, 0.01];
    const points = rates.map((learningRate, i) => point(i + 1, { loss: 1, learningRate }));
    runs.metrics({ runId: id, points });
    runs.checkpointed({ runId: id, which: 'last', step: 3 });
    runs.checkpointed({ runId: id, which: 'best', step: 4 });
    const problems = [
      { code: 'layer.silent', severity: 'warning', message: 'Silent.', node: 'relu1' } as const,
    ];
    const body = { ...telemetryFrame(5, ['fc1']), problems };
    for (const step of [5, 6])
      runs.snapshot({ runId: id, kind: 'telemetry', body: { ...body, step } });
    runs.progress(progressOf(runs, id, { state: 'paused', step: 6 }));
    runs.progress(progressOf(runs, id, { state: 'running', step: 6 }));
    runs.checkpointed({ runId: id, which: 'last', step: 8 });
    runs.progress(progressOf(runs, id, { state: 'stopped', step: 9, reason: 'Enough.' }));
    expect(told.map(({ kind, step }) => [kind, step])).toEqual([
      ['learningRate', 4],
      ['checkpoint', 3],
      ['checkpoint', 4],
      ['problem', 5],
      ['paused', 6],
      ['resumed', 6],
      ['checkpoint', 8],
      ['ended', 9],
    ]);
    expect(told[0]?.message).toBe('Learning rate 0.09 to 0.01');
    // The checkpoint of step 3 is no more: that of step 8 took its place.
    const kept = runs.detail(id).events;
    expect(kept).toEqual(told.filter(({ kind, step }) => kind !== 'checkpoint' || step !== 3));
    runs.close();
  });

  test('of what was taken back are taken back, and that is said', () => {
    const runs = open();
    const { id } = runs.create(DOCUMENT);
    runs.progress(progressOf(runs, id, { state: 'running', step: 5 }));
    runs.progress(progressOf(runs, id, { state: 'paused', step: 20 }));
    runs.rewind(id, 10);
    expect(runs.detail(id).events).toMatchObject([{ kind: 'rolledBack', step: 10 }]);
    runs.close();
  });
});

test('a run that went back is again what it was at that step', () => {
  const runs = open();
  const { id } = runs.create(DOCUMENT);
  const validation = (step: number, loss: number): MetricPoint => ({
    ...{ split: 'validation', step, epoch: 0, timeMs: step, values: { loss } },
  });
  runs.progress(progressOf(runs, id, { state: 'running', step: 1 }));
  runs.metrics({ runId: id, points: [point(4), validation(5, 0.5), validation(8, 0.7)] });
  runs.metrics({ runId: id, points: [point(20), validation(20, 0.1)] });
  const counts = { classNames: ['a'], counts: Uint32Array.of(1) };
  runs.snapshot({
    runId: id,
    kind: 'confusion',
    body: { ...counts, step: 8, split: 'validation' },
  });
  runs.snapshot({ runId: id, kind: 'telemetry', body: telemetryFrame(20, ['fc1']) });
  expect(runs.summary(id)).toMatchObject({ best: { step: 20 }, last: { train: { step: 20 } } });
  runs.rewind(id, 10);
  const now = runs.detail(id);
  expect(now).toMatchObject({
    ...{ best: { step: 5 }, last: { train: { step: 4 }, validation: { step: 8 } } },
    snapshots: { confusion: { step: 8 } },
  });
  expect(now.snapshots.telemetry).toBeUndefined();
  // Killed before it told anything more: it ended where it had gone back to.
  runs.progress(progressOf(runs, id, { step: 11 }));
  runs.interrupted(id, 'Gone.');
  const { progress, events } = runs.detail(id);
  expect([progress.step, events.at(-1)?.step]).toEqual([11, 11]);
  runs.close();
});

describe('a deleted run', () => {
  const record = (runs: RunsService): string => {
    const { id } = runs.create(DOCUMENT);
    runs.metrics({ runId: id, points: [point(1)] });
    runs.progress(progressOf(runs, id, { state: 'finished', step: 1 }));
    mkdirSync(runs.checkpointDir(id), { recursive: true });
    writeFileSync(join(runs.checkpointDir(id), 'last.safetensors'), 'weights');
    return id;
  };

  test('is out of sight, and back with all it had', async () => {
    const runs = open();
    const id = record(runs);
    const before = runs.detail(id);
    runs.delete(id);
    expect(runs.list()).toEqual([]);
    for (const ask of [() => runs.detail(id), () => runs.delete(id), () => runs.resumable(id)]) {
      expect(ask).toThrow(expect.objectContaining({ code: 'run.unknown' }));
    }
    await runs.purge();
    runs.close();
    const again = open();
    expect(again.restore(id)).toEqual(again.list()[0]);
    expect(again.detail(id)).toEqual(before);
    expect(existsSync(again.checkpointDir(id))).toBe(true);
    expect(() => again.restore(id)).toThrow(expect.objectContaining({ code: 'run.not-deleted' }));
    again.close();
  });

  test('is gone for good after a week, with its files, and its number is never given again', async () => {
    const runs = open();
    const id = record(runs);
    const other = record(runs);
    runs.delete(id);
    now = new Date(now.getTime() + 6 * 24 * 3_600_000);
    await runs.purge();
    expect(existsSync(runs.checkpointDir(id))).toBe(true);
    now = new Date(now.getTime() + 2 * 24 * 3_600_000);
    await runs.purge();
    expect(existsSync(runs.checkpointDir(id))).toBe(false);
    expect(() => runs.restore(id)).toThrow(expect.objectContaining({ code: 'run.not-deleted' }));
    expect(existsSync(runs.checkpointDir(other))).toBe(true);
    expect(runs.list().map((run) => run.id)).toEqual([other]);
    expect(runs.create(DOCUMENT).name).toMatch(/3$/);
    runs.close();
  });
});
