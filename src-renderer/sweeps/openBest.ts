/** A trial in Design: a document of its own, with the settings of its run and called by what it varied. */
import { withoutIdentity } from '#engine/ir/document.ts';
import { files } from '../app/services.ts';
import { bridge } from '../bridge/index.ts';
import { DESIGN, showView } from '../state/frontView.ts';

export async function openBest(runId: string): Promise<void> {
  const { document, name } = await bridge.call('runs.get', { runId, buckets: 1 });
  await files.openText(JSON.stringify({ ...withoutIdentity(document), name }), name);
  showView(DESIGN);
}
