/**
 * Rule: a run shows as much as whoever looks wants, and goes at the pace that is chosen; neither changes what
 * it learns, and both can be changed while it goes.
 */
import { describe, expect, test, vi } from 'vitest';
import { type Attention, FULL_ATTENTION } from '#engine/protocol/watching.ts';
import { type EngineRun, fileStore, RUN, startRun, tensorsIn, wasm } from '../support/engineRun.ts';
import { points } from '../support/smallNetworks.ts';
import { turns } from '../support/waiting.ts';

/** Time passes as the engine waits and works: 1 ms each time it looks, and as long as it wants to wait. */
function clock() {
  let nowMs = 0;
  const waits: number[] = [];
  const host = {
    now: () => (nowMs += 1),
    wait: async (ms: number) => {
      waits.push(ms);
      nowMs += ms;
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
  return { host, waits, virtualTime: () => nowMs };
}
const HAND: Attention = { ...FULL_ATTENTION, handMoves: true };
const network = (epochs: number) => points('moons', 'crossEntropy', { epochs });
const snapshots = (run: EngineRun) => run.told.telemetry.map(({ frame }) => frame.step);
const attend = (level: Attention['level'], pace: Attention['pace']) => ({
  telemetryHz: 10,
  attention: { level, pace, handMoves: false },
});

describe('pace', () => {
  test.each([
    ['realTime', 100],
    ['slow', 1000],
  ] as const)('%s: every step is shown, one each %d ms', async (pace, stepMs) => {
    const { host, waits, virtualTime } = clock();
    const run = await startRun(network(2), wasm(1), attend('full', pace), host);
    const { step, watching } = await run.ended();
    expect(snapshots(run)).toEqual(Array.from({ length: step }, (_, i) => i + 1));
    expect(waits).toHaveLength(step - 1);
    expect(virtualTime()).toBeGreaterThan((step - 1) * stepMs);
    expect(virtualTime()).toBeLessThan(step * stepMs * 1.5);
    // What has ended is not watched.
    expect(watching).toBeUndefined();
  });

  test('full: nothing waits, and not every step is shown', async () => {
    const { host, waits } = clock();
    const run = await startRun(network(20), wasm(1), attend('full', 'full'), host);
    const { step } = await run.ended();
    expect(waits).toEqual([]);
    expect(snapshots(run).length).toBeLessThan(step / 2);
    expect(snapshots(run)).toContain(step);
  });

  test('another pace, a pause and a stop are heard within a rest', async () => {
    // A rest without end, and word of each.
    let rests = 0;
    const hold = {
      wait: () => {
        rests += 1;
        return new Promise<void>(() => undefined);
      },
    };
    const resting = (count: number) => vi.waitUntil(() => rests === count, { timeout: 30_000 });
    const run = await startRun(network(50), wasm(1), attend('full', 'slow'), hold);
    await resting(1);
    await run.service.attend({ ...RUN, ...FULL_ATTENTION, pace: 'realTime' });
    await resting(2);
    expect(run.told.progress.at(-1)?.progress.step).toBe(2);
    await run.service.pause(RUN);
    await run.until(({ state }) => state === 'paused');
    // Told while paused, it stays paused.
    await run.service.attend({ ...RUN, ...FULL_ATTENTION, pace: 'slow' });
    await turns(20);
    expect(run.told.progress.at(-1)?.progress.state).toBe('paused');
    await run.service.resume(RUN);
    await resting(3);
    await run.service.stop(RUN);
    expect(await run.ended()).toMatchObject({ state: 'stopped', step: 3 });
  });
});

describe('a hand on the canvas', () => {
  test('the engine rests as long as it works, and shows less', async () => {
    const { host, waits, virtualTime } = clock();
    const request = { telemetryHz: 10, attention: HAND };
    const run = await startRun(network(200), wasm(1), request, host);
    await run.ended();
    const rested = waits.reduce((sum, ms) => sum + ms, 0);
    expect(rested / virtualTime()).toBeGreaterThan(0.4);
    expect(rested / virtualTime()).toBeLessThan(0.55);
    const other = clock();
    const free = await startRun(network(200), wasm(1), attend('full', 'full'), other.host);
    await free.ended();
    const often = snapshots(free).length / other.virtualTime();
    expect(snapshots(run).length / virtualTime()).toBeLessThan(often / 2);
  });

  test('once it rests the engine does not', async () => {
    let rests = 0;
    const wait = () => new Promise<void>(() => void (rests += 1));
    const run = await startRun(network(5000), wasm(1), { attention: HAND }, { wait });
    await vi.waitUntil(() => rests === 1, { timeout: 30_000 });
    await run.service.attend({ ...RUN, ...FULL_ATTENTION });
    const { step } = run.told.progress.at(-1)!.progress;
    await run.until((progress) => progress.step > step);
    expect(rests).toBe(1);
    await run.service.stop(RUN);
    await run.ended();
  });
});

describe('attention', () => {
  test('off: the last step only', async () => {
    const run = await startRun(network(20), wasm(1), attend('off', 'full'), clock().host);
    const { step } = await run.ended();
    expect(snapshots(run)).toEqual([step]);
  });

  test('what it costs is told, and falls when nobody looks', async () => {
    const { host } = clock();
    const run = await startRun(network(5000), wasm(1), attend('full', 'full'), host);
    const seen = await run.until(({ watching }) => (watching?.snapshotsPerSecond ?? 0) > 1);
    expect(seen.watching?.share).toBeGreaterThan(0);
    expect(seen.watching?.share).toBeLessThan(0.3);
    await run.service.attend({ ...RUN, ...FULL_ATTENTION, level: 'hidden' });
    const hidden = await run.until(
      ({ watching, step }) => step > seen.step && (watching?.share ?? 1) < 0.02,
    );
    expect(hidden.watching?.limit).toBeDefined();
    await run.service.stop(RUN);
    await run.ended();
  });

  test('changes no weight', async () => {
    const weights = async (attention: Partial<Parameters<typeof startRun>[2]>) => {
      const { content, host } = fileStore();
      const request = { ...attention, saveWeights: '/w' };
      const run = await startRun(network(2), wasm(1), request, { ...host, ...clock().host });
      await run.ended();
      return tensorsIn(content, '/w');
    };
    const unseen = await weights({ telemetryHz: 0 });
    expect(await weights(attend('full', 'realTime'))).toEqual(unseen);
    expect(await weights(attend('hidden', 'full'))).toEqual(unseen);
    expect(await weights({ telemetryHz: 10, attention: HAND })).toEqual(unseen);
  });
});
