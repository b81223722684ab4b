/** Work that nobody waits for: where it fails it is said. */
import { toast } from 'sonner';
import { errorMessage } from '#engine/ir/errors.ts';

export const told = (work: Promise<unknown>): void =>
  void work.catch((error: unknown) => toast.error(errorMessage(error)));
