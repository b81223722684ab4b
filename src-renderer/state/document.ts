/**
 * The document being edited: content, selection, analysis, history. Framework-free. Every change of
 * content goes through `apply`, as edits; a gesture is one undo step whatever it touched. Snapshots
 * share all that an edit did not touch, so history costs little.
 * Not files and drafts (documentFiles.ts) nor the look of the window (view.ts).
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { analyse } from '#engine/check/analyse.ts';
import type { Analysis } from '#engine/check/analysis.ts';
import type { DataLookup } from '#engine/check/dataFacts.ts';
import { applyEdits } from '#engine/ir/applyEdits.ts';
import { emptyDocument, wireKey, type NetworkDocument } from '#engine/ir/document.ts';
import type { DocumentEdit } from '#engine/ir/edits.ts';

/**
 * `now`: a step of its own. `{ gesture }`: joins the step before it while that is of the same gesture
 * (dragging, scrubbing, arrow keys), which is named by what it changes: one that moves the p of drop1 never
 * joins one that moved the p of drop2, whatever both are called in menus. `never`: no step; belongs to
 * whatever step was last (facts looked up for the user, such as the fields of a data source).
 */
export type UndoPolicy = 'now' | { readonly gesture: string } | 'never';

export interface ApplyOptions {
  /** What the step is called in menus: `Set stride`. */
  readonly label: string;
  readonly undo?: UndoPolicy;
  /** Nodes selected afterwards. */
  readonly select?: readonly string[];
}

export interface Selection {
  readonly nodes: ReadonlySet<string>;
  /** Keys of wires (see wireKey). */
  readonly wires: ReadonlySet<string>;
}
export const NOTHING_SELECTED: Selection = { nodes: new Set(), wires: new Set() };

interface Snapshot {
  readonly document: NetworkDocument;
  readonly analysis: Analysis;
  readonly selection: Selection;
}
interface Step {
  /** What was there before. */
  readonly snapshot: Snapshot;
  readonly label: string;
}

export interface DocumentState extends Snapshot {
  readonly past: readonly Step[];
  readonly future: readonly Step[];
  /**
   * Another one for every document opened, whichever store it is in: who frames a new document, or forgets
   * what was of the one before, watches it.
   */
  readonly generation: number;
  /** Where it was opened from or saved to. */
  readonly path: string | null;
  /** ISO time of the last save to `path`. */
  readonly savedAt: string | null;
  /** The content as it was saved or opened. */
  readonly saved: NetworkDocument;
  /** Counts wide changes of position (layout): the canvas animates to them. */
  readonly layoutGeneration: number;
}

export interface LoadOptions {
  readonly path?: string | null;
  readonly savedAt?: string | null;
  /** Recovered content differs from what is on disk. */
  readonly dirty?: boolean;
}

export interface DocumentStore extends StoreApi<DocumentState> {
  apply(edits: readonly DocumentEdit[], options: ApplyOptions): void;
  /** The next edit begins a new step, also one of the same gesture. */
  endGesture(): void;
  undo(): void;
  redo(): void;
  load(document: NetworkDocument, options?: LoadOptions): void;
  markSaved(document: NetworkDocument, path: string, savedAt: string): void;
  select(selection: Partial<Selection>): void;
  noteLayout(): void;
  /** What is known of data has changed, or where to ask for it. */
  learn(lookup: DataLookup): void;
}

export function isDirty(state: Pick<DocumentState, 'document' | 'saved'>): boolean {
  return state.document !== state.saved;
}

const NO_MEANING: ReadonlySet<DocumentEdit['kind']> = new Set([
  'moveNode',
  'setMeta',
  'setIdentity',
]);
/** Positions and prose change nothing that analysis says. */
function touchesMeaning(edits: readonly DocumentEdit[]): boolean {
  return edits.some(({ kind }) => !NO_MEANING.has(kind));
}

/** The content of one version under the identity of another: which document this is has no history. */
function identifiedAs(content: NetworkDocument, { id, parent }: NetworkDocument): NetworkDocument {
  if (id === undefined || (content.id === id && content.parent === parent)) return content;
  const edit: DocumentEdit = {
    kind: 'setIdentity',
    id,
    ...(parent === undefined ? {} : { parent }),
  };
  return applyEdits(content, [edit]);
}

/** What is selected and still there. */
function surviving(selection: Selection, document: NetworkDocument): Selection {
  if (selection.nodes.size === 0 && selection.wires.size === 0) return selection;
  const ids = new Set(document.nodes.map((node) => node.id));
  const keys = new Set(document.wires.map(wireKey));
  const nodes = [...selection.nodes].filter((id) => ids.has(id));
  const wires = [...selection.wires].filter((key) => keys.has(key));
  if (nodes.length === selection.nodes.size && wires.length === selection.wires.size) {
    return selection;
  }
  return { nodes: new Set(nodes), wires: new Set(wires) };
}

/** Documents opened so far, in all stores. */
let opened = 0;

/** Steps kept; an afternoon of work. */
const HISTORY_LENGTH = 500;

export function createDocumentStore(
  initial: NetworkDocument = emptyDocument('untitled'),
): DocumentStore {
  const store = createStore<DocumentState>(() => ({
    document: initial,
    analysis: analyse(initial),
    selection: NOTHING_SELECTED,
    past: [],
    future: [],
    generation: (opened += 1),
    layoutGeneration: 0,
    path: null,
    savedAt: null,
    saved: initial,
  }));
  /** The gesture whose step may still be joined. */
  let openGesture: string | null = null;
  let lookup: DataLookup | undefined;
  const analysed = (document: NetworkDocument): Analysis => analyse(document, lookup);
  /** Positions moved without a new analysis (fixes place nodes by them). */
  let analysisIsOld = false;

  const snapshotOf = ({ document, analysis, selection }: DocumentState): Snapshot => ({
    document,
    analysis,
    selection,
  });

  const apply = (edits: readonly DocumentEdit[], options: ApplyOptions): void => {
    const { label, undo = 'now', select } = options;
    const state = store.getState();
    const document = applyEdits(state.document, edits);
    if (document === state.document) return;
    const meaning = touchesMeaning(edits);
    if (!meaning) analysisIsOld = true;
    const selection =
      select === undefined
        ? surviving(state.selection, document)
        : { nodes: new Set(select), wires: new Set<string>() };
    const gesture = typeof undo === 'object' ? undo.gesture : null;
    const joins = undo === 'never' || (gesture !== null && openGesture === gesture);
    if (undo !== 'never') openGesture = gesture;
    store.setState({
      document,
      selection,
      analysis: meaning ? analysed(document) : state.analysis,
      ...(joins
        ? {}
        : {
            past: [...state.past, { snapshot: snapshotOf(state), label }].slice(-HISTORY_LENGTH),
            future: [],
          }),
    });
    if (meaning) analysisIsOld = false;
  };

  const endGesture = (): void => {
    openGesture = null;
    if (!analysisIsOld) return;
    analysisIsOld = false;
    store.setState(({ document }) => ({ analysis: analysed(document) }));
  };

  /** Moves one step between the two stacks. */
  const travel = (from: 'past' | 'future', to: 'past' | 'future'): void => {
    endGesture();
    const state = store.getState();
    const step = state[from].at(-1);
    if (!step) return;
    const document = identifiedAs(step.snapshot.document, state.document);
    store.setState({
      document,
      // The data may be better known by now.
      analysis: analysed(document),
      selection: surviving(step.snapshot.selection, document),
      [from]: state[from].slice(0, -1),
      [to]: [...state[to], { snapshot: snapshotOf(state), label: step.label }],
    });
  };

  return {
    ...store,
    apply,
    endGesture,
    undo: () => travel('past', 'future'),
    redo: () => travel('future', 'past'),
    load(document, { path = null, savedAt = null, dirty = false } = {}) {
      openGesture = null;
      analysisIsOld = false;
      store.setState({
        document,
        analysis: analysed(document),
        selection: NOTHING_SELECTED,
        past: [],
        future: [],
        generation: (opened += 1),
        path,
        savedAt,
        // Any other object than `document` counts as different content.
        saved: dirty ? { ...document } : document,
      });
    },
    markSaved(document, path, savedAt) {
      store.setState({ saved: document, path, savedAt });
    },
    select(selection) {
      store.setState(({ selection: before }) => ({ selection: { ...before, ...selection } }));
    },
    learn(next) {
      lookup = next;
      store.setState(({ document }) => ({ analysis: analysed(document) }));
    },
    noteLayout() {
      store.setState(({ layoutGeneration }) => ({ layoutGeneration: layoutGeneration + 1 }));
    },
  };
}

/** A document with its history, selection and place on disk; its runs are found by its id. */
export interface DocumentSession {
  /** Of this opening of it, in this window. */
  readonly id: string;
  readonly documents: DocumentStore;
}

export interface FrontDocument extends DocumentStore {
  /** The session that this stands for now. */
  session(): DocumentSession;
  /** Another one comes to the front; whoever listens is told of its document. */
  activate(session: DocumentSession): void;
}

/** A document store that is always the one in front. */
export function createFrontDocument(first: DocumentSession): FrontDocument {
  let front = first;
  const listeners = new Set<(state: DocumentState, before: DocumentState) => void>();
  const listen = (): (() => void) =>
    front.documents.subscribe((state, before) => {
      for (const listener of listeners) listener(state, before);
    });
  let stop = listen();
  const documents = (): DocumentStore => front.documents;
  return {
    session: () => front,
    activate(session) {
      if (session === front) return;
      const before = documents().getState();
      stop();
      front = session;
      stop = listen();
      for (const listener of listeners) listener(documents().getState(), before);
    },
    getState: () => documents().getState(),
    getInitialState: () => documents().getInitialState(),
    // One signature of two, passed on as it is.
    setState: ((...change: Parameters<DocumentStore['setState']>) =>
      documents().setState(...change)) as DocumentStore['setState'],
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    apply: (edits, options) => documents().apply(edits, options),
    endGesture: () => documents().endGesture(),
    undo: () => documents().undo(),
    redo: () => documents().redo(),
    load: (document, options) => documents().load(document, options),
    markSaved: (document, path, savedAt) => documents().markSaved(document, path, savedAt),
    select: (selection) => documents().select(selection),
    noteLayout: () => documents().noteLayout(),
    learn: (lookup) => documents().learn(lookup),
  };
}

let sessions = 0;

export function createDocumentSession(documents = createDocumentStore()): DocumentSession {
  sessions += 1;
  return { id: `session-${sessions}`, documents };
}

/**
 * The document in front, whichever that is: what commands, keys and menus act on. Components ask by
 * `useDocument` (documentSession.ts), since several documents may be on screen.
 */
export const documentStore = createFrontDocument(createDocumentSession());

/** The store of one document, where the one in front may be meant: for what is kept by document. */
export const documentsBehind = (documents: DocumentStore): DocumentStore =>
  documents === documentStore ? documentStore.session().documents : documents;
