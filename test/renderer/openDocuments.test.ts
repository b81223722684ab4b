/**
 * Rules: the neighbour comes to the front where one is closed, tabs keep their order, and a document that is
 * come back to shows the run and the step that were on show.
 */
import { describe, expect, it } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { emptyDocument } from '#engine/ir/document.ts';
import { createDocumentSession, createFrontDocument } from '#renderer/state/document.ts';
import { followDocument } from '#renderer/state/followDocument.ts';
import { keepClocks } from '#renderer/state/keepClocks.ts';
import { createOpenDocuments } from '#renderer/state/openDocuments.ts';
import type { RunsState } from '#renderer/state/runs.ts';
import { createTimeline } from '#renderer/state/timeline.ts';
import { runSummary } from '#test/support/runFixtures.ts';

const session = (id: string) => {
  const made = createDocumentSession();
  made.documents.load({ ...emptyDocument(id), id });
  return made;
};
function setup(...ids: string[]) {
  const sessions = ids.map(session);
  const [first] = sessions;
  if (!first) throw new Error('one is open at least');
  const front = createFrontDocument(first);
  const open = createOpenDocuments(front);
  open.restore(sessions, first);
  const order = (): string =>
    open.store
      .getState()
      .sessions.map((each) => {
        const { id } = each.documents.getState().document;
        return each === open.store.getState().front ? `[${id}]` : id;
      })
      .join(' ');
  return { sessions, front, open, order };
}

describe('tabs', () => {
  it('open behind the one in front, or in place of another', () => {
    const { open, order, sessions } = setup('a', 'b');
    open.open(session('c'));
    expect(order()).toBe('a [c] b');
    open.open(session('d'), sessions[1]);
    expect(order()).toBe('a c [d]');
    open.open(sessions[0]!);
    expect(order()).toBe('[a] c d');
  });
  it('closed give way to their neighbour; one always stays', () => {
    const { open, order, sessions } = setup('a', 'b', 'c');
    open.step(1);
    open.close(sessions[1]!);
    expect(order()).toBe('a [c]');
    open.close(sessions[0]!);
    open.close(sessions[2]!);
    expect(order()).toBe('[c]');
  });
  it('move, and are walked round and round', () => {
    const { open, order, sessions } = setup('a', 'b', 'c');
    open.move(sessions[0]!, 9);
    expect(order()).toBe('b c [a]');
    open.step(1);
    expect(order()).toBe('[b] c a');
    open.step(-1);
    expect(order()).toBe('b c [a]');
  });
  it('are told of before they are left, while they are still in front', () => {
    const { open, front } = setup('a', 'b');
    const told: (string | undefined)[] = [];
    open.onLeave(() => told.push(front.getState().document.id));
    open.step(1);
    open.open(open.store.getState().front);
    expect(told).toEqual(['a']);
  });
});

describe('what a document showed', () => {
  const run = (id: string, documentId: string, createdAt: string) => ({
    ...runSummary(id, 'finished', 10),
    documentId,
    createdAt,
  });
  function watched() {
    const { open, front, sessions } = setup('a', 'b');
    const store = createStore<RunsState>(() => ({
      runs: { a1: run('a1', 'a', '1'), a2: run('a2', 'a', '2'), b1: run('b1', 'b', '1') },
      activeRunIds: [],
      activeRunId: null,
      shownRunId: null,
      shownDocument: emptyDocument('read'),
      pending: null,
      failure: null,
      engine: null,
      log: [],
    }));
    const timeline = createTimeline();
    const show = async (shownRunId: string | null) => {
      if (shownRunId === store.getState().shownRunId) return;
      store.setState({ shownRunId });
      timeline.goTo('live');
    };
    followDocument({ store, show }, front);
    keepClocks(open, { store, show }, timeline);
    const shown = () => [store.getState().shownRunId, timeline.store.getState().step];
    return { open, store, timeline, show, shown, sessions };
  }

  it('is there again: an older run, and a step of the past', async () => {
    const { open, timeline, show, shown } = watched();
    await show('a1');
    timeline.goTo(400);
    open.step(1);
    await Promise.resolve();
    expect(shown()).toEqual(['b1', 'live']);
    open.step(1);
    await Promise.resolve();
    expect(shown()).toEqual(['a1', 400]);
  });
  it('waits until the run is read', async () => {
    const { open, store, timeline, shown } = watched();
    timeline.goTo(400);
    open.step(1);
    await Promise.resolve();
    store.setState({ shownDocument: null });
    open.step(1);
    await Promise.resolve();
    expect(shown()).toEqual(['a2', 'live']);
    store.setState({ shownDocument: emptyDocument('read') });
    expect(shown()).toEqual(['a2', 400]);
  });
  it('gives way to a run of it that trains', async () => {
    const { open, store, show, timeline, shown } = watched();
    await show('a1');
    timeline.goTo(400);
    open.step(1);
    await Promise.resolve();
    store.setState({ activeRunIds: ['a2'], activeRunId: 'a2' });
    open.step(1);
    await Promise.resolve();
    expect(shown()).toEqual(['a2', 'live']);
  });
});
