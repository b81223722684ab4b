/** When a draft was written, in words. */
import type { DraftInfo } from '#engine/protocol/appContract.ts';

export function savedWhen({ savedAt }: DraftInfo): string {
  return new Date(savedAt).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
}
