/**
 * Rule: a window says when it is hidden and when it is seen again, and when a hand moves its canvas; what is
 * chosen in one is shown in all.
 */
import { expect, test, vi } from 'vitest';
import type { AppEvents } from '#engine/protocol/appContract.ts';
import { HAND_RESTS_MS } from '#engine/protocol/watching.ts';
import {
  chooseWatching,
  followWatching,
  tellHand,
  watchingStore,
} from '#renderer/state/watching.ts';
import { restoredAfter } from '../support/restoredAfter.ts';

restoredAfter(watchingStore);

function window() {
  const page = Object.assign(new EventTarget(), { hidden: false });
  const calls: [string, unknown][] = [];
  const told = new Map<string, (payload: never) => void>();
  const bridge = {
    call: vi.fn(async (method: string, input: unknown) => {
      calls.push([method, input]);
      return method === 'training.watch' ? { level: 'balanced', pace: 'slow' } : null;
    }),
    on: (event: string, listener: (payload: never) => void) => {
      told.set(event, listener);
      return () => told.delete(event);
    },
  } as never;
  const tell = <K extends keyof AppEvents>(event: K, payload: AppEvents[K]) =>
    told.get(event)?.(payload as never);
  let look: (runIds: readonly string[]) => void = () => undefined;
  const followLooked = (tellRuns: typeof look) => ((look = tellRuns), () => undefined);
  const stop = followWatching(bridge, page as unknown as Document, { followLooked });
  const turn = (hidden: boolean): void => {
    page.hidden = hidden;
    page.dispatchEvent(new Event('visibilitychange'));
  };
  return { bridge, calls, tell, stop, turn, look: (runs: readonly string[]) => look(runs) };
}

test('hidden and seen again', () => {
  const { calls, stop, turn } = window();
  expect(calls).toEqual([]);
  turn(true);
  turn(false);
  stop();
  turn(true);
  expect(calls).toEqual([
    ['training.look', { visible: false }],
    ['training.look', { visible: true }],
  ]);
});

test('which of the runs that train it shows is said, too, from the first one on', () => {
  const { calls, turn, look } = window();
  look(['a']);
  turn(true);
  look([]);
  expect(calls.map(([, input]) => input)).toEqual([
    { visible: true, runs: ['a'] },
    { visible: false, runs: ['a'] },
    { visible: false, runs: [] },
  ]);
});

test('a choice is shown at once, and what main makes of it when it answers', async () => {
  const { bridge, calls, tell } = window();
  const chosen = chooseWatching(bridge, { pace: 'slow' });
  expect(watchingStore.getState().pace).toBe('slow');
  await chosen;
  expect(calls).toEqual([['training.watch', { pace: 'slow' }]]);
  expect(watchingStore.getState()).toEqual({ level: 'balanced', pace: 'slow' });
  tell('training.watching', { level: 'full', pace: 'full' });
  expect(watchingStore.getState()).toEqual({ level: 'full', pace: 'full' });
});

test('a hand is told while something is being trained, again and again, and when it rests', () => {
  const { bridge, calls } = window();
  let listener: (moves: boolean) => void = () => undefined;
  let again: (() => void) | null = null;
  let trains = false;
  const stop = tellHand(
    bridge,
    { subscribe: (each) => ((listener = each), () => undefined) },
    () => trains,
    (run, ms) => {
      expect(ms).toBeLessThan(HAND_RESTS_MS);
      again = run;
      return () => (again = null);
    },
  );
  listener(true);
  listener(false);
  expect(calls).toEqual([]);
  trains = true;
  listener(true);
  again!();
  listener(false);
  const hand = (moves: boolean) => ['training.hand', { moves }];
  expect(calls).toEqual([hand(true), hand(true), hand(false)]);
  expect(again).toBeNull();
  listener(true);
  stop();
  expect(calls.slice(3)).toEqual([hand(true), hand(false)]);
  expect(again).toBeNull();
});
