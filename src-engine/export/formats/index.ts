/** The formats of this folder by id. */
import { registry } from '#engine/ir/registry.ts';
import type { ModelFormat } from '../define.ts';

export const modelFormats: ReadonlyMap<string, ModelFormat> = registry(
  import.meta.glob<{ readonly default: ModelFormat }>(['./*.ts', '!./index.ts'], { eager: true }),
  { kind: 'format', nameOf: ({ id }) => id, rank: ({ order }) => order },
);
