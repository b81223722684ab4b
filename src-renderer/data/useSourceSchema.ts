/** The settings that a source has, which say what its columns can be used for and what steps there are. */
import type { AttrSchema } from '#engine/ir/attrs.ts';
import { useDatasets } from './useDatasets.ts';

const NONE: AttrSchema = {};

export function useSourceSchema(source: string): AttrSchema {
  const id = source.split(':')[0];
  return useDatasets().find((set) => set.id === id)?.options ?? NONE;
}
