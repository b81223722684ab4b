/** Rule: the page's queue is what main says, moved by places; its end is told once; the screen stays on meanwhile. */
import { expect, test } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { QueueEntry, QueueState } from '#engine/protocol/appContract.ts';
import type { Connection } from '#renderer/bridge/index.ts';
import { keepAwake, tellWhenDone } from '#renderer/queue/followQueue.ts';
import { createQueue } from '#renderer/queue/queueStore.ts';
import { queueLine, roomText } from '#renderer/queue/queueText.ts';
import type { RunsState } from '#renderer/state/runs.ts';
import { fakeServer } from '#test/support/fakeServer.ts';

const entry = (id: string, state: QueueEntry['state'], elsewhere = false): QueueEntry => ({
  ...{ id, name: id, state, runId: null, group: null, tags: [], documentId: null },
  ...{ projectName: 'x', addedAt: '', elapsedMs: null, sizeBytes: null, reason: null, elsewhere },
});
const stateOf = (...entries: QueueEntry[]): QueueState => ({ entries, hold: null, room: null });

test('read with the connection, kept true by events; moved by places', async () => {
  const server = fakeServer();
  server.answers['queue.list'] = () =>
    stateOf(entry('t', 'running'), ...['a', 'b', 'c'].map((id) => entry(id, 'waiting')));
  server.answers['queue.move'] = () => null;
  const connection = createStore<Connection>(() => ({
    ...{ state: 'connected', generation: 1, reason: null },
  }));
  const queue = createQueue(server.client, connection);
  queue.follow();
  await expect.poll(() => queue.waiting()).toEqual(['a', 'b', 'c']);
  await queue.moveBy('c', -1);
  await queue.moveBy('a', 1);
  await queue.moveBy('b', 9);
  // Neither is there a place to go to, nor is it one that waits.
  await queue.moveBy('a', -1);
  await queue.moveBy('t', 1);
  expect(server.calls.filter(({ method }) => method === 'queue.move')).toEqual([
    { method: 'queue.move', input: { ids: ['c'], before: 'b' } },
    { method: 'queue.move', input: { ids: ['a'], before: 'c' } },
    { method: 'queue.move', input: { ids: ['b'], before: null } },
  ]);
  server.emit('queue.changed', stateOf(entry('z', 'waiting', true)));
  expect(queue.waiting()).toEqual([]);
});

test('an answer that was asked for before something was told, or asked anew, is too old', async () => {
  const server = fakeServer();
  const answers: ((state: QueueState) => void)[] = [];
  server.answers['queue.list'] = () => new Promise((resolve) => answers.push(resolve));
  const connection = createStore<Connection>(() => ({
    ...{ state: 'connected', generation: 1, reason: null },
  }));
  const queue = createQueue(server.client, connection);
  const settle = () => new Promise((done) => setImmediate(done));
  queue.follow();
  server.emit('queue.changed', stateOf(entry('told', 'waiting')));
  answers[0]?.(stateOf(entry('older', 'waiting')));
  await settle();
  expect(queue.waiting()).toEqual(['told']);
  // The connection drops twice, and the first answer comes last.
  connection.setState({ generation: 2 });
  connection.setState({ generation: 3 });
  answers[2]?.(stateOf(entry('newest', 'waiting')));
  await settle();
  answers[1]?.(stateOf(entry('older', 'waiting')));
  await settle();
  expect(queue.waiting()).toEqual(['newest']);
});

test('its end is told once, with what failed; not that of another program', () => {
  const store = createStore<QueueState>(() => stateOf(entry('a', 'running')));
  const told: string[] = [];
  tellWhenDone(store, (title, body) => void told.push(`${title}: ${body}`));
  store.setState(stateOf(entry('a', 'finished'), entry('b', 'waiting')));
  store.setState(stateOf(entry('a', 'finished'), entry('b', 'failed')));
  store.setState(
    stateOf(entry('a', 'finished'), entry('b', 'failed'), entry('c', 'waiting', true)),
  );
  store.setState(stateOf());
  expect(told).toEqual(['The queue is done: 1 run finished, 1 run failed.']);
});

test('the screen stays on while something trains and the page is seen', async () => {
  const store = createStore(() => ({ activeRunId: null }) as unknown as RunsState);
  const held: string[] = [];
  const page = Object.assign(new EventTarget(), { hidden: false });
  keepAwake(
    {
      document: page,
      wakeLock: {
        request: () => {
          held.push('on');
          return Promise.resolve({ release: () => Promise.resolve(void held.push('off')) });
        },
      },
    },
    store,
  );
  store.setState({ activeRunId: 'a' });
  page.hidden = true;
  page.dispatchEvent(new Event('visibilitychange'));
  await expect.poll(() => held).toEqual(['on', 'off']);
  page.hidden = false;
  page.dispatchEvent(new Event('visibilitychange'));
  store.setState({ activeRunId: null });
  await expect.poll(() => held).toEqual(['on', 'off', 'on', 'off']);
});

test('the line says how far it is and warns before there is no room', () => {
  const progress = { done: 1, total: 3, share: 0.4, remainingMs: 65_000 };
  const room = { usedBytes: 0, leftBytes: 100, expectedBytes: 2e9 };
  expect(queueLine(progress, null, null)).toEqual({
    ...{ text: '1 of 3 done, 1 min 05 s left', tone: 'plain' },
  });
  expect(queueLine(progress, null, room).tone).toBe('warn');
  expect(roomText(room)).toMatch(/^What waits will take about .* of the disk, and .* are left/);
  expect(queueLine(progress, { by: 'user', message: '' }, null).text).toBe('1 of 3 done, held');
  expect(queueLine({ ...progress, total: 0, done: 0 }, null, null).text).toBe('queue empty');
});
