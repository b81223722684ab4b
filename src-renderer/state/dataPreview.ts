/**
 * First samples of data sources, for thumbnails: asked for once per source and options, a few kept.
 * Not React state: cards subscribe.
 */
import type { JsonValue } from '#engine/ir/attrs.ts';
import type { DataDescription } from '#engine/protocol/dataContract.ts';
import type { DataSources } from './dataSources.ts';

/** Enough points to see the shape of a spiral, few enough images to send at once. */
const PREVIEW_COUNT = 96;
const MOST_KEPT = 8;

export interface DataPreviews {
  /** The description once it is there; asks for it at the first call. */
  get(source: string, options: Readonly<Record<string, JsonValue>>): DataDescription | null;
  /** As it was described last, with whatever options: forms stay while the new ones are read. */
  latest(source: string): DataDescription | null;
  readonly subscribe: (listener: () => void) => () => void;
}

export function createDataPreviews(
  sources: Pick<DataSources, 'describe' | 'project' | 'store'>,
): DataPreviews {
  let last: {
    readonly source: string;
    readonly project: string;
    readonly description: DataDescription;
  } | null = null;
  const kept = new Map<string, DataDescription | null>();
  const listeners = new Set<() => void>();

  const ask = async (
    key: string,
    source: string,
    options: Readonly<Record<string, JsonValue>>,
  ): Promise<void> => {
    kept.set(key, null);
    for (const oldest of kept.keys()) {
      if (kept.size <= MOST_KEPT) break;
      kept.delete(oldest);
    }
    try {
      const description = await sources.describe(source, options, PREVIEW_COUNT);
      kept.set(key, description);
      last = { source, project: sources.project(), description };
      for (const listener of listeners) listener();
    } catch {
      // Stays null, so that it is not asked again at every drawing. What is wrong with a source is said
      // by the problems panel; a card without thumbnails is enough here.
    }
  };

  sources.store.subscribe((state, before) => {
    if (state.allowed === before.allowed) return;
    for (const [key, description] of kept) if (description === null) kept.delete(key);
    for (const listener of listeners) listener();
  });

  return {
    get(source, options) {
      // The same path is another file beside another project.
      const key = JSON.stringify([source, options, sources.project()]);
      const found = kept.get(key);
      if (found === undefined) void ask(key, source, options);
      return found ?? null;
    },
    latest: (source) =>
      last?.source === source && last.project === sources.project() ? last.description : null,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
