/** Rule: a window says when it is hidden and when it is seen again; what is chosen in one is shown in all. */
import { expect, test, vi } from 'vitest';
import type { AppEvents } from '#engine/protocol/appContract.ts';
import { chooseWatching, followWatching, watchingStore } from '#renderer/state/watching.ts';

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
  const stop = followWatching(bridge, page as unknown as Document);
  const turn = (hidden: boolean): void => {
    page.hidden = hidden;
    page.dispatchEvent(new Event('visibilitychange'));
  };
  return { bridge, calls, tell, stop, turn };
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
