/** Every sample as the network gets it, handed to the browser as a file. */
import { toast } from 'sonner';
import { errorSentence } from '#engine/ir/errors.ts';
import type { SampleFormat } from '#engine/protocol/index.ts';
import { download } from '../app/download.ts';
import { fetchFile } from '../app/fetchFile.ts';
import { bridge } from '../bridge/index.ts';
import { dataSources } from '../app/services.ts';
import { formatBytes } from '../ui/format.ts';
import type { ChosenData } from './chosenData.ts';

const TYPES: Readonly<Record<SampleFormat, string>> = { csv: 'text/csv', npz: 'application/zip' };

export async function exportPrepared(data: ChosenData, format: SampleFormat): Promise<void> {
  const { source, options, split, seed } = data;
  const told = toast.loading('Writing the prepared samples');
  try {
    const request = { source, options, split, seed, format };
    const file = await dataSources.reading(source, (project) =>
      bridge.call('datasets.export', { ...request, project }),
    );
    download(file.name, await fetchFile(file, TYPES[format]));
    await bridge.call('downloads.drop', { id: file.id });
    toast.success(`${file.name} has ${formatBytes(file.sizeBytes)}.`, { id: told });
  } catch (error) {
    toast.error(errorSentence(error), { id: told });
  }
}
