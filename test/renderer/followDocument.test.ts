import { describe, expect, it } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { emptyDocument } from '#engine/ir/document.ts';
import { followDocument, newestRunOf } from '#renderer/state/followDocument.ts';
import type { RunsState } from '#renderer/state/runs.ts';
import { runSummary } from '#test/support/runFixtures.ts';

const run = (id: string, projectName: string, createdAt: string) => ({
  ...runSummary(id, 'finished', 10),
  projectName,
  createdAt,
});
const RUNS = {
  a: run('a', 'moons', '2026-01-01'),
  b: run('b', 'moons', '2026-01-03'),
  c: run('c', 'xor', '2026-01-02'),
};

function setup(state: Partial<RunsState> = {}) {
  const store = createStore<RunsState>(() => ({
    runs: {},
    activeRunId: null,
    shownRunId: null,
    shownDocument: null,
    pending: null,
    failure: null,
    engine: null,
    log: [],
    ...state,
  }));
  const documents = createStore(() => ({ document: emptyDocument('moons'), generation: 0 }));
  const show = async (shownRunId: string | null) => store.setState({ shownRunId });
  followDocument({ store, show }, documents);
  return { store, documents, shown: () => store.getState().shownRunId };
}

describe('the run on show', () => {
  it('is the newest of the project', () => {
    expect(newestRunOf(RUNS, 'moons')).toBe('b');
    expect(newestRunOf(RUNS, 'spirals')).toBeNull();
  });
  it('is found when the list comes, and changes with the document', () => {
    const { store, documents, shown } = setup();
    expect(shown()).toBeNull();
    store.setState({ runs: RUNS });
    expect(shown()).toBe('b');
    documents.setState({ document: emptyDocument('xor'), generation: 1 });
    expect(shown()).toBe('c');
    documents.setState({ document: emptyDocument('spirals'), generation: 2 });
    expect(shown()).toBeNull();
  });
  it('does not change by an edit, nor under a run in progress', () => {
    const { documents, shown, store } = setup({ runs: RUNS });
    documents.setState({ document: emptyDocument('xor') });
    expect(shown()).toBe('b');
    store.setState({ activeRunId: 'b' });
    documents.setState({ document: emptyDocument('xor'), generation: 1 });
    expect(shown()).toBe('b');
  });
});
