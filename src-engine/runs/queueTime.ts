/** How far a queue is as a whole, and how long it will still take, as far as what has ended says. */
import type { QueueEntry } from '../protocol/contracts/queue.ts';
import { isOver } from '../protocol/queueState.ts';
import type { RunProgress } from '../protocol/run.ts';
import { meanOf } from './statistics.ts';

export interface QueueProgress {
  /** Of those that this program trains: what is over, by whatever end, and all. */
  readonly done: number;
  readonly total: number;
  /** Of the whole, with the part of what trains now. */
  readonly share: number;
  /** Null where nothing says how long a run takes. */
  readonly remainingMs: number | null;
}

/** `progressOf`: of a run that trains now. */
export function queueProgress(
  entries: readonly QueueEntry[],
  progressOf: (runId: string) => RunProgress | null,
): QueueProgress {
  const own = entries.filter(({ elsewhere, state }) => !elsewhere && state !== 'cancelled');
  const over = own.filter(({ state }) => isOver(state));
  const running = own.flatMap(({ state, runId }) => {
    const progress = state === 'running' && runId !== null ? progressOf(runId) : null;
    return progress ? [progress] : [];
  });
  const parts = running.map(({ step, totalSteps }) => (totalSteps > 0 ? step / totalSteps : 0));
  const done = over.length;
  const total = own.length;
  return {
    done,
    total,
    share: total === 0 ? 0 : Math.min(1, (done + sum(parts)) / total),
    remainingMs: remainingMs(own, running),
  };
}

function remainingMs(
  entries: readonly QueueEntry[],
  running: readonly RunProgress[],
): number | null {
  const waiting = entries.filter(({ state }) => state === 'waiting');
  // What was stopped says nothing of how long others take.
  const ended = entries.filter(
    ({ state, elapsedMs }) => state === 'finished' && elapsedMs !== null,
  );
  const now = running.map(({ etaMs }) => etaMs ?? NaN);
  const totals = running.flatMap(({ elapsedMs, etaMs }) =>
    etaMs === null ? [] : [elapsedMs + etaMs],
  );
  const later = waiting.map((entry) => {
    const alike = [
      ended.filter(({ group }) => group !== null && group === entry.group),
      ended.filter(({ documentId }) => documentId !== null && documentId === entry.documentId),
      ended,
    ].find((some) => some.length > 0);
    // NaN of nothing.
    return alike ? meanOf(alike.map(({ elapsedMs }) => elapsedMs ?? 0)) : meanOf(totals);
  });
  // As many at once from here on as there are now, which end when the last of them does.
  const all = Math.max(...now, sum([...now, ...later]) / Math.max(1, running.length));
  return Number.isFinite(all) ? all : null;
}

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);
