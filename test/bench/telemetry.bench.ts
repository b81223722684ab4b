/**
 * What watching costs: steps and snapshots per second of the examples unwatched, hidden, watched a little and
 * in full, in turns; prints, asserts nothing. `BENCH_MS` (default 4000) is how long each turn is measured, after a warm-up;
 * `BENCH_TURNS` (default 3) how many turns of each there are, `BENCH_THREADS` (default 1). Frames are serialised as for the main process.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import { describe, it } from 'vitest';
import { restoreDocument } from '#engine/ir/restoreDocument.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import { EXAMPLES } from '../support/cli.ts';
import { RUN, startRun, wasm } from '../support/engineRun.ts';

const FOR_MS = Number(process.env['BENCH_MS'] ?? 4000);
const TURNS = Number(process.env['BENCH_TURNS'] ?? 3);
const THREADS = Number(process.env['BENCH_THREADS'] ?? 1);
const WARM_UP_MS = 1500;
const HZ = 10;
const names = (
  process.env['BENCH_EXAMPLES'] ?? 'digits-mlp,digits-cnn-batchnorm,digits-lenet,moons'
)
  .split(',')
  .filter((name) => name !== '');

async function documentOf(name: string): Promise<NetworkDocument> {
  const restored = restoreDocument(
    JSON.parse(await readFile(join(EXAMPLES, `${name}.netloom.json`), 'utf8')),
  );
  if (!restored.ok) throw new Error(`${name} cannot be read`);
  const { document } = restored;
  return { ...document, training: { ...document.training, epochs: 10_000, earlyStopping: null } };
}

const LEVELS = ['unwatched', 'hidden', 'balanced', 'full'] as const;
type Level = (typeof LEVELS)[number];

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Steps per second, and frames of each kind per second. */
async function turn(document: NetworkDocument, level: Level) {
  const request =
    level === 'unwatched'
      ? { telemetryHz: 0 }
      : { telemetryHz: HZ, attention: { level, pace: 'full' as const, handMoves: false } };
  const run = await startRun(document, wasm(THREADS), request, {}, (payload) => {
    serialize(payload);
  });
  await wait(WARM_UP_MS);
  const last = () => run.told.progress.at(-1)!.progress;
  const begin = last();
  const before = run.told.telemetry.length;
  const cpuBefore = process.cpuUsage();
  await wait(FOR_MS);
  const end = last();
  const cpu = process.cpuUsage(cpuBefore);
  const frames = run.told.telemetry.length - before;
  await run.service.stop(RUN);
  await run.ended();
  const seconds = (end.elapsedMs - begin.elapsedMs) / 1000;
  const steps = end.step - begin.step;
  return {
    stepsPerSecond: steps / seconds,
    cpuMsPerStep: (cpu.user + cpu.system) / 1000 / steps,
    framesPerSecond: frames / seconds,
  };
}

type Turn = Awaited<ReturnType<typeof turn>>;

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;

describe('telemetry', () => {
  it.each(names)('%s', async (name) => {
    const document = await documentOf(name);
    const turns: Record<Level, Turn[]> = { unwatched: [], hidden: [], balanced: [], full: [] };
    for (let i = 0; i < TURNS; i++) {
      for (const level of LEVELS) turns[level].push(await turn(document, level));
    }
    const of = (level: Level, what: keyof Turn) => turns[level].map((each) => each[what]);
    const list = (values: readonly number[]) => values.map((v) => v.toPrecision(3)).join(' ');
    const times = (level: Level, what: keyof Turn) =>
      median(of(level, what)) / median(of('unwatched', what));
    for (const level of LEVELS) {
      // CPU is undisturbed by what else the machine does; of several threads, waiting counts as work.
      console.log(
        `${name}, ${level}: steps/s ${list(of(level, 'stepsPerSecond'))}: ` +
          `${(100 * (1 - times(level, 'stepsPerSecond'))).toFixed(1)} % slower; ` +
          `CPU ${(100 * (times(level, 'cpuMsPerStep') - 1)).toFixed(1)} % more a step; ` +
          `snapshots/s ${list(of(level, 'framesPerSecond'))}`,
      );
    }
  });
});
