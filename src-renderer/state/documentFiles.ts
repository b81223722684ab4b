/**
 * The documents of this window as files: new, open, save, examples, close; drafts while there are changes, and
 * finding the way back after a reload or a crash. Talks to the host only; asks the user nothing itself
 * (dialogs are the app's).
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { emptyDocument, type NetworkDocument } from '#engine/ir/document.ts';
import { errorMessage } from '#engine/ir/errors.ts';
import type {
  SavedProject,
  AppCalls,
  AppInfo,
  DraftInfo,
  ExampleInfo,
  OpenedProject,
} from '#engine/protocol/appContract.ts';
import type { Client } from '#engine/protocol/rpc.ts';
import { asItWas, runAsItWas } from './asItWas.ts';
import { copyName } from './copyName.ts';
import {
  createDocumentSession,
  createDocumentStore,
  isDirty,
  type DocumentSession,
  type LoadOptions,
} from './document.ts';
import { createDraftKeeper, type DraftKeeper } from './draftKeeper.ts';
import type { OpenDocuments } from './openDocuments.ts';
import {
  recallDocuments,
  rememberDocuments,
  type RememberedDocument,
  type TabMemory,
} from './tabMemory.ts';

export interface FilesState {
  readonly info: AppInfo | null;
  readonly examples: readonly ExampleInfo[];
  /** Drafts found when the page opened, of other windows or of a crash: offered at once. */
  readonly recoverable: readonly DraftInfo[];
  /** ISO time of the last draft of the document in front. */
  readonly draftSavedAt: string | null;
  /** Why drafts of it cannot be written, if they cannot. */
  readonly draftError: string | null;
  /** What was open before and could not be opened again, with the reason. */
  readonly lost: readonly { readonly path: string; readonly why: string }[];
  /** What was closed lately and can be opened again, the last one last. */
  readonly closed: readonly DocumentSession[];
}

export interface FilesOptions {
  readonly client: Pick<Client<AppCalls, unknown>, 'call'>;
  readonly open: OpenDocuments;
  /** Of this window, for a reload. */
  readonly memory: TabMemory;
  /** Of the app, for its next start. */
  readonly lasting: TabMemory;
  readonly newId: () => string;
  /** The project to open when nothing else is asked for; and to be told of it. */
  readonly lastProject: { get(): string | null; set(path: string | null): void };
  /** Whether something was made of a document that a file or a draft does not hold: a run of it. */
  readonly isUsed?: (document: NetworkDocument) => boolean;
  /** Quiet time before a draft is written. */
  readonly draftDelayMs?: number;
}

export interface Files {
  readonly store: StoreApi<FilesState>;
  /** Loads what this window should show, and keeps drafts from then on. Returns the way to stop. */
  start(): Promise<() => void>;
  createNew(): void;
  openPath(path: string): Promise<void>;
  openText(text: string, name: string): Promise<OpenedProject>;
  /** Of a picture that carries a project; `upload`: the file as the services have it. */
  openPicture(upload: string, name: string): Promise<OpenedProject>;
  /** What is in no file that could be written again; what is open already comes to the front. */
  openCopy(project: OpenedProject): OpenedProject;
  /** False when the host has no dialog of its own: the page shows one. */
  openWithDialog(): Promise<boolean>;
  openExample(name: string): void;
  /** A copy of what is in front, as a document of its own. */
  duplicate(): void;
  /** What did not come from a file: of a run. */
  openDocument(document: NetworkDocument, load?: LoadOptions): void;
  recover(draft: DraftInfo): void;
  discard(draft: DraftInfo): Promise<void>;
  /** Every draft but those of what is open, newest first. */
  drafts(): Promise<readonly DraftInfo[]>;
  /** No more offers; the drafts stay in the open dialog. */
  dismissRecovery(): void;
  /** False when there is no path yet and the page must ask for a name. */
  save(session?: DocumentSession): Promise<boolean>;
  saveWithDialog(session?: DocumentSession): Promise<boolean>;
  /** Into the host's project folder. */
  saveUnder(name: string, session?: DocumentSession): Promise<void>;
  /** Whatever is unsaved goes with it; whoever closes has asked. */
  close(session: DocumentSession): void;
  reopen(): void;
  /** Whether changes are in neither a file nor a draft. */
  hasUnkept(): boolean;
}

/** Opened at the very first start. */
const FIRST_EXAMPLE = 'digits-mlp';
const MOST_CLOSED = 10;
/** That this window is the first one, for a reload beside another. */
const FIRST = 'netloom.first';

/** An open document and what belongs to it here. */
interface Tab {
  readonly keeper: DraftKeeper;
  /** The example that it was made from. */
  readonly example: string | null;
}
type TabOptions = Partial<Tab> & { readonly draft?: DraftInfo };

export function createFiles(options: FilesOptions): Files {
  const { client, open, memory, lasting, newId, lastProject, draftDelayMs = 800 } = options;
  const { isUsed = () => false } = options;
  const store = createStore<FilesState>(() => ({
    info: null,
    examples: [],
    recoverable: [],
    draftSavedAt: null,
    draftError: null,
    lost: [],
    closed: [],
  }));
  const tabs = new Map<DocumentSession, Tab>();
  /** Not beside another window: what is open here is there at the next start. */
  let isFirst = false;
  const front = (): DocumentSession => open.store.getState().front;

  const tellDraft = (): void => {
    const { savedAt = null, error = null } = tabs.get(front())?.keeper.state() ?? {};
    store.setState({ draftSavedAt: savedAt, draftError: error });
  };
  const remember = (): void => {
    const { sessions } = open.store.getState();
    const documents = sessions.flatMap((session): RememberedDocument[] => {
      const tab = tabs.get(session);
      if (!tab) return [];
      const { path, document } = session.documents.getState();
      return [{ draft: tab.keeper.id, path, example: tab.example, id: document.id ?? null }];
    });
    if (documents.length > 0) {
      for (const each of isFirst ? [memory, lasting] : [memory]) {
        rememberDocuments(each, { front: sessions.indexOf(front()), documents });
      }
    }
  };

  /** From now on its drafts are kept, and it is there after a reload. */
  const adopt = (session: DocumentSession, { example = null, draft }: TabOptions = {}): void => {
    const { documents } = session;
    const keeper = createDraftKeeper({
      client,
      documents,
      id: draft?.id ?? newId(),
      savedAt: draft?.savedAt ?? null,
      delayMs: draftDelayMs,
      onChange: tellDraft,
    });
    tabs.set(session, { keeper, example });
  };
  const make = (
    document: NetworkDocument,
    load: LoadOptions = {},
    tab: TabOptions = {},
  ): DocumentSession => {
    const session = createDocumentSession(createDocumentStore());
    session.documents.load(
      document.id === undefined ? { ...document, id: newId() } : document,
      load,
    );
    adopt(session, tab);
    return session;
  };
  const release = (session: DocumentSession): void => {
    void tabs.get(session)?.keeper.stop(true);
    tabs.delete(session);
  };

  /** Looked at, if that: nothing is lost when something else takes its place. */
  const isUntouched = ({ documents }: DocumentSession): boolean => {
    const { document, path, past, future } = documents.getState();
    const isEdited = isDirty(documents.getState()) || past.length + future.length > 0;
    return path === null && !isEdited && !isUsed(document);
  };
  /** In a tab of its own, unless nobody would miss what is in front. */
  const show = (session: DocumentSession, instead?: DocumentSession): void => {
    const before = front();
    const replaced = instead ?? (isUntouched(before) ? before : undefined);
    open.open(session, replaced);
    if (replaced) release(replaced);
    remember();
  };
  const isOpen = (session: DocumentSession): boolean =>
    open.store.getState().sessions.includes(session);
  const openAt = (path: string): DocumentSession | undefined =>
    open.store.getState().sessions.find(({ documents }) => documents.getState().path === path);

  const saved = async (
    session: DocumentSession,
    document: NetworkDocument,
    result: SavedProject,
  ): Promise<void> => {
    const { documents } = session;
    const { path, savedAt, id, parent } = result;
    const state = documents.getState();
    if (state.document.id !== id) {
      const lineage = parent === undefined ? {} : { parent };
      documents.apply([{ kind: 'setIdentity', id, ...lineage }], { label: 'Save', undo: 'never' });
    }
    // What was changed while it was being written is in no file yet.
    const isSame = state.document === document;
    documents.markSaved(isSame ? documents.getState().document : document, path, savedAt);
    lastProject.set(path);
    remember();
    if (!isDirty(documents.getState())) await tabs.get(session)?.keeper.settle();
  };

  /** What is in no file that could be written again: of the page's own files, or in a picture. */
  const openCopy = (project: OpenedProject): OpenedProject => {
    const { document } = project;
    const { sessions } = open.store.getState();
    const same = sessions.find(
      ({ documents }) =>
        document.id !== undefined && documents.getState().document.id === document.id,
    );
    if (!same) {
      // Kept as a draft until it is saved.
      show(make(document, { dirty: true }));
    } else if (JSON.stringify(same.documents.getState().document) === JSON.stringify(document)) {
      open.open(same);
    } else {
      show(make({ ...document, id: newId(), parent: document.id ?? '' }, { dirty: true }));
    }
    return project;
  };
  const opened = (project: OpenedProject): void => {
    const { document, path } = project;
    if (path === undefined) {
      openCopy(project);
      return;
    }
    lastProject.set(path);
    const there = openAt(path);
    if (there) open.open(there);
    else show(make(document, { path }));
  };
  const read = async (path: string): Promise<OpenedProject & { readonly path: string }> => {
    const project = await client.call('projects.open', { path });
    return { ...project, path: project.path ?? path };
  };

  const example = (name: string | null): ExampleInfo | undefined =>
    store.getState().examples.find((each) => each.name === name);
  /** A new document each time, but for the one that this window had before it was reloaded. */
  const fromExample = ({ name, document }: ExampleInfo, id = newId()): DocumentSession =>
    make({ ...document, id }, {}, { example: name });
  const fromDraft = (draft: DraftInfo): DocumentSession =>
    make(draft.document, { path: draft.path ?? null, dirty: true }, { draft });

  const ofRun = async (runId: string): Promise<DocumentSession> => {
    const [document, [run]] = await Promise.all([
      client.call('runs.document', { runId }),
      client.call('runs.rows', { runIds: [runId] }),
    ]);
    return make(asItWas({ id: runId, name: run?.name ?? document.name }, document));
  };

  /** As it was before; null where nothing of it is left. */
  const restored = async (
    { draft, path, example: name, id }: RememberedDocument,
    drafts: readonly DraftInfo[],
  ): Promise<DocumentSession | null> => {
    const own = drafts.find((each) => each.id === draft);
    if (own) return fromDraft(own);
    if (path !== null) {
      try {
        const project = await read(path);
        return make(project.document, { path: project.path });
      } catch (error) {
        // Moved or deleted meanwhile: said, and not tried again.
        const why = errorMessage(error);
        store.setState(({ lost }) => ({ lost: [...lost, { path, why }] }));
        return null;
      }
    }
    const shown = example(name);
    if (shown) return fromExample(shown, id ?? newId());
    const runId = runAsItWas(id ?? undefined);
    // Of a run that has gone nothing is left to be shown.
    if (runId !== null) return ofRun(runId).catch(() => null);
    return name === null && id !== null ? make({ ...emptyDocument('untitled'), id }) : null;
  };
  /** Where nothing was open: the last project, or the first example. */
  const beginning = async (): Promise<DocumentSession | null> => {
    const path = lastProject.get();
    const project = path === null ? null : await read(path).catch(() => null);
    if (project) return make(project.document, { path: project.path });
    const first = example(FIRST_EXAMPLE) ?? store.getState().examples[0];
    return first ? fromExample(first) : null;
  };

  const saveUnder = async (name: string, session = front()): Promise<void> => {
    const { documents } = session;
    const { document } = documents.getState();
    const named = document.name === name ? document : { ...document, name };
    const result = await client.call('projects.saveAs', { suggestedName: name, document: named });
    if (!result) return;
    if (named !== document) {
      documents.apply([{ kind: 'setMeta', name }], { label: 'Rename the project', undo: 'never' });
    }
    await saved(session, documents.getState().document, result);
  };
  const saveWithDialog = async (session = front()): Promise<boolean> => {
    if (store.getState().info?.nativeDialogs !== true) return false;
    await saveUnder(session.documents.getState().document.name, session);
    return true;
  };

  return {
    store,
    saveUnder,
    saveWithDialog,
    async start() {
      const [info, examples, drafts] = await Promise.all([
        client.call('app.info', null),
        client.call('projects.examples', null),
        client.call('projects.drafts', null),
      ]);
      store.setState({ info, examples });
      // What another window has open is its own, with its drafts.
      const own = recallDocuments(memory);
      const isAlone = info.otherPages === 0;
      const recalled = own.documents.length > 0 || !isAlone ? own : recallDocuments(lasting);
      isFirst = isAlone || memory.get(FIRST) !== null;
      memory.set(FIRST, isFirst ? 'yes' : null);
      const found = await Promise.all(recalled.documents.map((each) => restored(each, drafts)));
      const old = found.filter((session) => session !== null);
      const { sessions } = open.store.getState();
      // Whoever has begun meanwhile keeps what is begun, and it stays in front.
      const begun = sessions.filter((session) => tabs.has(session) || !isUntouched(session));
      if (old.length + begun.length === 0) {
        const first = await beginning();
        if (first) old.push(first);
      }
      for (const session of begun) if (!tabs.has(session)) adopt(session);
      const all = [...old, ...begun];
      const wasFront = found[recalled.front] ?? old.at(-1);
      const isBegun = begun.includes(front());
      const [next] = isBegun ? [front()] : [wasFront ?? begun.at(-1)];
      if (next) open.restore(all, next);
      if (!tabs.has(front())) adopt(front());
      const ours = new Set([...tabs.values()].map(({ keeper }) => keeper.id));
      store.setState({ recoverable: drafts.filter(({ id }) => !ours.has(id)) });
      tellDraft();
      remember();
      const stops = [
        open.onLeave((session) => void tabs.get(session)?.keeper.write()),
        open.store.subscribe(() => {
          tellDraft();
          remember();
        }),
      ];
      return () => {
        for (const stop of stops) stop();
        for (const { keeper } of tabs.values()) void keeper.stop(false);
      };
    },
    openPath: async (path) => {
      const there = openAt(path);
      if (there) open.open(there);
      else opened(await client.call('projects.open', { path }));
    },
    createNew: () => show(make(emptyDocument('untitled'))),
    openExample(name) {
      const found = example(name);
      if (found) show(fromExample(found));
    },
    openText: async (text, name) => openCopy(await client.call('projects.parse', { text, name })),
    openPicture: async (file, name) =>
      openCopy(await client.call('projects.parsePicture', { file, name })),
    openCopy,
    async openWithDialog() {
      if (store.getState().info?.nativeDialogs !== true) return false;
      const project = await client.call('projects.openDialog', null);
      if (project) opened(project);
      return true;
    },
    duplicate() {
      const { document } = front().documents.getState();
      const lineage = document.id === undefined ? {} : { parent: document.id };
      const { sessions } = open.store.getState();
      const taken = sessions.map(({ documents }) => documents.getState().document.name);
      const name = copyName(document.name, taken);
      const copy = { ...document, id: newId(), name, ...lineage };
      open.open(make(copy, { dirty: true }));
    },
    openDocument: (document, load) => show(make(document, load)),
    recover(draft) {
      const there = [...tabs].find(([, { keeper }]) => keeper.id === draft.id)?.[0];
      const ofFile = draft.path === undefined ? undefined : openAt(draft.path);
      if (there) open.open(there);
      // The draft is the newer version of the same file.
      else
        show(
          fromDraft(draft),
          ofFile && !isDirty(ofFile.documents.getState()) ? ofFile : undefined,
        );
      store.setState(({ recoverable }) => ({
        recoverable: recoverable.filter(({ id }) => id !== draft.id),
      }));
    },
    async drafts() {
      const all = await client.call('projects.drafts', null);
      const ours = new Set([...tabs.values()].map(({ keeper }) => keeper.id));
      return all.filter(({ id }) => !ours.has(id));
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
    async save(session = front()) {
      const { path, document } = session.documents.getState();
      if (path === null) return saveWithDialog(session);
      await saved(session, document, await client.call('projects.save', { path, document }));
      return true;
    },
    close(session) {
      if (!isOpen(session)) return;
      const isLast = open.store.getState().sessions.length === 1;
      if (isLast) open.open(make(emptyDocument('untitled')), session);
      else open.close(session);
      release(session);
      remember();
      store.setState(({ closed }) => ({ closed: [...closed, session].slice(-MOST_CLOSED) }));
    },
    reopen() {
      const { closed } = store.getState();
      const session = closed.at(-1);
      if (!session) return;
      store.setState({ closed: closed.slice(0, -1) });
      adopt(session);
      show(session);
    },
    hasUnkept: () =>
      [...tabs].some(
        ([{ documents }, { keeper }]) =>
          isDirty(documents.getState()) && keeper.state().savedAt === null,
      ),
  };
}
