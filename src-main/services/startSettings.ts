/** What the user's settings say of a document that is about to be trained, where it leaves that open. */
import type { NetworkDocument } from '#engine/ir/index.ts';
import type { SettingsService } from './settings.ts';

export interface SetDocument {
  readonly document: NetworkDocument;
  readonly telemetryHz: number;
}

export async function asSet(
  settings: SettingsService,
  document: NetworkDocument,
): Promise<SetDocument> {
  const { telemetryHz, threads } = await settings.get();
  const { training } = document;
  const own = training.threads === 0 ? { ...document, training: { ...training, threads } } : null;
  return { document: own ?? document, telemetryHz };
}
