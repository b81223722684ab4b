import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { emptyDocument } from '#engine/ir/document.ts';
import {
  createDocumentSession,
  createFrontDocument,
  isDirty,
  type DocumentStore,
} from '#renderer/state/document.ts';
import { createOpenDocuments, type OpenDocuments } from '#renderer/state/openDocuments.ts';
import { createFiles, type Files } from '#renderer/state/documentFiles.ts';
import { Host } from '#test/support/projectHost.ts';

let host: Host;
let documents: DocumentStore;
let open: OpenDocuments;
/** Ids of documents that have runs. */
let used: Set<string>;
let tab: Map<string, string>;
let lasting: Map<string, string>;
let last: string | null;
let ids: number;

function openTab(): Files {
  const front = createFrontDocument(createDocumentSession());
  documents = front;
  open = createOpenDocuments(front);
  return createFiles({
    client: { call: host.call },
    open,
    memory: {
      get: (key) => tab.get(key) ?? null,
      set: (key, value) => (value === null ? tab.delete(key) : tab.set(key, value)),
    },
    lasting: {
      get: (key) => lasting.get(key) ?? null,
      set: (key, value) => (value === null ? lasting.delete(key) : lasting.set(key, value)),
    },
    newId: () => `draft${ids++}`,
    lastProject: { get: () => last, set: (path) => (last = path) },
    isUsed: ({ id = '' }) => used.has(id),
    draftDelayMs: 50,
  });
}
const rename = (name: string): void =>
  documents.apply([{ kind: 'setMeta', name }], { label: 'Rename' });
/** Of all tabs, the one in front in brackets. */
const tabs = (): string[] => {
  const { sessions, front } = open.store.getState();
  return sessions.map((session) => {
    const { name: title } = session.documents.getState().document;
    return session === front ? `[${title}]` : title;
  });
};
const name = (): string => documents.getState().document.name;

beforeEach(() => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  host = new Host();
  tab = new Map();
  lasting = new Map();
  used = new Set();
  last = null;
  ids = 1;
});

describe('opening', () => {
  it('shows the first example at the very first start', async () => {
    await openTab().start();
    expect(name()).toBe('mlp');
    expect(isDirty(documents.getState())).toBe(false);
  });

  it('shows the last project, and falls back when its file is gone', async () => {
    host.files.set('/a.json', emptyDocument('mine'));
    last = '/a.json';
    await openTab().start();
    expect(name()).toBe('mine');
    host.files.clear();
    tab.clear();
    await openTab().start();
    expect(name()).toBe('mlp');
  });

  it('brings unsaved changes of this tab back after a reload, without asking', async () => {
    await openTab().start();
    rename('edited');
    await vi.advanceTimersByTimeAsync(60);
    expect(host.drafts.size).toBe(1);
    const files = openTab();
    await files.start();
    expect(name()).toBe('edited');
    expect(isDirty(documents.getState())).toBe(true);
    expect(files.store.getState().recoverable).toEqual([]);
  });

  it('keeps what was begun before anything was read, beside the former work', async () => {
    await openTab().start();
    rename('former');
    await vi.advanceTimersByTimeAsync(60);
    const files = openTab();
    const started = files.start();
    rename('begun');
    await started;
    expect(tabs()).toEqual(['former', '[begun]']);
    expect(files.store.getState().recoverable).toEqual([]);
    await vi.advanceTimersByTimeAsync(60);
    expect([...host.drafts.values()].map(({ document }) => document.name)).toEqual([
      'former',
      'begun',
    ]);
  });

  it('offers drafts of other windows instead of taking them', async () => {
    await openTab().start();
    rename('crashed');
    await vi.advanceTimersByTimeAsync(60);
    tab.clear();
    host.otherPages = 1;
    const files = openTab();
    await files.start();
    expect(name()).toBe('mlp');
    const [draft] = files.store.getState().recoverable;
    expect(draft?.document.name).toBe('crashed');
    if (draft) files.recover(draft);
    expect(name()).toBe('crashed');
    expect(files.store.getState().recoverable).toEqual([]);
  });
});

describe('an example that was not edited', () => {
  it('is shown again after a reload', async () => {
    const files = openTab();
    await files.start();
    files.openExample('xor');
    await openTab().start();
    expect(documents.getState().document.name).toBe('xor');
  });
  it('gives way to a project opened after it', async () => {
    host.files.set('/mine.json', emptyDocument('mine'));
    const files = openTab();
    await files.start();
    files.openExample('xor');
    await files.openPath('/mine.json');
    await openTab().start();
    expect(documents.getState().document.name).toBe('mine');
  });
});

describe('saving', () => {
  it('asks for a name the first time, then saves in place and drops the draft', async () => {
    const files = openTab();
    await files.start();
    rename('work');
    await vi.advanceTimersByTimeAsync(60);
    expect(await files.save()).toBe(false);
    await files.saveUnder('work');
    expect(host.files.get('/projects/work.json')?.name).toBe('work');
    expect(isDirty(documents.getState())).toBe(false);
    expect(host.drafts.size).toBe(0);
    expect(last).toBe('/projects/work.json');
    documents.apply([{ kind: 'setMeta', notes: 'more' }], { label: 'Notes' });
    expect(await files.save()).toBe(true);
    expect(host.files.get('/projects/work.json')?.notes).toBe('more');
  });

  it('stays dirty when something was changed while it was being written', async () => {
    const files = openTab();
    await files.start();
    await files.saveUnder('work');
    rename('second');
    const saving = files.save();
    rename('third');
    await saving;
    expect(isDirty(documents.getState())).toBe(true);
    expect(host.files.get('/projects/work.json')?.name).toBe('second');
  });

  it('keeps the work, also as a draft, when another project is opened', async () => {
    const files = openTab();
    await files.start();
    rename('unsaved');
    files.openExample('xor');
    expect(tabs()).toEqual(['unsaved', '[xor]']);
    await vi.advanceTimersByTimeAsync(0);
    expect([...host.drafts.values()].map(({ document }) => document.name)).toEqual(['unsaved']);
    // It is open: nothing to recover.
    expect(await files.drafts()).toEqual([]);
    expect(files.store.getState().recoverable).toEqual([]);
  });

  it('says when drafts cannot be written', async () => {
    const files = openTab();
    await files.start();
    host.failing.add('projects.saveDraft');
    rename('x');
    await vi.advanceTimersByTimeAsync(60);
    expect(files.store.getState().draftError).toMatch(/failed/);
  });

  it('drops a draft that is still being written when the document is saved', async () => {
    host.files.set('/a.json', emptyDocument('mine'));
    last = '/a.json';
    const files = openTab();
    await files.start();
    host.slowDraftsMs = 500;
    rename('edited');
    await vi.advanceTimersByTimeAsync(60);
    const saving = files.save();
    await vi.advanceTimersByTimeAsync(1000);
    expect(await saving).toBe(true);
    expect(host.files.get('/a.json')?.name).toBe('edited');
    expect(host.drafts.size).toBe(0);
  });

  it('drops the draft when undo comes back to what was opened', async () => {
    await openTab().start();
    rename('x');
    await vi.advanceTimersByTimeAsync(60);
    documents.undo();
    await vi.advanceTimersByTimeAsync(60);
    expect(host.drafts.size).toBe(0);
  });
});

describe('identity', () => {
  const id = () => documents.getState().document.id;

  it('is made once for what is new, and for an example each time it is opened', async () => {
    const files = openTab();
    await files.start();
    const seen = [id()];
    for (const open of [() => files.createNew(), () => files.openExample('xor')]) {
      for (let count = 0; count < 2; count++) {
        open();
        seen.push(id());
      }
    }
    expect(seen).not.toContain(undefined);
    expect(new Set(seen).size).toBe(5);
  });
  it('of an example outlives a reload of its tab', async () => {
    const files = openTab();
    await files.start();
    const first = id();
    const reloaded = openTab();
    await reloaded.start();
    expect(id()).toBe(first);
    reloaded.openExample('xor');
    const second = documents.getState().document;
    expect(second.id).not.toBe(first);
    await openTab().start();
    expect(documents.getState().document).toEqual(second);
  });
  it('stays when it is first saved; saved elsewhere it is a copy, which no undo takes back', async () => {
    const files = openTab();
    await files.start();
    files.createNew();
    const first = id();
    rename('mine');
    await files.saveUnder('mine');
    expect(id()).toBe(first);
    rename('more');
    await files.saveUnder('copy');
    expect(documents.getState().document).toMatchObject({ parent: first });
    expect(id()).not.toBe(first);
    expect(isDirty(documents.getState())).toBe(false);
    const copy = id();
    documents.undo();
    documents.undo();
    expect(id()).toBe(copy);
    documents.redo();
    documents.redo();
    expect([id(), isDirty(documents.getState())]).toEqual([copy, false]);
  });
});

/** Rule: what is opened gets a tab of its own unless nobody would miss what is in front, and all come back. */
describe('tabs', () => {
  const FILES = ['a', 'b', 'c'];
  const start = async (): Promise<Files> => {
    for (const each of FILES) host.files.set(`/${each}.json`, { ...emptyDocument(each), id: each });
    const files = openTab();
    await files.start();
    return files;
  };

  it('are made for files and for what was edited or trained; the untouched give way', async () => {
    const files = await start();
    files.openExample('xor');
    expect(tabs()).toEqual(['[xor]']);
    await files.openPath('/a.json');
    expect(tabs()).toEqual(['[a]']);
    await files.openPath('/b.json');
    files.openExample('xor');
    used.add(documents.getState().document.id ?? '');
    files.createNew();
    expect(tabs()).toEqual(['a', 'b', 'xor', '[untitled]']);
    rename('mine');
    files.createNew();
    expect(tabs()).toEqual(['a', 'b', 'xor', 'mine', '[untitled]']);
  });

  it('have a file once: opening it again goes there', async () => {
    const files = await start();
    await files.openPath('/a.json');
    await files.openPath('/b.json');
    rename('edited');
    await files.openPath('/a.json');
    expect(tabs()).toEqual(['[a]', 'edited']);
    await Promise.all([files.openPath('/c.json'), files.openPath('/c.json')]);
    expect(tabs()).toEqual(['a', '[c]', 'edited']);
  });

  it('come back after a reload, in their order, with the same one in front', async () => {
    const files = await start();
    await files.openPath('/a.json');
    files.openExample('xor');
    used.add(documents.getState().document.id ?? '');
    files.createNew();
    rename('draft');
    await vi.advanceTimersByTimeAsync(60);
    files.createNew();
    open.move(open.store.getState().front, 0);
    open.step(2);
    expect(tabs()).toEqual(['untitled', 'a', '[xor]', 'draft']);
    const before = open.store
      .getState()
      .sessions.map(({ documents: own }) => own.getState().document.id);
    const again = openTab();
    await again.start();
    expect(tabs()).toEqual(['untitled', 'a', '[xor]', 'draft']);
    const ids = open.store
      .getState()
      .sessions.map(({ documents: own }) => own.getState().document.id);
    expect(ids).toEqual(before);
    // Each goes on as what it was.
    open.step(1);
    expect(isDirty(documents.getState())).toBe(true);
    await again.saveUnder('draft');
    expect(host.drafts.size).toBe(0);
  });

  it('whose file is gone are left out', async () => {
    const files = await start();
    await files.openPath('/a.json');
    await files.openPath('/b.json');
    host.files.delete('/b.json');
    await openTab().start();
    expect(tabs()).toEqual(['[a]']);
  });

  it('are there at the next start: files, edits that were not saved, examples, order and front', async () => {
    const files = await start();
    await files.openPath('/a.json');
    await files.openPath('/b.json');
    rename('b edited');
    files.openExample('xor');
    used.add(documents.getState().document.id ?? '');
    open.move(open.store.getState().front, 0);
    open.step(1);
    await vi.advanceTimersByTimeAsync(60);
    expect(tabs()).toEqual(['xor', '[a]', 'b edited']);
    const ids = () =>
      open.store.getState().sessions.map(({ documents: own }) => own.getState().document.id);
    const before = ids();
    // Another session of the browser, or of the desktop app.
    tab.clear();
    const next = openTab();
    await next.start();
    expect([tabs(), ids()]).toEqual([['xor', '[a]', 'b edited'], before]);
    expect(next.store.getState()).toMatchObject({ recoverable: [], lost: [] });
    open.step(1);
    expect(documents.getState()).toMatchObject({ path: '/b.json' });
    expect(isDirty(documents.getState())).toBe(true);
    await next.save();
    expect([host.files.get('/b.json')?.name, host.drafts.size]).toEqual(['b edited', 0]);
  });

  it('are not taken by a second window from the first', async () => {
    const files = await start();
    await files.openPath('/a.json');
    rename('edited');
    await files.openPath('/b.json');
    await vi.advanceTimersByTimeAsync(60);
    tab.clear();
    host.otherPages = 1;
    const second = openTab();
    await second.start();
    expect(tabs()).toEqual(['[b]']);
    await second.openPath('/c.json');
    expect(second.store.getState().recoverable.map(({ document }) => document.name)).toEqual([
      'edited',
    ]);
    // Nor does it say what is open at the next start.
    tab.clear();
    host.otherPages = 0;
    await openTab().start();
    expect(tabs()).toEqual(['edited', '[b]']);
  });

  it('whose file has gone since are said once, and the others are there', async () => {
    const files = await start();
    await files.openPath('/a.json');
    await files.openPath('/b.json');
    host.files.delete('/b.json');
    tab.clear();
    const next = openTab();
    await next.start();
    expect(tabs()).toEqual(['[a]']);
    expect(next.store.getState().lost).toEqual([{ path: '/b.json', why: 'no file /b.json' }]);
    tab.clear();
    const third = openTab();
    await third.start();
    expect([tabs(), third.store.getState().lost]).toEqual([['[a]'], []]);
  });

  it('are saved each to its own file, also from behind another one', async () => {
    const files = await start();
    await files.openPath('/a.json');
    rename('a2');
    const behind = open.store.getState().front;
    const saving = files.save();
    await files.openPath('/b.json');
    await saving;
    expect(host.files.get('/a.json')?.name).toBe('a2');
    expect(isDirty(behind.documents.getState())).toBe(false);
    expect(documents.getState()).toMatchObject({ path: '/b.json', past: [] });
    expect(host.files.get('/b.json')?.name).toBe('b');
  });

  it('closed take their draft along, and can be opened again with their history', async () => {
    const files = await start();
    await files.openPath('/a.json');
    await files.openPath('/b.json');
    rename('edited');
    await vi.advanceTimersByTimeAsync(60);
    expect(host.drafts.size).toBe(1);
    files.close(open.store.getState().front);
    await vi.advanceTimersByTimeAsync(0);
    expect([tabs(), host.drafts.size]).toEqual([['[a]'], 0]);
    expect(files.hasUnkept()).toBe(false);
    files.reopen();
    expect(tabs()).toEqual(['a', '[edited]']);
    expect(files.hasUnkept()).toBe(true);
    await vi.advanceTimersByTimeAsync(60);
    expect([host.drafts.size, files.hasUnkept()]).toEqual([1, false]);
    documents.undo();
    expect(tabs()).toEqual(['a', '[b]']);
  });

  it('closed while a draft is being written leave none', async () => {
    const files = await start();
    await files.openPath('/a.json');
    host.slowDraftsMs = 500;
    rename('edited');
    await vi.advanceTimersByTimeAsync(60);
    files.close(open.store.getState().front);
    await vi.advanceTimersByTimeAsync(1000);
    expect([tabs(), host.drafts.size]).toEqual([['[untitled]'], 0]);
  });

  it('copied are documents of their own, unsaved', async () => {
    const files = await start();
    await files.openPath('/a.json');
    files.duplicate();
    expect(tabs()).toEqual(['a', '[a copy]']);
    const { document, path } = documents.getState();
    expect([document.parent, path, isDirty(documents.getState())]).toEqual(['a', null, true]);
    expect(document.id).not.toBe('a');
  });

  it('copied again are numbered on, as files are', async () => {
    const files = await start();
    await files.openPath('/a.json');
    files.duplicate();
    files.duplicate();
    open.step(1);
    files.duplicate();
    expect(tabs()).toEqual(['a', '[a copy 3]', 'a copy', 'a copy 2']);
    rename('a copy of mine');
    files.duplicate();
    expect(name()).toBe('a copy of mine copy');
  });
});
