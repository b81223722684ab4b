/**
 * Rule: after a reload every panel has the whole run: an even overview of every kind at once, and whatever the
 * clock stands on when it stands there. What is in memory stays bounded.
 */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { AppCalls, AppEvents } from '#engine/protocol/appContract.ts';
import type { Client } from '#engine/protocol/rpc.ts';
import type { RunSnapshot, SnapshotKind } from '#engine/protocol/run.ts';
import { logAt } from '#renderer/dock/log.panel.tsx';
import { LiveView } from '#renderer/state/live.ts';
import { loadHistory } from '#renderer/state/recordedHistory.ts';
import { RunSession } from '#renderer/state/runSession.ts';
import { appendPoints, createRunSeries } from '#renderer/state/series.ts';
import { createTimeline } from '#renderer/state/timeline.ts';
import { telemetryFrame, trainPoint } from '#test/support/runFixtures.ts';
import { settled } from '../support/settled.ts';

const STEPS: Readonly<Record<SnapshotKind, number[]>> = {
  telemetry: Array.from({ length: 1000 }, (_, i) => i + 1),
  samples: Array.from({ length: 100 }, (_, i) => 10 * (i + 1)),
  boundary: [],
  confusion: [200, 400, 600, 800, 1000],
  latents: [],
};

function setup() {
  const asked: { kind: SnapshotKind; steps: readonly number[] }[] = [];
  const snapshot = (kind: SnapshotKind, step: number): RunSnapshot =>
    (kind === 'telemetry'
      ? { runId: 'a', kind, body: telemetryFrame(step, ['fc1']) }
      : { runId: 'a', kind, body: { step } }) as RunSnapshot;
  const client = {
    call: async (
      method: string,
      input: { kind: SnapshotKind; steps: number[]; rows: number; until?: number },
    ) => {
      if (method === 'runs.recorded') {
        return Object.fromEntries(
          Object.entries(STEPS).map(([kind, steps]) => [kind, Float64Array.from(steps)]),
        );
      }
      if (method === 'runs.gradients') {
        const steps = Float64Array.from({ length: input.rows }, (_, i) => i * 5 + 1);
        const row = [...steps].map(() => Float32Array.of(0.01));
        return { nodes: ['fc1'], steps, norms: row, updateRatios: row };
      }
      if (method === 'runs.channels') {
        const last = input.until ?? 1000;
        const steps = Float64Array.from({ length: input.rows }, (_, i) =>
          Math.max(1, Math.round((last * (i + 1)) / input.rows)),
        );
        const sizes = [...steps].map((step) => Float32Array.of(step, 0));
        return { nodes: ['fc1'], counts: [2], steps, sizes };
      }
      asked.push({ kind: input.kind, steps: input.steps });
      return input.steps.map((step) => snapshot(input.kind, step));
    },
  } as unknown as Pick<Client<AppCalls, AppEvents>, 'call'>;
  const timeline = createTimeline();
  const live = new LiveView(timeline);
  const session = new RunSession('a');
  live.show(session);
  // The latest of each kind comes with the record itself.
  for (const kind of ['telemetry', 'samples', 'confusion'] as const) {
    session.addSnapshot(snapshot(kind, 1000));
  }
  return { asked, client, timeline, live, session };
}

describe('the past on the disk', () => {
  it('is there over the whole run, in every kind, and the clock may stand on every step of it', async () => {
    const { client, live, session } = setup();
    await loadHistory(client, session);
    expect([live.history[0]?.step, live.history.at(-1)?.step]).toEqual([1, 1000]);
    expect(live.history.length).toBeGreaterThanOrEqual(60);
    expect(session.snapshots.confusion.all.map(({ step }) => step)).toEqual(STEPS.confusion);
    expect(live.gradientRows.length).toBeGreaterThan(150);
    expect(live.gradientRows[0]?.logNorm[0]).toBeCloseTo(-2);
    expect(live.heat('fc1')).toMatchObject({ channels: 2, to: 1000 });
    expect(live.steps).toEqual(STEPS.telemetry);
    expect(live.frame?.step).toBe(1000);
  });

  it('has the channels in columns of their own, early in the run as well', async () => {
    const { client, timeline, live, session } = setup();
    await loadHistory(client, session);
    timeline.goTo(100);
    await settled();
    expect(session.channels.isFine(100)).toBe(true);
    const { cells, to } = live.heat('fc1')!;
    expect(to).toBe(100);
    expect(new Set(cells.subarray(0, 24)).size).toBeGreaterThan(20);
  });

  it('comes for the step that the clock stands on, once, whatever it passed on the way', async () => {
    const { asked, client, timeline, live, session } = setup();
    await loadHistory(client, session);
    asked.length = 0;
    for (const step of [500, 501, 503, 507]) timeline.goTo(step);
    // At once what is in memory, and nothing of later.
    expect(live.frame?.step).toBeLessThanOrEqual(507);
    await settled();
    expect([live.frame?.step, live.shown('samples')?.step, live.shown('confusion')?.step]).toEqual([
      507, 500, 400,
    ]);
    const count = asked.length;
    expect(count).toBeLessThanOrEqual(4);
    timeline.goTo(506);
    await settled();
    // It came along with its neighbour.
    expect(live.frame?.step).toBe(506);
    expect(asked).toHaveLength(count);
  });

  it('takes no more memory than it may, however long one looks around', async () => {
    const { client, timeline, live, session } = setup();
    await loadHistory(client, session);
    for (let step = 1; step < 1000; step += 7) {
      timeline.goTo(step);
      await settled();
      expect(live.frame?.step).toBe(step);
    }
    const inMemory = STEPS.telemetry.filter((step) => session.snapshots.telemetry.has(step));
    expect(inMemory.length).toBeLessThanOrEqual(160 + 24);
    expect(live.history.length).toBeGreaterThanOrEqual(60);
  });

  it('grows while the run trains: steps that the page has dropped are found on the disk', async () => {
    const { client, timeline, live, session } = setup();
    vi.useFakeTimers({ toFake: ['performance'] });
    onTestFinished(() => void vi.useRealTimers());
    await loadHistory(client, session);
    const all = [...STEPS.telemetry];
    STEPS.telemetry.push(...Array.from({ length: 500 }, (_, i) => 1001 + i));
    session.addSnapshot({ kind: 'telemetry', body: telemetryFrame(1500, ['fc1']) });
    vi.advanceTimersByTime(60_000);
    timeline.goTo(900);
    await settled();
    expect(live.steps).toEqual(STEPS.telemetry);
    STEPS.telemetry.length = all.length;
  });

  it('is read anew with a run that went back', async () => {
    const { client, live, session } = setup();
    await loadHistory(client, session);
    const late = loadHistory(client, session);
    session.restart();
    await late;
    // What had been asked for before came too late.
    expect([live.steps, live.gradientRows, live.frame]).toEqual([[], [], null]);
  });
});

it('the log is cut at the clock', () => {
  const series = createRunSeries();
  appendPoints(
    series,
    [1, 2, 3, 4].map((step) => trainPoint(step)),
  );
  const log = [10, 35, 60, 90].map((timeMs) => ({ timeMs, level: 'info', message: 'm' }) as const);
  const said = (step: number | 'live') => logAt(log, step, series).map(({ timeMs }) => timeMs);
  expect(said('live')).toEqual([10, 35, 60, 90]);
  expect(said(3)).toEqual([10, 35, 60]);
  expect(said(1)).toEqual([10]);
});
