/** Opens a file that the page reads itself: chosen or dropped. */
import { toast } from 'sonner';
import { errorMessage } from '#engine/ir/errors.ts';
import { files } from './services.ts';

export async function openFile(file: File): Promise<void> {
  try {
    const { problems } = await files.openText(await file.text(), file.name);
    if (problems.length > 0) toast.warning(problems[0]?.message ?? '');
  } catch (error) {
    toast.error(errorMessage(error));
  }
}
