/** A run that begins with the weights of a file that a person has chosen. */
import { toast } from 'sonner';
import { errorMessage } from '#engine/ir/errors.ts';
import { chooseFiles } from '../app/chooseFile.ts';
import { upload } from '../app/upload.ts';
import { weightsText } from '../state/beginnings.ts';
import { runStore, shownRun } from '../state/runs.ts';
import { startFromFile } from './perform.ts';

export async function trainFromFile(file: File): Promise<void> {
  const told = toast.loading(`Reading ${file.name}`);
  try {
    await startFromFile(await upload(file));
    const report = shownRun(runStore.getState())?.weights;
    const { failure } = runStore.getState();
    if (failure) toast.error(failure.message, { id: told });
    else if (report) toast.success(weightsText(report, file.name), { id: told });
    else toast.dismiss(told);
  } catch (error) {
    toast.error(errorMessage(error), { id: told });
  }
}

export function chooseWeightsFile(): void {
  chooseFiles('.safetensors', ([file]) => file && void trainFromFile(file));
}
