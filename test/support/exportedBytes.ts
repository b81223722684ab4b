/** The one file that an export is; throws for a folder. */
import type { ExportedModel } from '#engine/export/exportModel.ts';

export function bytesOf({ content }: Pick<ExportedModel, 'content'>): Uint8Array {
  if ('bytes' in content) return content.bytes;
  throw new Error('not one file');
}
