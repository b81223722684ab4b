/**
 * What was found in the data that is looked at: asked for when it changes, the last answer kept while the next one is
 * made, so that nothing jumps. One at a time, the newest question wins. Not React state.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { errorMessage } from '#engine/ir/errors.ts';
import type { JsonValue } from '#engine/ir/attrs.ts';
import type { Problem } from '#engine/ir/problem.ts';
import { RemoteError } from '#engine/protocol/rpc.ts';
import type { DataSources } from './dataSources.ts';

/** A source with all that decides what is found in it. */
export interface DataQuery {
  readonly source: string;
  readonly options: Readonly<Record<string, JsonValue>>;
  /** What else the answer depends on: parts, seed. */
  readonly more: object;
}

export interface Answer<T> {
  /** Of this source, maybe with other options: shown while `isReading`. */
  readonly value: T | null;
  readonly source: string | null;
  readonly isReading: boolean;
  readonly problem: Problem | null;
  /** How long the last answer took, and when it came. */
  readonly tookMs: number;
  readonly at: number;
}

export interface Answers<T> {
  readonly store: StoreApi<Answer<T>>;
  /** Asks unless this is what was asked last; null: nothing is looked at. */
  ask(query: DataQuery | null): void;
  again(): void;
}

export function createAnswers<T>(
  sources: Pick<DataSources, 'reading' | 'project' | 'store'>,
  call: (query: DataQuery, project: string) => Promise<T>,
): Answers<T> {
  const nothing: Answer<T> = {
    ...{ value: null, source: null, isReading: false, problem: null, tookMs: 0, at: 0 },
  };
  const store = createStore<Answer<T>>(() => nothing);
  let asked: string | null = null;
  let last: DataQuery | null = null;

  const keyOf = (query: DataQuery): string => JSON.stringify([query, sources.project()]);

  const read = async (query: DataQuery, key: string): Promise<void> => {
    const beganMs = performance.now();
    const { value, source } = store.getState();
    store.setState({
      ...{ isReading: true, problem: null, source: query.source },
      value: source === query.source ? value : null,
    });
    try {
      const found = await sources.reading(query.source, (project) => call(query, project));
      if (asked !== key) return;
      const tookMs = performance.now() - beganMs;
      store.setState({ value: found, isReading: false, tookMs, at: Date.now() });
    } catch (error) {
      if (asked !== key) return;
      const [problem] = error instanceof RemoteError ? error.problems : [];
      const plain: Problem = {
        code: 'data.unreadable',
        severity: 'error',
        message: errorMessage(error),
      };
      store.setState({ isReading: false, problem: problem ?? plain });
    }
  };

  const again = (): void => {
    if (last) void read(last, (asked = keyOf(last)));
  };
  sources.store.subscribe((state, before) => {
    if (state.allowed !== before.allowed && store.getState().problem) again();
  });

  return {
    store,
    ask(query) {
      const key = query && keyOf(query);
      if (key === asked) return;
      asked = key;
      last = query;
      if (query && key !== null) void read(query, key);
      else store.setState(nothing, true);
    },
    again,
  };
}
