/**
 * Small curves of the runs that a list shows: asked for when a row comes into sight, all of a moment together,
 * and kept. Of a run that trains they are asked for again as it goes on.
 */
import type { AppCalls } from '#engine/protocol/appContract.ts';
import type { Client } from '#engine/protocol/rpc.ts';
import type { SmallCurve } from '#engine/protocol/run.ts';
import { bridge } from '../bridge/index.ts';

export interface SmallCurves {
  get(runId: string): SmallCurve | null;
  /** `step`: how far the run is by now. */
  want(runId: string, step: number): void;
  /** Another number whenever more is known. */
  readonly version: () => number;
  /** Told when something came. Returns the way to stop. */
  readonly subscribe: (listener: () => void) => () => void;
}

/** As many as the line is px wide, or so. */
const POINTS = 48;
/** Rows that come into sight one after the other are asked for together. */
const WAIT_MS = 60;
/** Between two readings of a run that trains. */
const LIVE_MS = 2_000;
const MOST_AT_ONCE = 400;

export function createSmallCurves(
  client: Pick<Client<AppCalls, unknown>, 'call'>,
  metric = 'loss',
): SmallCurves {
  const known = new Map<
    string,
    { readonly curve: SmallCurve | null; step: number; atMs: number }
  >();
  const wanted = new Map<string, number>();
  const listeners = new Set<() => void>();
  let timer: ReturnType<typeof setTimeout> | null = null;
  let version = 0;

  const ask = async (): Promise<void> => {
    timer = null;
    // The latest first: of rows that were scrolled past nobody waits for the curves.
    const asked = [...wanted].slice(-MOST_AT_ONCE);
    wanted.clear();
    const runIds = asked.map(([runId]) => runId);
    const found = await client
      .call('runs.smallCurves', { runIds, metric, points: POINTS })
      .catch(() => null);
    if (!found) return;
    const byId = new Map(found.map((curve) => [curve.runId, curve]));
    const atMs = performance.now();
    for (const [runId, step] of asked) {
      known.set(runId, { curve: byId.get(runId) ?? null, step, atMs });
    }
    version += 1;
    for (const listener of listeners) listener();
  };

  return {
    get: (runId) => known.get(runId)?.curve ?? null,
    want(runId, step) {
      const before = known.get(runId);
      if (before?.step === step || wanted.has(runId)) return;
      if (before && performance.now() - before.atMs < LIVE_MS) return;
      wanted.set(runId, step);
      timer ??= setTimeout(() => void ask(), WAIT_MS);
    },
    version: () => version,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export const smallCurves = createSmallCurves(bridge);
