/**
 * Fills in what the Data nodes' sources contain. The fields live in the document, so that shapes are
 * known without the data; whoever changes source or options only does that, and the fields follow.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { NodeAnalysis } from '#engine/check/analysis.ts';
import { mayHaveLabels, withLabels } from '#engine/check/dataFields.ts';
import { type DataField, type JsonValue, plainFields } from '#engine/ir/attrs.ts';
import { errorMessage } from '#engine/ir/errors.ts';
import type { Problem } from '#engine/ir/problem.ts';
import { type SourceReference, sourceOf } from '../charts/dataSource.ts';
import { RemoteError } from '#engine/protocol/rpc.ts';
import type { DataSources } from './dataSources.ts';
import type { DocumentStore } from './document.ts';

export interface FieldsState {
  /** Why a node's source could not be read, by node id. */
  readonly failures: Readonly<Record<string, Problem>>;
  readonly reading: ReadonlySet<string>;
}

export interface DataFields {
  readonly store: StoreApi<FieldsState>;
  /** Returns the way to stop. */
  start(): () => void;
}

/** As the layer's own kind of attribute reads them. */
const fieldsOf = ({ attrs }: NodeAnalysis): readonly DataField[] =>
  (attrs['fields'] ?? []) as readonly DataField[];

function asProblem(error: unknown): Problem {
  const [problem] = error instanceof RemoteError ? error.problems : [];
  const message = errorMessage(error);
  return problem ?? { code: 'data.unreadable', severity: 'error', message };
}

export function createDataFields(
  sources: Pick<DataSources, 'describe' | 'store'>,
  documents: DocumentStore,
): DataFields {
  const store = createStore<FieldsState>(() => ({ failures: {}, reading: new Set() }));
  /** Source and options whose fields a node has or is being asked for, by node id. */
  let known = new Map<string, string>();
  let generation = documents.getState().generation;
  /** Of documents behind the one in front. */
  const memories = new Map<
    number,
    { readonly known: typeof known; readonly failures: FieldsState['failures'] }
  >();

  const note = (id: string, reading: boolean, failure: Problem | null): void => {
    store.setState((state) => {
      const { [id]: _old, ...others } = state.failures;
      const busy = new Set(state.reading);
      if (reading) busy.add(id);
      else busy.delete(id);
      return { failures: failure === null ? others : { ...others, [id]: failure }, reading: busy };
    });
  };

  /** Another document is in front; what was being read for the one before is read again when it is back. */
  const turnTo = (next: number): void => {
    const { failures, reading } = store.getState();
    for (const id of reading) known.set(id, '');
    memories.set(generation, { known, failures });
    generation = next;
    const there = memories.get(next);
    known = there?.known ?? new Map<string, string>();
    store.setState({ failures: there?.failures ?? {}, reading: new Set() });
  };

  const read = async (
    id: string,
    key: string,
    source: string,
    options: Readonly<Record<string, JsonValue>>,
  ): Promise<void> => {
    note(id, true, null);
    const asked = generation;
    const isMeant = (): boolean => generation === asked && known.get(id) === key;
    try {
      const { fields } = await sources.describe(source, options, 0);
      if (!isMeant()) return;
      note(id, false, null);
      const node = documents.getState().document.nodes.find((each) => each.id === id);
      if (!node || JSON.stringify(node.attrs.fields) === JSON.stringify(fields)) return;
      take(id, fields);
    } catch (error) {
      if (isMeant()) note(id, false, asProblem(error));
    }
  };

  const take = (id: string, fields: readonly DataField[]): void => {
    documents.apply([{ kind: 'setAttrs', id, attrs: { fields: plainFields(fields) } }], {
      label: 'Read the data source',
      undo: 'never',
    });
  };

  /** The fields stay, whatever comes of it: what cannot be read is said by whoever needs it. */
  const readLabels = async (
    node: NodeAnalysis,
    key: string,
    { source, options }: SourceReference,
  ): Promise<void> => {
    const asked = generation;
    const fields = fieldsOf(node);
    const found = await sources.describe(source, options, 0).catch(() => null);
    if (!found || generation !== asked || known.get(node.id) !== key) return;
    const labelled = withLabels(fields, found.fields);
    if (labelled) take(node.id, labelled);
  };

  const update = (): void => {
    const state = documents.getState();
    if (state.generation !== generation) turnTo(state.generation);
    for (const node of state.analysis.nodes.values()) {
      const reference = sourceOf(node);
      if (!reference) continue;
      const { source, options } = reference;
      const key = JSON.stringify([source, options]);
      const before = known.get(node.id);
      if (before === key) continue;
      known.set(node.id, key);
      // A document that was opened brings its fields along.
      const hasFields = node.ports.out.length > 0;
      if (before === undefined && hasFields) {
        // Older ones do not say which labels a target is of.
        if (mayHaveLabels(fieldsOf(node))) void readLabels(node, key, reference);
        continue;
      }
      void read(node.id, key, source, options);
    }
  };

  /** What could not be read before may be readable now. */
  const retry = (): void => {
    for (const id of Object.keys(store.getState().failures)) known.set(id, '');
    update();
  };

  return {
    store,
    start() {
      update();
      const stops = [
        documents.subscribe((state, before) => {
          if (state.analysis !== before.analysis) update();
        }),
        sources.store.subscribe((state, before) => {
          if (state.allowed !== before.allowed) retry();
        }),
      ];
      return () => stops.forEach((stop) => stop());
    },
  };
}
