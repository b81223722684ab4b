import { describe, expect, it } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { emptyDocument } from '#engine/ir/document.ts';
import { followDocument, newestRunOf } from '#renderer/state/followDocument.ts';
import type { RunsState } from '#renderer/state/runs.ts';
import { runSummary } from '#test/support/runFixtures.ts';

const run = (id: string, documentId: string | null, createdAt: string) => ({
  ...runSummary(id, 'finished', 10),
  // The same for all of them: names say nothing.
  projectName: 'untitled',
  documentId,
  createdAt,
});
const named = (id: string) => ({ ...emptyDocument('untitled'), id });
const RUNS = {
  a: run('a', 'moons', '2026-01-01'),
  b: run('b', 'moons', '2026-01-03'),
  c: run('c', 'xor', '2026-01-02'),
  old: run('old', null, '2026-01-09'),
};

function setup(state: Partial<RunsState> = {}) {
  const store = createStore<RunsState>(() => ({
    runs: {},
    activeRunIds: [],
    activeRunId: null,
    shownRunId: null,
    shownDocument: null,
    pending: null,
    failure: null,
    engine: null,
    log: [],
    ...state,
  }));
  const documents = createStore(() => ({ document: named('moons'), generation: 0 }));
  const show = async (shownRunId: string | null) => store.setState({ shownRunId });
  followDocument({ store, show }, documents);
  return { store, documents, shown: () => store.getState().shownRunId };
}

describe('the run on show', () => {
  it('is the newest of the document, whatever it is called', () => {
    expect(newestRunOf(RUNS, named('moons'))).toBe('b');
    expect(newestRunOf(RUNS, named('spirals'))).toBeNull();
    expect(newestRunOf(RUNS, emptyDocument('untitled'))).toBeNull();
  });
  it('is found when the list comes, and changes with the document', () => {
    const { store, documents, shown } = setup();
    expect(shown()).toBeNull();
    store.setState({ runs: RUNS });
    expect(shown()).toBe('b');
    documents.setState({ document: named('xor'), generation: 1 });
    expect(shown()).toBe('c');
    documents.setState({ document: named('spirals'), generation: 2 });
    expect(shown()).toBeNull();
  });
  it('does not change by an edit', () => {
    const { documents, shown } = setup({ runs: RUNS });
    documents.setState({ document: { ...named('moons'), notes: 'edited' } });
    expect(shown()).toBe('b');
  });
  it('is never that of another document, not even while it trains', () => {
    const { documents, shown, store } = setup({ runs: RUNS });
    store.setState({ activeRunIds: ['a'], activeRunId: 'a' });
    documents.setState({ document: named('xor'), generation: 1 });
    expect(shown()).toBe('c');
    documents.setState({ document: named('new'), generation: 2 });
    expect(shown()).toBeNull();
    // The one that trains, though it is not the newest.
    documents.setState({ document: named('moons'), generation: 3 });
    expect(shown()).toBe('a');
  });
  it('is another one where the document becomes a copy', () => {
    const { documents, shown } = setup({ runs: RUNS });
    documents.setState({ document: { ...named('copy'), parent: 'moons' } });
    expect(shown()).toBeNull();
  });
});
