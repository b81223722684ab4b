/**
 * Reading data sources on behalf of the document of this window. The host reads what lies in a project's
 * folder; for anything else it asks, and the user's answer goes back from here: once for each file.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { JsonValue } from '#engine/ir/attrs.ts';
import type { Problem } from '#engine/ir/problem.ts';
import type { AppCalls, ProjectName } from '#engine/protocol/appContract.ts';
import type { DataDescription } from '#engine/protocol/dataContract.ts';
import { type Client, RemoteError } from '#engine/protocol/rpc.ts';
import type { DocumentStore } from './document.ts';

export interface DataQuestion {
  /** What would be read, as the host found it. */
  readonly path: string;
  /** As the document names it; null where a run asked. */
  readonly source: string | null;
}

export interface DataSourcesState {
  readonly questions: readonly DataQuestion[];
  /** Counts what was allowed: what failed before is worth another try. */
  readonly allowed: number;
}

export interface DataSources {
  readonly store: StoreApi<DataSourcesState>;
  /** What the host knows this document's project by. */
  project(): ProjectName;
  describe(
    source: string,
    options: Readonly<Record<string, JsonValue>>,
    previewCount: number,
  ): Promise<DataDescription>;
  /** Any call that reads a source: asks for consent where it is refused for want of it. */
  reading<T>(source: string, call: (project: ProjectName) => Promise<T>): Promise<T>;
  /** The user chose this source here: its file is not asked about. */
  pick(source: string): void;
  /** What a start of training was refused for. */
  noteProblems(problems: readonly Problem[]): void;
  allow(path: string): Promise<void>;
  /** Not now: asked again when the project is opened again. */
  dismiss(path: string): void;
}

/** Refusals that the user's consent lifts, with the path it is for. */
const ASKED = 'data.needs-consent';
const NOT_PICKED = 'data.network-path';

interface Memory {
  /** Sources that the user chose. */
  readonly picked: Set<string>;
  readonly dismissed: Set<string>;
  /** Kept here while another document is in front. */
  questions: readonly DataQuestion[];
}

export function createDataSources(
  client: Pick<Client<AppCalls, unknown>, 'call'>,
  documents: DocumentStore,
  /** Tells this window's nameless projects from those of others. */
  windowId: string,
): DataSources {
  const store = createStore<DataSourcesState>(() => ({ questions: [], allowed: 0 }));
  /** What was answered and is still asked, by document: others come to the front and go. */
  const memories = new Map<number, Memory>();
  const memory = (generation = documents.getState().generation): Memory => {
    let found = memories.get(generation);
    if (!found)
      memories.set(
        generation,
        (found = { picked: new Set(), dismissed: new Set(), questions: [] }),
      );
    return found;
  };

  documents.subscribe((state, before) => {
    if (state.generation === before.generation) return;
    memory(before.generation).questions = store.getState().questions;
    store.setState({ questions: memory().questions });
  });

  const project = (): ProjectName => {
    const { path, generation } = documents.getState();
    return path ?? `untitled:${windowId}-${generation}`;
  };
  const ask = (question: DataQuestion): void => {
    const { questions } = store.getState();
    if (
      memory().dismissed.has(question.path) ||
      questions.some(({ path }) => path === question.path)
    )
      return;
    store.setState({ questions: [...questions, question] });
  };
  const problemOf = (error: unknown): Problem | undefined =>
    error instanceof RemoteError ? error.problems[0] : undefined;

  const reading = async <T>(
    source: string,
    call: (project: ProjectName) => Promise<T>,
  ): Promise<T> => {
    const asked = project();
    try {
      return await call(asked);
    } catch (error) {
      const { code, path } = problemOf(error) ?? {};
      if (path === undefined || asked !== project()) throw error;
      if (memory().picked.has(source) && (code === ASKED || code === NOT_PICKED)) {
        await client.call('datasets.allow', { project: asked, path });
        return call(asked);
      }
      if (code === ASKED) ask({ path, source });
      throw error;
    }
  };

  return {
    store,
    project,
    reading,
    describe: (source, options, previewCount) =>
      reading(source, (of) =>
        client.call('datasets.describe', { source, options, previewCount, project: of }),
      ),
    pick: (source) => void memory().picked.add(source),
    noteProblems(problems) {
      for (const { code, path } of problems) {
        if (code === ASKED && path !== undefined) ask({ path, source: null });
      }
    },
    async allow(path) {
      await client.call('datasets.allow', { project: project(), path });
      store.setState(({ questions, allowed }) => ({
        questions: questions.filter((each) => each.path !== path),
        allowed: allowed + 1,
      }));
    },
    dismiss(path) {
      memory().dismissed.add(path);
      store.setState(({ questions }) => ({
        questions: questions.filter((each) => each.path !== path),
      }));
    },
  };
}
