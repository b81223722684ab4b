/** Rule: how far a queue is and how long it takes follows from what ended, the most alike first. */
import { expect, test } from 'vitest';
import type { QueueEntry, RunProgress } from '#engine/protocol/index.ts';
import { queueProgress } from '#engine/runs/queueTime.ts';

const entry = (state: QueueEntry['state'], more: Partial<QueueEntry> = {}): QueueEntry => ({
  ...{ id: 'x', name: 'x', state, runId: null, group: null, tags: [], documentId: null },
  ...{ projectName: 'x', addedAt: '', elapsedMs: null, sizeBytes: null, reason: null },
  ...{ elsewhere: false, ...more },
});
const half = { step: 50, totalSteps: 100, elapsedMs: 10_000, etaMs: 10_000 } as RunProgress;
const progressOf = (runId: string): RunProgress | null => (runId === 'now' ? half : null);
const now = entry('running', { runId: 'now' });

test('what trains counts in part; what was taken out and what others train does not', () => {
  const entries = [
    entry('finished', { elapsedMs: 4_000 }),
    entry('cancelled'),
    now,
    entry('waiting'),
    entry('waiting'),
    entry('waiting', { elsewhere: true }),
  ];
  expect(queueProgress(entries, progressOf)).toEqual({
    ...{ done: 1, total: 4, share: 1.5 / 4 },
    remainingMs: 10_000 + 2 * 4_000,
  });
});

test('the same group says most, then the same document; what was stopped says nothing', () => {
  const entries = [
    entry('finished', { elapsedMs: 1_000, group: 'g' }),
    entry('finished', { elapsedMs: 5_000, documentId: 'd' }),
    entry('stopped', { elapsedMs: 100 }),
    entry('waiting', { group: 'g', documentId: 'd' }),
    entry('waiting', { documentId: 'd' }),
    entry('waiting'),
  ];
  expect(queueProgress(entries, progressOf).remainingMs).toBe(1_000 + 5_000 + 3_000);
});

test('before anything has ended the one that trains says it; without one nothing does', () => {
  expect(queueProgress([now, entry('waiting')], progressOf).remainingMs).toBe(30_000);
  expect(queueProgress([entry('waiting')], progressOf).remainingMs).toBeNull();
  expect(queueProgress([], progressOf)).toEqual({ done: 0, total: 0, share: 0, remainingMs: 0 });
});

test('a run of no document and no group is like no other in them', () => {
  const entries = [
    entry('finished', { elapsedMs: 1_000 }),
    entry('finished', { elapsedMs: 5_000, documentId: 'd', group: 'g' }),
    entry('waiting'),
  ];
  expect(queueProgress(entries, progressOf).remainingMs).toBe(3_000);
  // One that has not yet told how long it takes leaves it open, and one without steps has done none.
  const unsure = (): RunProgress => ({ ...half, totalSteps: 0, etaMs: null });
  const told = queueProgress([now, entry('finished', { elapsedMs: 1_000 })], unsure);
  expect(told).toMatchObject({ share: 0.5, remainingMs: null });
});

test('several that train at once share what waits', () => {
  const entries = [now, now, entry('waiting'), entry('finished', { elapsedMs: 8_000 })];
  expect(queueProgress(entries, progressOf).remainingMs).toBe((10_000 + 10_000 + 8_000) / 2);
});
