/**
 * Keeps a draft of one document while it has changes that are in no file: written after a pause, dropped when
 * it was saved. Nothing else writes or drops that draft.
 */
import { errorMessage } from '#engine/ir/errors.ts';
import type { AppCalls } from '#engine/protocol/appContract.ts';
import type { Client } from '#engine/protocol/rpc.ts';
import { isDirty, type DocumentStore } from './document.ts';

export interface DraftState {
  /** ISO time of the last draft; null where none is written. */
  readonly savedAt: string | null;
  /** Why it cannot be written, if it cannot. */
  readonly error: string | null;
}

export interface DraftKeeper {
  readonly id: string;
  state(): DraftState;
  /** Now, if there is something to keep. */
  write(): Promise<void>;
  /** Dropped once nothing is unsaved. */
  settle(): Promise<void>;
  /** Keeps nothing any more; `drop` takes away what was kept. */
  stop(drop: boolean): Promise<void>;
}

export function createDraftKeeper(options: {
  readonly client: Pick<Client<AppCalls, unknown>, 'call'>;
  readonly documents: DocumentStore;
  readonly id: string;
  /** Of the draft that the document was taken from, if it was. */
  readonly savedAt?: string | null;
  /** Quiet time before a draft is written. */
  readonly delayMs: number;
  readonly onChange: () => void;
}): DraftKeeper {
  const { client, documents, id, delayMs, onChange } = options;
  let state: DraftState = { savedAt: options.savedAt ?? null, error: null };
  let timer: ReturnType<typeof setTimeout> | null = null;
  /** The draft being written, if one is. */
  let writing: Promise<void> = Promise.resolve();
  let stopped = false;

  const set = (next: DraftState): void => {
    state = next;
    onChange();
  };
  const cancel = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  const writeNow = async (): Promise<void> => {
    cancel();
    const { document, path } = documents.getState();
    if (!isDirty(documents.getState())) return;
    try {
      const place = path === null ? {} : { path };
      const { savedAt } = await client.call('projects.saveDraft', { id, document, ...place });
      set({ savedAt, error: null });
    } catch (error) {
      set({ ...state, error: errorMessage(error) });
    }
  };
  const write = (): Promise<void> => (writing = writeNow());

  const drop = async (): Promise<void> => {
    cancel();
    // One that arrives after the document was saved would be offered at every start from then on.
    await writing;
    if (state.savedAt === null || (!stopped && isDirty(documents.getState()))) return;
    set({ savedAt: null, error: null });
    await client.call('projects.discardDraft', { id });
  };

  const schedule = (): void => {
    cancel();
    timer = setTimeout(() => void write(), delayMs);
  };
  const stopListening = documents.subscribe((now, before) => {
    if (now.document === before.document) return;
    if (isDirty(now)) schedule();
    else void drop();
  });
  if (isDirty(documents.getState()) && state.savedAt === null) schedule();

  return {
    id,
    state: () => state,
    write,
    settle: drop,
    async stop(dropped) {
      stopped = true;
      stopListening();
      cancel();
      if (dropped) await drop();
    },
  };
}
