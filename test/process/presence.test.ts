/** Rule: the desktop is kept awake while something trains and told how far it is, and once when all is done. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { QueueEntry, RunSummary } from '#engine/protocol/index.ts';
import { showPresence, trainsOn } from '#main/electron/presence.ts';
import { watchIdle } from '#main/server/idle.ts';
import type { EndedEntry } from '#main/services/queue/queue.ts';
import { runSummary } from '#test/support/runFixtures.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const ignored = { list: () => ({ entries: [] }), onEnded: () => () => undefined };

test('of several side by side one that is not paused keeps it awake; they are counted', () => {
  const told: string[] = [];
  let changed: (run: RunSummary) => void = () => undefined;
  const training = { activeRunIds: ['a', 'b'] };
  const onRunChanged = (listener: typeof changed): void => void (changed = listener);
  showPresence(
    { training, queue: ignored, onRunChanged },
    {
      setAwake: (awake) => void told.push(awake ? 'awake' : 'asleep'),
      setProgress: (_share, text) => void told.push(text),
      notify: () => undefined,
    },
  );
  const at = (id: string, state: 'running' | 'paused' | 'finished'): void => {
    const run = runSummary(id, state);
    changed({ ...run, progress: { ...run.progress, state, step: 50, totalSteps: 100 } });
  };
  /** What was told at once and within the next second. */
  const shown = (): readonly string[] => (vi.advanceTimersByTime(1_000), told.splice(0));
  at('a', 'paused');
  at('b', 'running');
  expect(shown()).toEqual(['awake', 'Netloom: 2 runs, 50%']);
  at('b', 'paused');
  expect(shown()[0]).toBe('asleep');
  training.activeRunIds = [];
  at('b', 'finished');
  expect(shown()).toEqual(['Netloom']);
});

test('without a window the app stays while the queue or a sweep goes on, and ends a while after', () => {
  const work = { queue: { isBusy: true }, sweeps: { isBusy: true } };
  let windows = 1;
  let quit = 0;
  const stop = watchIdle({
    pages: () => windows,
    busy: () => trainsOn(work),
    idleMs: 60_000,
    onIdle: () => (quit += 1),
  });
  vi.advanceTimersByTime(2_000);
  windows = 0;
  vi.advanceTimersByTime(600_000);
  work.queue.isBusy = false;
  vi.advanceTimersByTime(600_000);
  expect(quit).toBe(0);
  work.sweeps.isBusy = false;
  vi.advanceTimersByTime(58_000);
  expect(quit).toBe(0);
  vi.advanceTimersByTime(5_000);
  expect(quit).toBe(1);
  stop();
});

test('no page has to come in time; one that comes back in time keeps all there is', () => {
  let pages = 0;
  let ended = 0;
  const stop = watchIdle({
    pages: () => pages,
    busy: () => false,
    idleMs: 1_000,
    onIdle: () => (ended += 1),
  });
  vi.advanceTimersByTime(60_000);
  for (let reload = 0; reload < 3; reload += 1) {
    pages = 1;
    vi.advanceTimersByTime(300);
    pages = 0;
    vi.advanceTimersByTime(600);
  }
  expect(ended).toBe(0);
  pages = 1;
  vi.advanceTimersByTime(60_000);
  pages = 0;
  vi.advanceTimersByTime(700);
  expect(ended).toBe(0);
  vi.advanceTimersByTime(600);
  expect(ended).toBe(1);
  vi.advanceTimersByTime(60_000);
  expect(ended).toBe(1);
  stop();
});

test('awake from its first word on, however soon it is over', () => {
  const told: boolean[] = [];
  let changed: (run: RunSummary) => void = () => undefined;
  const training: { activeRunIds: readonly string[] } = { activeRunIds: ['a'] };
  const onRunChanged = (listener: typeof changed): void => void (changed = listener);
  const shell = { setProgress: () => undefined, notify: () => undefined };
  showPresence(
    { training, queue: ignored, onRunChanged },
    { ...shell, setAwake: (awake) => void told.push(awake) },
  );
  changed(runSummary('a', 'running'));
  expect(told).toEqual([true]);
  training.activeRunIds = [];
  changed(runSummary('a', 'finished'));
  vi.advanceTimersByTime(1_000);
  expect(told).toEqual([true, false]);
});

test('awake while it trains, asleep while it is paused and afterwards; a notice at the end', () => {
  const told: string[] = [];
  let changed: (run: RunSummary) => void = () => undefined;
  let ended: (entry: EndedEntry) => void = () => undefined;
  const training: { activeRunIds: readonly string[] } = { activeRunIds: ['a'] };
  const entry = (id: string, state: QueueEntry['state']) =>
    ({
      id,
      state,
      runId: id,
      elsewhere: false,
      group: null,
      documentId: null,
      elapsedMs: null,
    }) as QueueEntry;
  let entries = [entry('a', 'running'), entry('b', 'waiting')];
  showPresence(
    {
      training,
      queue: {
        list: () => ({ entries }),
        onEnded: (listener) => ((ended = listener), () => undefined),
      },
      onRunChanged: (listener) => void (changed = listener),
    },
    {
      setAwake: (awake) => void told.push(awake ? 'awake' : 'asleep'),
      setProgress: (share, text) => void told.push(`${share} ${text}`),
      notify: (title, body) => void told.push(`${title}: ${body}`),
    },
  );
  const at = (step: number, state: 'running' | 'paused' | 'finished'): void => {
    const run = runSummary('a', state);
    changed({ ...run, name: 'a', progress: { ...run.progress, state, step, totalSteps: 100 } });
    vi.advanceTimersByTime(1_000);
  };
  at(50, 'running');
  at(50, 'paused');
  training.activeRunIds = [];
  at(100, 'finished');
  expect(told).toEqual([
    'awake',
    '0.25 Netloom: a, 25%, 0 of 2 in the queue done',
    'asleep',
    '0.25 Netloom: a, 25%, 0 of 2 in the queue done',
    'null Netloom',
  ]);
  told.length = 0;
  const end = (): void => ended({ entry: entry('a', 'finished'), run: null });
  entries = [entry('a', 'finished'), entry('b', 'waiting')];
  end();
  entries = [entry('a', 'finished'), entry('b', 'failed')];
  end();
  expect(told).toEqual(['The queue is done: 1 of 2 runs finished, 1 failed.']);
});
