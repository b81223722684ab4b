/**
 * Brings the past of a run from the record into its session: first an even overview of every kind, so that
 * every panel has the whole run, then what lies around the step that is looked at. The rest stays on the disk.
 */
import type { AppCalls, AppEvents } from '#engine/protocol/appContract.ts';
import type { Client } from '#engine/protocol/rpc.ts';
import {
  SNAPSHOT_KINDS,
  type RecordedSteps,
  type RunSnapshot,
  type SnapshotKind,
} from '#engine/protocol/run.ts';
import type { RunSession } from './runSession.ts';

/** Of each kind at first, evenly over the run. */
const OVERVIEW: Readonly<Record<SnapshotKind, number>> = {
  telemetry: 64,
  samples: 40,
  boundary: 40,
  latents: 40,
  confusion: 40,
};
/** Rows of the gradient strip: small. */
const ROWS = 180;
/** Rows of the heat cards over the run, and up to a step early in it. */
const CHANNEL_ROWS = { evenly: 96, near: 24 };
/** Recorded steps on either side of the clock that are fetched along with its own. */
const AROUND = 3;
/** Not asked again within this time which steps there are. */
const ASKED_MS = 3_000;

type Calls = Pick<Client<AppCalls, AppEvents>, 'call'>;

/** Resolves when the overview is there; a record that cannot be read leaves the session as it is. */
export async function loadHistory(client: Calls, session: RunSession): Promise<void> {
  const runId = session.id;
  const { beginnings } = session;
  const isOver = (): boolean => session.beginnings !== beginnings;
  const recorded = await client.call('runs.recorded', { runId });
  if (isOver()) return;
  session.onLook(lookInto(client, session));
  session.setRecorded(recorded);
  if (SNAPSHOT_KINDS.every((kind) => recorded[kind].length === 0)) return;
  const track = await client.call('runs.gradients', { runId, rows: ROWS });
  if (isOver()) return;
  session.addGradients(track);
  const channels = await client.call('runs.channels', { runId, rows: CHANNEL_ROWS.evenly });
  if (isOver()) return;
  session.addChannels(channels, 'evenly');
  for (const kind of SNAPSHOT_KINDS) {
    const steps = missing(session, kind, spread(recorded[kind], OVERVIEW[kind]));
    if (steps.length === 0) continue;
    const found = await client.call('runs.snapshots', { runId, kind, steps });
    if (isOver()) return;
    session.addRecorded(found, 'evenly');
  }
}

/** One question at a time: while it is answered the clock may have gone on, and only where it is counts. */
function lookInto(client: Calls, session: RunSession): (step: number) => void {
  const { beginnings } = session;
  let wanted: number | null = null;
  let askedAt = performance.now();
  let isAsking = false;
  const ask = async (): Promise<void> => {
    isAsking = true;
    while (wanted !== null) {
      const step = wanted;
      wanted = null;
      // While it trains the record has more and more of it, and more than the page keeps.
      if (performance.now() - askedAt > ASKED_MS) {
        askedAt = performance.now();
        const recorded = await client.call('runs.recorded', { runId: session.id });
        if (session.beginnings !== beginnings) return;
        session.setRecorded(recorded);
      }
      const found: RunSnapshot[] = [];
      for (const kind of SNAPSHOT_KINDS) {
        const steps = stepsAround(session, kind, step);
        if (steps.length === 0) continue;
        found.push(...(await client.call('runs.snapshots', { runId: session.id, kind, steps })));
      }
      const channels = session.channels.isFine(step)
        ? null
        : await client.call('runs.channels', {
            ...{ runId: session.id, rows: CHANNEL_ROWS.near, until: step },
          });
      if (session.beginnings !== beginnings) return;
      if (channels) session.addChannels(channels, 'near');
      if (found.length > 0) session.addRecorded(found, 'near');
    }
  };
  return (step) => {
    wanted = step;
    if (isAsking) return;
    ask()
      // What cannot be read now is asked for again with the next look.
      .catch(() => undefined)
      .finally(() => (isAsking = false));
  };
}

/** None where that of the clock itself is in memory: its neighbours are fetched when they are looked at. */
function stepsAround(session: RunSession, kind: SnapshotKind, step: number): readonly number[] {
  const all: Partial<RecordedSteps>[SnapshotKind] = session.recorded[kind];
  if (!all) return [];
  const at = all.findLastIndex((each) => each <= step);
  const own = all[at];
  if (own === undefined || missing(session, kind, [own]).length === 0) return [];
  const near = [...all.subarray(Math.max(0, at - AROUND), at + AROUND + 1)];
  // Those asked for last stay longest.
  return [
    ...missing(
      session,
      kind,
      near.filter((each) => each !== own),
    ),
    own,
  ];
}

function missing(
  { snapshots }: RunSession,
  kind: SnapshotKind,
  steps: readonly number[],
): readonly number[] {
  return steps.filter((step) => !snapshots[kind].has(step));
}

/** At most so many, first and last among them. */
function spread(steps: Float64Array, most: number): readonly number[] {
  const count = Math.min(most, steps.length);
  return Array.from({ length: count }, (_, i) => {
    return steps[Math.round((i * (steps.length - 1)) / Math.max(1, count - 1))] ?? 0;
  });
}
