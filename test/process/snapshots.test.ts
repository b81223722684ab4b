/**
 * Rule: what was shown of a run's inside is on the disk through time: numbers of every frame, the rest thinner,
 * within a budget. A torn end is cut, what is damaged is left out, what was taken back is not there.
 */
import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type {
  BoundaryFrame,
  LatentFrame,
  ConfusionFrame,
  SampleFrame,
  TelemetryFrame,
} from '#engine/protocol/index.ts';
import { RunsService } from '#main/services/runs/runs.ts';
import { scanChunks, SNAPSHOT_FILE } from '#main/services/runs/snapshotFile.ts';
import { packSnapshot, unpackSnapshot } from '#main/services/runs/snapshotPacking.ts';
import {
  readChannels,
  readGradients,
  readSnapshots,
  recordedSteps,
} from '#main/services/runs/snapshotReader.ts';
import { thinned } from '#main/services/runs/snapshotThinning.ts';
import { BUDGET_BYTES, type Recorded, SnapshotWriter } from '#main/services/runs/snapshotWriter.ts';
import { temporaryFolder } from '#test/support/cli.ts';
import { pointsDocument } from '#test/support/documents.ts';
import { telemetryFrame } from '#test/support/runFixtures.ts';

let folder: ReturnType<typeof temporaryFolder>;
const file = (): string => join(folder.path, SNAPSHOT_FILE);
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const frame = (step: number): Recorded => ({
  ...{ kind: 'telemetry', body: telemetryFrame(step, ['fc1', 'relu1']), atMs: step * 100 },
});
const stepsOf = (kind: 'telemetry' | 'confusion' = 'telemetry'): number[] => [
  ...recordedSteps(folder.path)[kind],
];
function write(from: number, to: number): void {
  const writer = new SnapshotWriter(file());
  for (let step = from; step <= to; step++) writer.append([frame(step)]);
  writer.close();
}

describe('packing', () => {
  test('keeps numbers as they are and pictures within half a level of 8 bits', () => {
    const body = telemetryFrame(7, ['fc1']);
    const values = Float32Array.from({ length: 196 }, (_, i) => Math.sin(i) * 3);
    values[5] = NaN;
    const picture = { kind: 'map', width: 14, height: 14, values } as const;
    const whole: TelemetryFrame = {
      ...body,
      nodes: body.nodes.map((node) => ({ ...node, picture })),
    };
    const back = unpackSnapshot('telemetry', packSnapshot('telemetry', whole));
    const without = (each: TelemetryFrame) =>
      each.nodes.map(({ picture: _p, activation: { min, max }, ...rest }) => ({
        ...rest,
        min,
        max,
      }));
    expect(without(back)).toEqual(without(whole));
    const found = back.nodes[0]?.picture?.values ?? new Float32Array();
    const step = 6 / 254;
    values.forEach((value, i) => {
      if (i === 5) expect(found[i]).toBeNaN();
      else expect(Math.abs((found[i] ?? 0) - value)).toBeLessThanOrEqual(step);
    });
    const counts = back.nodes[0]?.activation.counts ?? new Float32Array();
    expect(Math.max(...counts)).toBe(Math.max(...(body.nodes[0]?.activation.counts ?? [])));
  });

  test('of samples, boundaries and latents gives back what they say', () => {
    const samples: SampleFrame = {
      ...{ kind: 'classification', step: 3, classNames: ['a', 'b'] },
      samples: [{ row: 1, label: 0, probabilities: Float32Array.of(0.25, 0.75), loss: 1.5 }],
    };
    expect(unpackSnapshot('samples', packSnapshot('samples', samples))).toEqual(samples);
    const boundary: BoundaryFrame = {
      ...{ step: 3, classes: 2, resolution: 2, xMin: 0, xMax: 1, yMin: 0, yMax: 1 },
      winner: Uint8Array.of(0, 1, 1, 0),
      confidence: Float32Array.of(0.5, 1, 0.5, 1),
      points: { x: Float32Array.of(1), y: Float32Array.of(2), label: Uint8Array.of(1) },
    };
    expect(unpackSnapshot('boundary', packSnapshot('boundary', boundary))).toEqual(boundary);
    const latents: LatentFrame = {
      ...{ step: 3, node: 'z', width: 2, xMin: -1, xMax: 1, yMin: -2, yMax: 2 },
      points: { x: Float32Array.of(0.3), y: Float32Array.of(-1.7), label: Uint8Array.of(4) },
      decoded: { side: 1, channels: 1, height: 1, width: 2, pixels: Uint8Array.of(0, 255) },
    };
    expect(unpackSnapshot('latents', packSnapshot('latents', latents))).toEqual(latents);
  });
});

describe('the file', () => {
  test('has numbers of every frame, and frames less often as the run gets older', () => {
    write(1, 600);
    const steps = stepsOf();
    expect(steps.slice(0, 10)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(steps.slice(-3)).toEqual([590, 595, 600]);
    const track = readGradients(folder.path, 1000);
    expect([...track.steps]).toEqual(Array.from({ length: 600 }, (_, i) => i + 1));
    expect(track.nodes).toEqual(['fc1', 'relu1']);
    expect(track.norms[599]?.[1]).toBeCloseTo(0.01);
    expect(track.updateRatios[0]?.[0]).toBeCloseTo(1e-3);
    const [one] = readSnapshots(folder.path, 'run', 'telemetry', [590, 591]);
    expect(one).toMatchObject({ runId: 'run', kind: 'telemetry', body: { step: 590 } });
    expect([...readGradients(folder.path, 50).steps].length).toBeLessThanOrEqual(50);
  });

  test('has how large the answers of each channel were, of every frame, up to any step', () => {
    const sizesOf = (step: number) => ({
      conv1: Float32Array.of(0, step, 2 * step, step === 3 ? NaN : 1e-3 * step),
      fc1: new Float32Array(2),
    });
    const writer = new SnapshotWriter(file());
    for (let step = 1; step <= 200; step++) {
      const body = telemetryFrame(step, ['data', 'conv1', 'fc1']);
      const sizes: Readonly<Record<string, Float32Array>> = sizesOf(step);
      const nodes = body.nodes.map((each) => {
        const channels = sizes[each.node];
        return channels ? { ...each, channels } : each;
      });
      writer.append([{ kind: 'telemetry', body: { ...body, nodes }, atMs: step * 100 }]);
    }
    writer.close();
    const track = readChannels(folder.path, 1000);
    expect(track).toMatchObject({ nodes: ['conv1', 'fc1'], counts: [4, 2] });
    expect([...track.steps]).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
    for (const [i, step] of track.steps.entries()) {
      const got = track.sizes[i] ?? new Float32Array();
      const wanted = [...sizesOf(step).conv1, ...sizesOf(step).fc1];
      expect(got).toHaveLength(wanted.length);
      wanted.forEach((value, row) => {
        if (Number.isNaN(value)) expect(got[row]).toBeNaN();
        else
          expect(Math.abs(Number(got[row]) - value)).toBeLessThanOrEqual((0.51 * 2 * step) / 254);
      });
      // Zero is what is looked for.
      expect([got[0], got[4], got[5]]).toEqual([0, 0, 0]);
    }
    const early = [...readChannels(folder.path, 24, 50).steps];
    expect(early.length).toBeGreaterThan(12);
    expect([early.length <= 24, early.at(-1)]).toEqual([true, 50]);
  });

  test('of before channels were kept has none, and no harm done', () => {
    write(1, 3);
    expect(readChannels(folder.path, 10)).toMatchObject({ nodes: [], counts: [], sizes: [] });
    expect(readGradients(folder.path, 10).nodes).toEqual(['fc1', 'relu1']);
  });

  test('torn at any byte is whole up to its last chunk, and goes on from there', () => {
    write(1, 4);
    const whole = readFileSync(file());
    const { chunks } = scanChunks(whole);
    const last = chunks.at(-1);
    for (const cut of [1, 27, 28, (last?.bytes ?? 0) - 1]) {
      writeFileSync(file(), whole.subarray(0, whole.length - cut));
      expect(stepsOf()).toEqual([1, 2, 3]);
      write(9, 9);
      expect(stepsOf()).toEqual([1, 2, 3, 9]);
      expect(scanChunks(readFileSync(file())).end).toBe(statSync(file()).size);
    }
    appendFileSync(file(), 'NLs1 and then nothing that makes sense');
    expect(stepsOf()).toEqual([1, 2, 3, 9]);
  });

  test('damaged in the middle loses what was damaged and nothing else', () => {
    write(1, 6);
    const bytes = readFileSync(file());
    const { chunks } = scanChunks(bytes);
    const third = chunks.filter(({ kind }) => kind === 'telemetry')[2];
    for (const at of [2, 13, 40]) {
      const damaged = Buffer.from(bytes);
      damaged[(third?.start ?? 0) + at] = (damaged[(third?.start ?? 0) + at] ?? 0) ^ 0xff;
      writeFileSync(file(), damaged);
      expect(stepsOf()).toEqual([1, 2, 4, 5, 6]);
    }
    writeFileSync(file(), 'no such file of ours');
    expect(stepsOf()).toEqual([]);
    expect(recordedSteps(join(folder.path, 'nowhere')).telemetry).toHaveLength(0);
  });

  test('has not what was taken back, and then what came instead', () => {
    const writer = new SnapshotWriter(file());
    writer.append([1, 2, 3, 4].map(frame));
    writer.rewind(2);
    expect(stepsOf()).toEqual([1, 2]);
    writer.append([frame(3)]);
    expect(stepsOf()).toEqual([1, 2, 3]);
    writer.close();
  });

  test('stays within its budget, the newest and the first of all still there', async () => {
    const writer = new SnapshotWriter(file());
    // Noise does not compress: 32 KB a frame.
    let seed = 1;
    const noise = (): number => (seed = (seed * 16_807) % 2_147_483_647);
    const nodes = Array.from({ length: 20 }, (_, i) => `layer${i}`);
    for (let step = 1; step <= 400; step++) {
      const body = telemetryFrame(step, nodes);
      const pictured = body.nodes.map((node) => ({
        ...node,
        picture: {
          ...({ kind: 'map', width: 40, height: 40 } as const),
          values: Float32Array.from({ length: 1600 }, noise),
        },
      }));
      writer.append([{ kind: 'telemetry', body: { ...body, nodes: pictured }, atMs: step * 500 }]);
      await writer.settled;
      if (step % 50 === 0) {
        const all = Object.values(BUDGET_BYTES).reduce((sum, bytes) => sum + bytes, 0);
        expect(statSync(file()).size).toBeLessThan(all);
      }
    }
    writer.close();
    const steps = stepsOf();
    expect(steps.length).toBeGreaterThan(20);
    expect([steps[0], steps.at(-1)]).toEqual([1, 400]);
    const gaps = steps.slice(1).map((step, i) => step - (steps[i] ?? 0));
    // The newest are all there, the older the sparser.
    expect(gaps.at(-1)).toBe(1);
    expect(Math.max(...gaps.slice(0, 5))).toBeGreaterThan(1);
    expect(new SnapshotWriter(file()).close()).toBeUndefined();
  });
});

test('thinning a thinned list is thinning the whole', () => {
  const list = Array.from({ length: 1000 }, (_, number) => ({ number, bytes: 10 }));
  const half = thinned(list.slice(0, 800), 4000);
  const again = thinned([...half, ...list.slice(800)], 2000);
  expect(again.length * 10).toBeLessThanOrEqual(2000);
  expect(again[0]?.number).toBe(0);
  expect(again.at(-1)?.number).toBe(999);
  const whole = new Set(thinned(list, 2000).map(({ number }) => number));
  expect(again.filter(({ number }) => !whole.has(number))).toEqual([]);
});

describe('the record of a run', () => {
  const open = (): RunsService =>
    new RunsService({
      folder: folder.path,
      onChanged: () => undefined,
      onRemoved: () => undefined,
      onFault: (message) => expect.unreachable(message),
    });

  test('has the snapshots when it is asked, goes back with the run, and goes with it', async () => {
    const runs = open();
    const { id } = runs.create(pointsDocument('moons', 2, { epochs: 1 }));
    const running = { ...runs.summary(id).progress, state: 'running' as const, step: 3 };
    runs.progress({ runId: id, progress: running });
    for (const step of [1, 2, 3]) {
      runs.snapshot({ runId: id, kind: 'telemetry', body: telemetryFrame(step, ['fc1']) });
    }
    expect(runs.recorded(id).telemetry[0]).toBe(1);
    expect(runs.snapshots(id, 'telemetry', [1])[0]?.body.step).toBe(1);
    runs.rewind(id, 2);
    expect([...runs.gradients(id, 10).steps]).toEqual([1, 2]);
    runs.progress({ runId: id, progress: { ...running, state: 'finished' } });
    const path = join(runs.checkpointDir(id), SNAPSHOT_FILE);
    expect(existsSync(path)).toBe(true);
    runs.close();
    const again = open();
    expect([...again.gradients(id, 10).steps]).toEqual([1, 2]);
    expect(() => again.recorded('none')).toThrow(expect.objectContaining({ code: 'run.unknown' }));
    again.close();
  });

  test('is at every step what it was there, of each kind, when it is opened again', () => {
    let ms = 0;
    const options = {
      ...{ folder: folder.path, onChanged: () => undefined, onRemoved: () => undefined },
      onFault: (message: string) => expect.unreachable(message),
      now: () => new Date(1e12 + (ms += 1_000)),
    };
    const runs = new RunsService(options);
    const { id } = runs.create(pointsDocument('moons', 2, { epochs: 1 }));
    const samples = (step: number): SampleFrame => ({
      ...{ kind: 'regression', step, inputs: Float32Array.of(step), inputCount: 1 },
      ...{ targets: Float32Array.of(1), predictions: Float32Array.of(step / 2) },
    });
    const confusion = (step: number): ConfusionFrame => ({
      ...{ step, split: 'validation', classNames: ['a', 'b'] },
      counts: Uint32Array.of(step, 1, 2, 3),
    });
    for (let step = 1; step <= 20; step++) {
      runs.snapshot({ runId: id, kind: 'telemetry', body: telemetryFrame(step, ['fc1']) });
      runs.snapshot({ runId: id, kind: 'samples', body: samples(step) });
      runs.snapshot({ runId: id, kind: 'confusion', body: confusion(step) });
      runs.flush();
    }
    runs.progress({ runId: id, progress: { ...runs.summary(id).progress, state: 'finished' } });
    runs.close();
    const again = new RunsService(options);
    const steps = again.recorded(id);
    for (const kind of ['telemetry', 'samples', 'confusion'] as const) {
      expect([kind, steps[kind].length]).toEqual([kind, 20]);
    }
    expect(again.snapshots(id, 'samples', [7])[0]?.body).toEqual(samples(7));
    expect(again.snapshots(id, 'confusion', [7])[0]?.body).toEqual(confusion(7));
    expect(again.snapshots(id, 'telemetry', [7])[0]?.body.step).toBe(7);
    again.close();
  });
});
