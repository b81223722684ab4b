/** Every kind of data that the Data view can show, found by file name. */
import { registry } from '#engine/ir/registry.ts';
import type { DataProfile } from '#engine/protocol/profileContract.ts';
import type { AnyKind } from './defineKind.ts';

type Modules = Readonly<Record<string, { readonly default?: AnyKind }>>;

const kinds = registry(
  import.meta.glob('./kinds/*.kind.tsx', { eager: true }) satisfies Modules as Modules,
  {
    kind: 'kind of data',
    nameOf: ({ id }: AnyKind) => id,
    rank: () => 0,
    suffix: '.kind.tsx',
  },
);

/** Undefined for a kind that nothing draws. */
export const kindOf = (profile: DataProfile): AnyKind | undefined => kinds.get(profile.kind);
