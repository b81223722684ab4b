/** Runs as files: handed to the browser as one, and taken from those that were chosen or dropped. */
import { toast } from 'sonner';
import { errorMessage, errorSentence } from '#engine/ir/errors.ts';
import type { RunImport } from '#engine/protocol/index.ts';
import { chooseFiles } from '../app/chooseFile.ts';
import { download } from '../app/download.ts';
import { fetchFile } from '../app/fetchFile.ts';
import { upload } from '../app/upload.ts';
import { bridge } from '../bridge/index.ts';
import { formatBytes, formatCount } from '../ui/format.ts';

const TYPE = 'application/zip';

/** All of these in one file. */
export async function exportRuns(ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const told = toast.loading(`Exporting ${formatCount(ids.length, 'run')}`);
  try {
    const file = await bridge.call('runs.export', { runIds: ids });
    download(file.name, await fetchFile(file, TYPE));
    await bridge.call('downloads.drop', { id: file.id });
    toast.success(`${file.name} has ${formatBytes(file.sizeBytes)}.`, { id: told });
  } catch (error) {
    toast.error(errorMessage(error), { id: told });
  }
}

export async function importRuns(
  files: readonly File[],
  { asNew = false }: { readonly asNew?: boolean } = {},
): Promise<void> {
  for (const file of files) await importFile(file, asNew);
}

async function importFile(file: File, asNew: boolean): Promise<void> {
  const told = toast.loading(`Importing ${file.name}`);
  try {
    const id = await upload(file);
    const runs = await bridge.call('runs.import', { file: id, name: file.name, asNew });
    const isHere = runs.some(({ outcome }) => outcome === 'already-here');
    toast.success(importedText(runs), {
      id: told,
      duration: isHere ? 10_000 : 4_000,
      ...(isHere && {
        action: { label: 'Import as new', onClick: () => void importFile(file, true) },
      }),
    });
  } catch (error) {
    toast.error(`${file.name} was not imported: ${errorSentence(error)}`, { id: told });
  }
}

/** What became of those that a file holds. */
export function importedText(runs: readonly RunImport[]): string {
  const said = (outcome: RunImport['outcome'], one: string, many: string): string[] => {
    const found = runs.filter((run) => run.outcome === outcome);
    const [first] = found;
    if (!first) return [];
    return [
      found.length === 1 ? `${first.name} ${one}.` : `${formatCount(found.length, 'run')} ${many}.`,
    ];
  };
  return [
    ...said('imported', 'was imported', 'were imported'),
    ...said('restored', 'had been deleted, and is back', 'had been deleted, and are back'),
    ...said('already-here', 'is here already', 'are here already'),
  ].join(' ');
}

/** Asks for files. */
export function chooseRunFiles(): void {
  chooseFiles('.zip', (files) => void importRuns(files));
}
