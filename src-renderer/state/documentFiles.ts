/**
 * The document of this window as a file: new, open, save, examples; drafts while there are changes, and
 * finding the way back after a reload or a crash. Talks to the host only; asks the user nothing itself
 * (dialogs are the app's).
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { emptyDocument, type NetworkDocument } from '#engine/ir/document.ts';
import type {
  SavedProject,
  AppCalls,
  AppInfo,
  DraftInfo,
  ExampleInfo,
  OpenedProject,
} from '#engine/protocol/appContract.ts';
import type { Client } from '#engine/protocol/rpc.ts';
import { isDirty, type DocumentStore } from './document.ts';

export interface FilesState {
  readonly info: AppInfo | null;
  readonly examples: readonly ExampleInfo[];
  /** Drafts found when the page opened, of other windows or of a crash: offered at once. */
  readonly recoverable: readonly DraftInfo[];
  /** ISO time of the last draft of this document. */
  readonly draftSavedAt: string | null;
  /** Why drafts cannot be written, if they cannot. */
  readonly draftError: string | null;
}

/** What is remembered for the length of a browser tab: survives a reload, not a closed window. */
export interface TabMemory {
  get(key: string): string | null;
  set(key: string, value: string | null): void;
}

export interface FilesOptions {
  readonly client: Pick<Client<AppCalls, unknown>, 'call'>;
  readonly documents: DocumentStore;
  readonly memory: TabMemory;
  readonly newId: () => string;
  /** The project to open when nothing else is asked for; and to be told of it. */
  readonly lastProject: { get(): string | null; set(path: string | null): void };
  /** Quiet time before a draft is written. */
  readonly draftDelayMs?: number;
}

export interface Files {
  readonly store: StoreApi<FilesState>;
  /** Loads what this window should show, and keeps drafts from then on. Returns the way to stop. */
  start(): Promise<() => void>;
  createNew(): Promise<void>;
  openPath(path: string): Promise<void>;
  openText(text: string, name: string): Promise<OpenedProject>;
  /** False when the host has no dialog of its own: the page shows one. */
  openWithDialog(): Promise<boolean>;
  openExample(name: string): Promise<void>;
  recover(draft: DraftInfo): Promise<void>;
  discard(draft: DraftInfo): Promise<void>;
  /** Every draft but the one of this document, newest first. */
  drafts(): Promise<readonly DraftInfo[]>;
  /** No more offers; the drafts stay in the open dialog. */
  dismissRecovery(): void;
  /** False when there is no path yet and the page must ask for a name. */
  save(): Promise<boolean>;
  saveWithDialog(): Promise<boolean>;
  /** Into the host's project folder. */
  saveUnder(name: string): Promise<void>;
}

const DRAFT_KEY = 'netloom.draft';
const PATH_KEY = 'netloom.path';
/** The example on show, not edited yet: there is neither a draft nor a file of it. */
const EXAMPLE_KEY = 'netloom.example';
/** Which document that is, since every opening of an example makes another one. */
const DOCUMENT_KEY = 'netloom.document';
/** Opened at the very first start. */
const FIRST_EXAMPLE = 'digits-mlp';

export function createFiles(options: FilesOptions): Files {
  const { client, documents, memory, newId, lastProject, draftDelayMs = 800 } = options;
  const store = createStore<FilesState>(() => ({
    info: null,
    examples: [],
    recoverable: [],
    draftSavedAt: null,
    draftError: null,
  }));
  let draftId = newId();
  let draftWritten = false;
  let timer: ReturnType<typeof setTimeout> | null = null;

  /** The draft being written, if one is. */
  let writing: Promise<void> = Promise.resolve();

  const writeDraft = (): Promise<void> => (writing = writeDraftNow());
  const writeDraftNow = async (): Promise<void> => {
    timer = null;
    const state = documents.getState();
    if (!isDirty(state)) return;
    const id = draftId;
    try {
      const { savedAt } = await client.call('projects.saveDraft', {
        id,
        document: state.document,
        ...(state.path === null ? {} : { path: state.path }),
      });
      if (id === draftId) {
        draftWritten = true;
        store.setState({ draftSavedAt: savedAt, draftError: null });
      }
    } catch (error) {
      store.setState({ draftError: error instanceof Error ? error.message : String(error) });
    }
  };

  const scheduleDraft = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => void writeDraft(), draftDelayMs);
  };

  const dropDraft = async (): Promise<void> => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    // One that arrives after the document was saved would be offered at every start from then on.
    await writing;
    if (!draftWritten || isDirty(documents.getState())) return;
    draftWritten = false;
    store.setState({ draftSavedAt: null });
    await client.call('projects.discardDraft', { id: draftId });
  };

  /** What was being worked on is kept as a draft of its own when something else is opened. */
  const leave = async (): Promise<void> => {
    if (isDirty(documents.getState())) await writeDraft();
    if (timer !== null) clearTimeout(timer);
    timer = null;
    draftId = newId();
    draftWritten = false;
    memory.set(DRAFT_KEY, draftId);
    store.setState({ draftSavedAt: null });
  };

  const show = (
    document: NetworkDocument,
    path: string | null,
    { dirty = false, savedAt = null }: { dirty?: boolean; savedAt?: string | null } = {},
  ): void => {
    memory.set(PATH_KEY, path);
    memory.set(EXAMPLE_KEY, null);
    if (path !== null) lastProject.set(path);
    const identified = document.id === undefined ? { ...document, id: newId() } : document;
    memory.set(DOCUMENT_KEY, identified.id ?? null);
    documents.load(identified, { path, dirty, savedAt });
  };

  const saved = async (document: NetworkDocument, result: SavedProject): Promise<void> => {
    const { path, savedAt, id, parent } = result;
    const state = documents.getState();
    if (state.document.id !== id) {
      const lineage = parent === undefined ? {} : { parent };
      documents.apply([{ kind: 'setIdentity', id, ...lineage }], { label: 'Save', undo: 'never' });
    }
    // What was changed while it was being written is in no file yet.
    const isSame = state.document === document;
    documents.markSaved(isSame ? documents.getState().document : document, path, savedAt);
    memory.set(PATH_KEY, path);
    memory.set(DOCUMENT_KEY, id);
    memory.set(EXAMPLE_KEY, null);
    lastProject.set(path);
    if (!isDirty(documents.getState())) await dropDraft();
  };

  const openPath = async (path: string): Promise<void> => {
    const opened = await client.call('projects.open', { path });
    await leave();
    show(opened.document, opened.path ?? path);
  };

  const example = (name: string): ExampleInfo | undefined =>
    store.getState().examples.find((each) => each.name === name);

  const openExample = async (name: string): Promise<void> => {
    const found = example(name);
    if (!found) return;
    await leave();
    showExample(found);
  };

  /** A new document each time, but for the one that this tab had before it was reloaded. */
  const showExample = ({ name, document }: ExampleInfo, id = newId()): void => {
    show({ ...document, id }, null);
    memory.set(EXAMPLE_KEY, name);
  };

  const recover = async (draft: DraftInfo): Promise<void> => {
    await leave();
    draftId = draft.id;
    draftWritten = true;
    memory.set(DRAFT_KEY, draftId);
    show(draft.document, draft.path ?? null, { dirty: true });
    store.setState(({ recoverable }) => ({
      draftSavedAt: draft.savedAt,
      recoverable: recoverable.filter(({ id }) => id !== draft.id),
    }));
  };

  /** What this tab showed before a reload, the last project, or the first example. */
  const restore = async (drafts: readonly DraftInfo[]): Promise<void> => {
    const own = drafts.find(({ id }) => id === memory.get(DRAFT_KEY));
    if (own) {
      await recover(own);
      return;
    }
    const shown = example(memory.get(EXAMPLE_KEY) ?? '');
    if (shown) {
      showExample(shown, memory.get(DOCUMENT_KEY) ?? newId());
      return;
    }
    for (const path of [memory.get(PATH_KEY), lastProject.get()]) {
      if (path === null) continue;
      try {
        await openPath(path);
        return;
      } catch {
        // Moved or deleted meanwhile: the next best thing is shown.
        memory.set(PATH_KEY, null);
      }
    }
    const first = example(FIRST_EXAMPLE) ?? store.getState().examples[0];
    if (first) showExample(first);
  };

  const saveUnder = async (name: string): Promise<void> => {
    const { document } = documents.getState();
    const named = document.name === name ? document : { ...document, name };
    const result = await client.call('projects.saveAs', { suggestedName: name, document: named });
    if (!result) return;
    if (named !== document) {
      documents.apply([{ kind: 'setMeta', name }], { label: 'Rename the project', undo: 'never' });
    }
    await saved(documents.getState().document, result);
  };

  return {
    store,
    openPath,
    openExample,
    recover,
    saveUnder,
    async start() {
      const [info, examples, drafts] = await Promise.all([
        client.call('app.info', null),
        client.call('projects.examples', null),
        client.call('projects.drafts', null),
      ]);
      // Whoever has begun meanwhile keeps what is begun; the former work is offered.
      const begun = isDirty(documents.getState());
      const remembered = begun ? null : memory.get(DRAFT_KEY);
      draftId = remembered ?? draftId;
      store.setState({
        info,
        examples,
        recoverable: drafts.filter(({ id }) => id !== remembered),
      });
      if (begun) scheduleDraft();
      else await restore(drafts);
      memory.set(DRAFT_KEY, draftId);
      return documents.subscribe((state, before) => {
        if (state.document === before.document || state.generation !== before.generation) return;
        if (isDirty(state)) scheduleDraft();
        else void dropDraft();
      });
    },
    async createNew() {
      await leave();
      show(emptyDocument('untitled'), null);
    },
    async openText(text, name) {
      const opened = await client.call('projects.parse', { text, name });
      await leave();
      show(opened.document, opened.path ?? null);
      return opened;
    },
    async openWithDialog() {
      if (store.getState().info?.nativeDialogs !== true) return false;
      const opened = await client.call('projects.openDialog', null);
      if (opened) {
        await leave();
        show(opened.document, opened.path ?? null);
      }
      return true;
    },
    async drafts() {
      const all = await client.call('projects.drafts', null);
      return all.filter(({ id }) => id !== draftId);
    },
    dismissRecovery() {
      store.setState({ recoverable: [] });
    },
    async discard({ id }) {
      await client.call('projects.discardDraft', { id });
      store.setState(({ recoverable }) => ({
        recoverable: recoverable.filter((draft) => draft.id !== id),
      }));
    },
    async save() {
      const { path, document } = documents.getState();
      if (path === null) return this.saveWithDialog();
      await saved(document, await client.call('projects.save', { path, document }));
      return true;
    },
    async saveWithDialog() {
      if (store.getState().info?.nativeDialogs !== true) return false;
      await saveUnder(documents.getState().document.name);
      return true;
    },
  };
}
