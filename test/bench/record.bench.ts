/**
 * The record of runs: how long a curve of a million points takes to load for the width it is drawn at, and
 * what `BENCH_MINUTES` (default 10) of default recording cost on the disk and in time, and how long such a run
 * takes to open. The minutes are what an example told in `BENCH_SECONDS` (default 15) of being watched in full,
 * told again at the same rate until they are over. Prints, asserts nothing.
 *
 *   npm run build && npx vitest run --config test/bench/vitest.config.ts record
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { restoreDocumentText } from '#engine/ir/restoreDocument.ts';
import { encodeValue } from '#engine/protocol/codec.ts';
import {
  type AppCalls,
  type AppEvents,
  type Client,
  connect,
  type MetricPoint,
  type RunSnapshot,
} from '#engine/protocol/index.ts';
import { readFilter } from '#engine/runs/index.ts';
import { createNodeStarter } from '#main/engineProcess/nodeStarter.ts';
import { createServices } from '#main/services/index.ts';
import { RunsService } from '#main/services/runs/runs.ts';
import { appendCurves, createRunSeries } from '#renderer/state/series.ts';
import { startApp } from '#test/support/app.ts';
import { EXAMPLES, example, temporaryFolder } from '#test/support/cli.ts';
import { pointsDocument } from '#test/support/documents.ts';
import { memoryPair } from '#test/support/memoryPair.ts';
import { readerStarter } from '#test/support/readerStarter.ts';

const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 15);
const names = (process.env['BENCH_EXAMPLES'] ?? 'digits-mlp,digits-cnn-batchnorm').split(',');
const BUCKETS = 2000;
const ROUNDS = 7;
const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));
const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;

function openRuns(folder: string, now: () => Date): RunsService {
  const nothing = () => undefined;
  return new RunsService({
    ...{ folder, now, onChanged: nothing, onRemoved: nothing },
    onFault: (message) => console.log(message),
  });
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.safetensors'))
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

/** What each file takes: one that is not there when a run is shown is one that was being written. */
function filesOf(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => [name, statSync(join(parentPath, name)).size / 1e6] as const)
    .map(([name, megabytes]) => `${name} ${megabytes.toFixed(1)}`)
    .join(', ');
}

describe('a long list', () => {
  it('of 2,000 runs is read and searched', () => {
    const folder = temporaryFolder();
    const runs = openRuns(folder.path, () => new Date());
    const document = restoreDocumentText(readFileSync(example('digits-cnn-batchnorm'), 'utf8'));
    if (!document.ok) throw new Error('The example cannot be read.');
    for (let i = 0; i < 2000; i++) {
      const { id: runId } = runs.create(document.document);
      const place = { step: 100, epoch: 1, timeMs: 1000 };
      const values = {
        loss: 1 / (i + 1),
        accuracy: i / 2000,
        f1: i / 2000,
        precision: 0.5,
        recall: 0.5,
      };
      const splits = ['train', 'validation', 'test'] as const;
      runs.metrics({ runId, points: splits.map((split) => ({ split, ...place, values })) });
      const { progress } = runs.summary(runId);
      runs.progress({ runId, progress: { ...progress, state: 'finished' } });
    }
    const filter = readFilter('accuracy > 0.97 and lr < 1e-2');
    if (!filter.ok) throw new Error(filter.problem.message);
    const [read, cpu, searched]: [number[], number[], number[]] = [[], [], []];
    let found = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const [start, before] = [performance.now(), process.cpuUsage()];
      const rows = runs.rows();
      read.push(performance.now() - start);
      cpu.push(process.cpuUsage(before).user / 1e3);
      const from = performance.now();
      found = rows.filter((row) => filter.filter.matches(row)).length;
      searched.push(performance.now() - from);
    }
    const ms = (list: readonly number[]) =>
      `${Math.min(...list).toFixed(1)} ms least, ${median(list).toFixed(1)} median`;
    console.log(
      `2,000 runs of the CNN: read ${ms(read)} (processor ${ms(cpu)}); ${found} found in ${ms(searched)}`,
    );
    const [whole, quiet, three]: [number[], number[], number[]] = [[], [], []];
    const timed = (into: number[], since?: string): string => {
      const start = performance.now();
      const changes = runs.changes(since);
      encodeValue(changes);
      into.push(performance.now() - start);
      return changes.at;
    };
    let at = timed(whole);
    const ids = runs.list().map(({ id }) => id);
    for (let round = 0; round < ROUNDS; round++) {
      timed(whole);
      timed(quiet, at);
      for (const id of ids.slice(round, round + 3)) runs.annotate(id, { notes: `${round}` });
      at = timed(three, at);
    }
    console.log(
      `what has changed, as it is sent: all ${ms(whole)}; nothing ${ms(quiet)}; three runs ${ms(three)}`,
    );
    runs.close();
    folder.remove();
  });
});

describe('a curve of a million points', () => {
  it('loads through the service', async () => {
    const folder = temporaryFolder();
    const runs = openRuns(folder.path, () => new Date());
    const { id: runId } = runs.create(pointsDocument('moons', 2, { epochs: 1 }));
    const values = (i: number): MetricPoint['values'] => ({
      loss: 1 / Math.sqrt(i + 1) + Math.sin(i * 12.9898) * 0.01,
      ...{ accuracy: 1 - 1 / Math.sqrt(i + 2), f1: 1 - 1 / Math.sqrt(i + 3), learningRate: 1e-3 },
      ...{
        gradientNorm: Math.cos(i),
        parameterNorm: 10 + i / 1e6,
        samplesPerSecond: 1e4 + (i % 7),
      },
    });
    for (let start = 0; start < 1e6; start += 10_000) {
      const points = Array.from({ length: 10_000 }, (_, k): MetricPoint => {
        const i = start + k;
        return { split: 'train', step: i + 1, epoch: i / 1e4, timeMs: i * 50, values: values(i) };
      });
      runs.metrics({ runId, points });
      runs.flush();
    }
    runs.progress({ runId, progress: { ...runs.summary(runId).progress, state: 'finished' } });
    runs.close();
    const services = createServices({
      info: { version: 'bench', host: 'server', platform: 'bench', cores: 2 },
      starter: createNodeStarter({ entry: 'none', onLog: () => undefined }),
      readerStarter,
      stateFolder: folder.path,
      projectFolder: folder.path,
      examplesFolder: EXAMPLES,
    });
    const [near, far] = memoryPair();
    services.attach(far);
    const client = connect<AppCalls, AppEvents>(near);
    const [wall, cpu, page]: [number[], number[], number[]] = [[], [], []];
    let kept = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const [start, before] = [performance.now(), process.cpuUsage()];
      const { curves } = await client.call('runs.get', { runId, buckets: BUCKETS });
      wall.push(performance.now() - start);
      const used = process.cpuUsage(before);
      cpu.push((used.user + used.system) / 1e3);
      const drawn = performance.now();
      const series = createRunSeries();
      appendCurves(series, curves);
      page.push(performance.now() - drawn);
      kept = series.train.length;
    }
    const ms = (list: readonly number[]) =>
      `${Math.min(...list).toFixed(0)} ms least, ${median(list).toFixed(0)} median`;
    console.log(
      `1,000,000 points of 7 numbers, ${(sizeOf(folder.path) / 1e6).toFixed(1)} MB: all 7 curves in ` +
        `${BUCKETS} stretches (${kept} rows): wall ${ms(wall)}; processor ${ms(cpu)}; into the page ${ms(page)}`,
    );
    await zoomed(client, runId);
    await services.close();
    folder.remove();
  });
});

const SHOWN = ['loss', 'accuracy', 'f1', 'learningRate'];
const WIDTH = 600;

/** Parts of it, as a page asks for those that it shows. */
async function zoomed(client: Client<AppCalls, AppEvents>, runId: string): Promise<void> {
  for (const metrics of [['loss'], SHOWN]) {
    for (const share of [0.5, 0.1, 0.05, 0.01, 0.001]) {
      const [wall, cpu]: [number[], number[]] = [[], []];
      let kept = 0;
      for (let round = 0; round < ROUNDS * 3; round++) {
        const from = Math.floor(((1 - share) * 1e6 * round) / (ROUNDS * 3));
        const [start, before] = [performance.now(), process.cpuUsage()];
        const range = { metrics, from, to: from + share * 1e6, width: WIDTH };
        const curves = await client.call('runs.curves', { runId, ...range });
        wall.push(performance.now() - start);
        const used = process.cpuUsage(before);
        cpu.push((used.user + used.system) / 1e3);
        kept = Math.max(...curves.map(({ train }) => train?.step.length ?? 0));
      }
      console.log(
        `${share * 100} % of it, ${metrics.length} curves ${WIDTH} px wide: at most ${kept} points each; ` +
          `wall ${Math.min(...wall).toFixed(1)} ms least, ${median(wall).toFixed(1)} median; ` +
          `processor ${Math.min(...cpu).toFixed(1)} least, ${median(cpu).toFixed(1)} median`,
      );
    }
  }
}

/** What an example tells while it is watched. */
async function listen(name: string) {
  const { client, services, close } = startApp();
  const restored = restoreDocumentText(readFileSync(example(name), 'utf8'));
  if (!restored.ok) throw new Error('the example cannot be read');
  const training = { ...restored.document.training, epochs: 10_000, earlyStopping: null };
  const document = { ...restored.document, training: { ...training, device: 'cpu' as const } };
  const points: MetricPoint[] = [];
  const snapshots: RunSnapshot[] = [];
  client.on('run.metrics', (event) => void points.push(...event.points));
  client.on('run.snapshot', (event) => void snapshots.push(event));
  const { id } = await client.call('training.start', { document });
  while (snapshots.length < 3) await wait(20);
  [points.length, snapshots.length] = [0, 0];
  const from = performance.now();
  await wait(SECONDS * 1e3);
  const forMs = performance.now() - from;
  await client.call('training.stop', { runId: id });
  const folder = services.runs.checkpointDir(id);
  const checkpoints = readdirSync(folder).filter((file) => file.endsWith('.safetensors')).length;
  await close();
  return { document, points, snapshots, forMs, checkpoints };
}

const MINUTES = Number(process.env['BENCH_MINUTES'] ?? 10);

describe(`${MINUTES} minutes of default recording`, () => {
  it.each(names)('%s', async (name) => {
    const { document, points, snapshots, forMs } = await listen(name);
    const folder = temporaryFolder();
    let nowMs = 1e12;
    const runs = openRuns(folder.path, () => new Date(nowMs));
    const { id: runId } = runs.create(document);
    const progress = { ...runs.summary(runId).progress, state: 'running' as const };
    runs.progress({ runId, progress });
    const laps = Math.ceil((MINUTES * 60_000) / forMs);
    const perSecond = (list: readonly unknown[]) => ((1e3 * list.length) / forMs).toFixed(1);
    const lastStep = Math.max(0, ...points.map(({ step }) => step));
    const before = process.cpuUsage();
    const seconds = Math.ceil(forMs / 1e3);
    for (let lap = 0; lap < laps; lap++) {
      const shift = lap * lastStep;
      for (let second = 0; second < seconds; second++) {
        const part = <T>(list: readonly T[]): readonly T[] =>
          list.slice(
            Math.floor((list.length * second) / seconds),
            Math.floor((list.length * (second + 1)) / seconds),
          );
        runs.metrics({
          runId,
          points: part(points).map((point) => ({ ...point, step: point.step + shift })),
        });
        const own = part(snapshots);
        for (const { kind, body } of own) {
          nowMs += 1000 / own.length;
          const moved = { ...body, step: body.step + shift };
          runs.snapshot({ runId, kind, body: moved } as RunSnapshot);
        }
        runs.flush();
      }
      // Thinning goes on beside.
      await wait(5);
    }
    const used = process.cpuUsage(before);
    const cpuMs = (used.user + used.system) / 1e3;
    runs.progress({ runId, progress: { ...progress, state: 'finished' } });
    const recorded = runs.recorded(runId);
    runs.close();
    const openedAt = performance.now();
    const later = openRuns(folder.path, () => new Date(nowMs));
    later.detail(runId, undefined, WIDTH);
    const openMs = performance.now() - openedAt;
    later.close();
    const counts = Object.entries(recorded).map(([kind, steps]) => `${steps.length} ${kind}`);
    console.log(
      `${name}: ${perSecond(points)} points and ${perSecond(snapshots)} snapshots a second; ${MINUTES} minutes: ` +
        `${(sizeOf(folder.path) / 1e6).toFixed(1)} MB (${filesOf(folder.path)}; ${counts.join(', ')}), ` +
        `${(cpuMs / (MINUTES * 600)).toFixed(2)} % of one core, ` +
        `opened in ${openMs.toFixed(0)} ms`,
    );
    folder.remove();
  });
});
