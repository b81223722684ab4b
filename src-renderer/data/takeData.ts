/**
 * Data that comes to the document: a file or folder that was dropped, a pasted table, a set of the lists. The host
 * keeps what a page hands over and names it; the document's Data node takes it, and is made where there is none.
 */
import { toast } from 'sonner';
import { uncovered } from '#engine/check/placing.ts';
import { errorSentence } from '#engine/ir/errors.ts';
import type { JsonValue } from '#engine/ir/attrs.ts';
import type { SplitSettings } from '#engine/ir/batches.ts';
import type { DocumentEdit } from '#engine/ir/edits.ts';
import { bridge } from '../bridge/index.ts';
import { dataSources } from '../app/services.ts';
import { upload } from '../app/upload.ts';
import { documentStore } from '../state/document.ts';
import { newNode } from '../state/operations/add.ts';
import { chosenOf } from './chosenData.ts';
import { dataViewStore } from './dataViewStore.ts';
import type { Given } from './droppedFiles.ts';

/** Told where it takes long. */
const MANY_BYTES = 16e6;

/** A document learns from one set at a time: of files that are none together, as pictures and their labels are, the first. */
export async function takeData(all: readonly Given[]): Promise<void> {
  const [given, ...others] = all;
  if (!given || given.files.length === 0) {
    toast.error(given?.isFolder === true ? `${given.name} has no files.` : 'There is no file.');
    return;
  }
  if (others.length > 0) {
    if (all.every(({ isFolder }) => !isFolder) && (await keepAndUse(together(all), true))) return;
    toast.info(`${given.name} is taken; the others are not.`);
  }
  await keepAndUse(given);
}

const together = (all: readonly Given[]): Given => ({
  name: `${all[0]?.name ?? ''} and ${all.length - 1} more`,
  isFolder: true,
  files: all.flatMap(({ files }) => files),
});

/** False where it was not taken; `quiet`: which of itself is no error. */
async function keepAndUse({ name, isFolder, files }: Given, quiet = false): Promise<boolean> {
  const bytes = files.reduce((sum, { file }) => sum + file.size, 0);
  const told = bytes > MANY_BYTES ? toast.loading(`Taking ${name}`) : undefined;
  try {
    const id = await upload(new Blob(files.map(({ file }) => file)));
    const parts = files.map(({ path, file }) => ({ path, sizeBytes: file.size }));
    const kept = await bridge.call('datasets.keep', { id, name, isFolder, files: parts });
    takeSource(kept.source, {});
    return true;
  } catch (error) {
    if (!quiet) toast.error(`${name} was not taken: ${errorSentence(error)}`);
    return false;
  } finally {
    if (told !== undefined) toast.dismiss(told);
  }
}

/** Of the Data node that is looked at; undone by one step. */
export function takeSource(source: string, options: Readonly<Record<string, JsonValue>>): void {
  const state = documentStore.getState();
  dataSources.pick(source);
  const chosen = chosenOf(state, dataViewStore.getState().node);
  dataViewStore.setState({ column: null, className: null, search: '', filter: 'all' });
  if (chosen) {
    const edits: DocumentEdit[] = [
      { kind: 'setAttrs', id: chosen.node, attrs: { source, options } },
    ];
    const { split } = state.document.training;
    // Its columns are not those of the set before.
    if (pathIn(source) !== pathIn(chosen.source) && isByColumns(split)) {
      edits.push({ kind: 'setTraining', training: { split: { ...split, kind: 'random' } } });
    }
    documentStore.apply(edits, { label: 'Choose data' });
    return;
  }
  const node = newNode(state.document, 'Data', uncovered(state.document, { x: 0, y: 0 }), {
    source,
    options,
  });
  documentStore.apply([{ kind: 'addNode', node }], { label: 'Add data', select: [node.id] });
}

const pathIn = (source: string): string => source.slice(source.indexOf(':') + 1);
const isByColumns = ({ kind }: SplitSettings): boolean =>
  kind === 'byGroup' || kind === 'byTime' || kind === 'byColumn';
