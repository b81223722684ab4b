/** Models and weights that come in from files: weights become a run, which is shown at once. */
import { toast } from 'sonner';
import { errorSentence } from '#engine/ir/errors.ts';
import { RemoteError } from '#engine/protocol/rpc.ts';
import { files, openDocuments } from '../app/services.ts';
import { upload } from '../app/upload.ts';
import { bridge } from '../bridge/index.ts';
import { documentStore } from '../state/document.ts';
import { runs } from '../state/runs.ts';
import { trainFromFile } from '../training/weightsFile.ts';
import { reopen } from './openRun.ts';

/** Netloom JSON: the project opens, not saved yet, with a run of its weights. */
export function importModel(file: File): Promise<void> {
  return told(file, async (id) => {
    const { document, run } = await bridge.call('runs.importModel', { file: id, name: file.name });
    const { sessions } = openDocuments.store.getState();
    const isOpen = sessions.some(
      ({ documents }) => documents.getState().document.id === run.documentId,
    );
    // What is open of it stays what it is: it shows the run where it is still that network.
    if (!isOpen) files.openCopy({ document, problems: [] });
    await reopen(run);
    return `${document.name} is open, its weights are the run ${run.name}.`;
  });
}

/** Of the network in front. Where only some fit, it can be trained from those. */
export function importWeights(file: File): Promise<void> {
  return told(file, async (id) => {
    const { document } = documentStore.getState();
    const run = await bridge.call('runs.importWeights', { file: id, name: file.name, document });
    await runs.show(run.id);
    return `The weights are the run ${run.name} of ${document.name}.`;
  });
}

async function told(file: File, take: (upload: string) => Promise<string>): Promise<void> {
  const id = toast.loading(`Importing ${file.name}`);
  try {
    toast.success(await take(await upload(file)), { id });
  } catch (error) {
    const isMisfit = error instanceof RemoteError && error.code === 'weights.misfit';
    toast.error(`${file.name} was not imported: ${errorSentence(error)}`, {
      id,
      duration: 15_000,
      ...(isMisfit && {
        action: { label: 'Train from those that fit', onClick: () => void trainFromFile(file) },
      }),
    });
  }
}
