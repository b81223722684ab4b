/** A run that begins with the weights of a file that the page reads itself: chosen or dropped. */
import { toast } from 'sonner';
import { errorMessage } from '#engine/ir/errors.ts';
import { bridge } from '../bridge/index.ts';
import { runStore, shownRun } from '../state/runs.ts';
import { startFromFile } from './perform.ts';

/** Far below the largest message, and many a second. */
const PIECE_BYTES = 4 * 2 ** 20;

export const isWeightsFile = ({ name }: Pick<File, 'name'>): boolean =>
  /\.safetensors$/i.test(name);

export async function trainFromFile(file: File): Promise<void> {
  const told = toast.loading(`Reading ${file.name}`);
  try {
    await startFromFile(await upload(file));
    const report = shownRun(runStore.getState())?.weights;
    const { failure } = runStore.getState();
    if (failure) toast.error(failure.message, { id: told });
    else if (report) {
      const { loaded, otherShape, fresh } = report;
      const all = loaded.length + otherShape.length + fresh.length;
      const text = `${loaded.length} of ${all} weights are those of ${file.name}.`;
      toast.success(loaded.length === all ? text : `${text} The log names the others.`, {
        id: told,
      });
    } else toast.dismiss(told);
  } catch (error) {
    toast.error(errorMessage(error), { id: told });
  }
}

/** In pieces, in order; the answer names it. */
async function upload(file: File): Promise<string> {
  const { id } = await bridge.call('uploads.begin', { sizeBytes: file.size });
  for (let at = 0; at < file.size; at += PIECE_BYTES) {
    const piece = await file.slice(at, at + PIECE_BYTES).arrayBuffer();
    await bridge.call('uploads.append', { id, bytes: new Uint8Array(piece) });
  }
  return id;
}

export function chooseWeightsFile(): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = '.safetensors';
  input.addEventListener('change', () => {
    const [file] = input.files ?? [];
    if (file) void trainFromFile(file);
  });
  input.click();
}
