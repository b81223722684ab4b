/**
 * First samples of data sources, for thumbnails: asked for once per source and options, a few kept.
 * Not React state: cards subscribe.
 */
import type { JsonValue } from '#engine/ir/attrs.ts';
import type { AppCalls } from '#engine/protocol/appContract.ts';
import type { DataDescription } from '#engine/protocol/engineContract.ts';
import type { Client } from '#engine/protocol/rpc.ts';
import { bridge } from '../bridge/index.ts';

/** Enough points to see the shape of a spiral, few enough images to send at once. */
const PREVIEW_COUNT = 96;
const MOST_KEPT = 8;

export interface DataPreviews {
  /** The description once it is there; asks for it at the first call. */
  get(source: string, options: Readonly<Record<string, JsonValue>>): DataDescription | null;
  readonly subscribe: (listener: () => void) => () => void;
}

export function createDataPreviews(client: Pick<Client<AppCalls, unknown>, 'call'>): DataPreviews {
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
      const description = await client.call('datasets.describe', {
        source,
        options,
        previewCount: PREVIEW_COUNT,
      });
      kept.set(key, description);
      for (const listener of listeners) listener();
    } catch {
      // Stays null, so that it is not asked again at every drawing. What is wrong with a source is said
      // by the problems panel; a card without thumbnails is enough here.
    }
  };

  return {
    get(source, options) {
      const key = JSON.stringify([source, options]);
      const found = kept.get(key);
      if (found === undefined) void ask(key, source, options);
      return found ?? null;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export const dataPreviews = createDataPreviews(bridge);
