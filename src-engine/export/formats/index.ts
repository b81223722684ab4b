/** The formats of this folder by id. */
import { registry } from '#engine/ir/registry.ts';
import type { ExportFormat } from '../define.ts';

export const exportFormats: ReadonlyMap<string, ExportFormat> = registry(
  import.meta.glob<{ readonly default: ExportFormat }>(['./*.ts', '!./index.ts'], { eager: true }),
  { kind: 'format', nameOf: ({ id }) => id, rank: ({ order }) => order },
);
