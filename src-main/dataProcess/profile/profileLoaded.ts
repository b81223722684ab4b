/** The profile of what is no table of text: samples are looked at as training gets them. */
import type { DataTable, LoadProgress } from '#engine/datasets/index.ts';
import { inputError } from '#engine/ir/index.ts';
import { registry } from '#engine/ir/registry.ts';
import type { DataProfile } from '#engine/protocol/index.ts';
import { heldSample } from './heldSample.ts';
import type { Asked, LoadedKind } from './loaded.ts';

const kinds: ReadonlyMap<string, LoadedKind> = registry(
  import.meta.glob<{ readonly default: LoadedKind }>('./kinds/*.ts', { eager: true }),
  { kind: 'profile of samples', nameOf: ({ name }) => name, rank: ({ rank }) => rank },
);

export async function profileLoaded(
  table: DataTable,
  asked: Asked,
  onProgress?: LoadProgress,
): Promise<DataProfile> {
  const inMemory = await heldSample(table, asked);
  for (const kind of kinds.values()) {
    const looked = kind.readsStreamed ? { table, asked } : inMemory;
    const profile = await kind.make(looked.table, looked.asked, onProgress);
    if (profile) return profile;
  }
  throw inputError('data.no-profile', `${asked.source} has no numbers to look at.`, {
    explanation: 'Profiles are made of tables, pictures, series, texts and arrays of numbers.',
  });
}
