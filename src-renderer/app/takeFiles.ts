/**
 * Files from outside, dropped or chosen: the one place that decides what becomes of them, by what is in them.
 */
import { toast } from 'sonner';
import { errorMessage } from '#engine/ir/errors.ts';
import type { OpenedProject } from '#engine/protocol/index.ts';
import type { Given } from '../data/droppedFiles.ts';
import { takeData } from '../data/takeData.ts';
import { importModel, importWeights } from '../runs/importModel.ts';
import { importRuns } from '../runs/transfer.ts';
import { fileKind, HEAD_BYTES, type FileKind } from './fileKind.ts';
import { files } from './services.ts';
import { upload } from './upload.ts';

/** What was dropped: a folder is data, files are what is in them. */
export async function takeDropped(all: readonly Given[]): Promise<void> {
  for (const given of all.filter(({ isFolder }) => isFolder)) offerAsData(given);
  await takeFiles(
    all.flatMap(({ isFolder, files: own }) => (isFolder ? [] : own.map(({ file }) => file))),
  );
}

/** One after the other: each may ask or open something. */
export async function takeFiles(all: readonly File[]): Promise<void> {
  for (const file of all) {
    try {
      await TAKE[await kindOf(file)](file);
    } catch (error) {
      toast.error(errorMessage(error));
    }
  }
}

async function kindOf(file: File): Promise<FileKind> {
  return fileKind(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()));
}

const TAKE: Readonly<Record<FileKind, (file: File) => void | Promise<void>>> = {
  project: async (file) => tellProblems(await files.openText(await file.text(), file.name)),
  picture: async (file) => tellProblems(await files.openPicture(await upload(file), file.name)),
  model: importModel,
  weights: importWeights,
  // Workbooks and NumPy's archives are zips, too.
  runs: (file) => (ZIPS_OF_DATA.test(file.name) ? offerFile(file) : importRuns([file])),
  other: offerFile,
};

const ZIPS_OF_DATA = /\.(xlsx|npz)$/i;
/** Long enough to be read, and to decide. */
const OFFER_MS = 20_000;

/** What is nothing else is data, if the person says so: a drop beside the canvas must not change what is learned from. */
function offerAsData(given: Given): void {
  const { name } = given;
  toast(`Learn from ${name}?`, {
    description: 'It becomes the source of the Data node, in one step that can be undone.',
    duration: OFFER_MS,
    action: {
      label: 'Use as data',
      onClick: () => void takeData([given]),
    },
  });
}

function offerFile(file: File): void {
  const { name } = file;
  offerAsData({ name, isFolder: false, files: [{ path: name, file }] });
}

function tellProblems({ problems }: OpenedProject): void {
  const [first] = problems;
  if (first) toast.warning(first.message);
}
