/** A host that keeps projects and drafts in memory: the calls that documents as files make. */
import { emptyDocument, type NetworkDocument } from '#engine/ir/document.ts';
import type { DraftInfo } from '#engine/protocol/appContract.ts';

export class Host {
  readonly files = new Map<string, NetworkDocument>();
  readonly drafts = new Map<string, DraftInfo>();
  nativeDialogs = false;
  failing = new Set<string>();
  /** How long a draft takes to be written. */
  slowDraftsMs = 0;
  otherPages = 0;
  readonly calls: string[] = [];

  call = (async (method: string, input: never) => {
    this.calls.push(method);
    if (this.failing.has(method)) throw new Error(`${method} failed`);
    const answer = this.#answers[method];
    if (!answer) throw new Error(`unexpected call ${method}`);
    return answer(input);
  }) as never;

  readonly #answers: Record<string, (input: never) => unknown> = {
    'app.info': () => ({
      nativeDialogs: this.nativeDialogs,
      otherPages: this.otherPages,
      ...{ cores: 2, activeRunIds: [] },
    }),
    'projects.examples': () => [
      {
        name: 'digits-mlp',
        title: 'MLP',
        summary: '',
        group: 'images',
        document: emptyDocument('mlp'),
      },
      { name: 'xor', title: 'XOR', summary: '', group: 'points', document: emptyDocument('xor') },
    ],
    'projects.drafts': () => [...this.drafts.values()],
    'projects.saveDraft': async (draft: DraftInfo) => {
      if (this.slowDraftsMs > 0) {
        // oxlint-disable-next-line netloom/fixed-wait -- It plays a slow disk.
        await new Promise((resolve) => setTimeout(resolve, this.slowDraftsMs));
      }
      this.drafts.set(draft.id, { ...draft, savedAt: 'now' });
      return { savedAt: 'now' };
    },
    'projects.discardDraft': ({ id }: { id: string }) => {
      this.drafts.delete(id);
      return null;
    },
    'projects.open': ({ path }: { path: string }) => {
      const document = this.files.get(path);
      if (!document) throw new Error(`no file ${path}`);
      return { path, document, problems: [] };
    },
    'projects.save': ({ path, document }: { path: string; document: NetworkDocument }) => {
      return this.#save(path, document);
    },
    'projects.saveAs': (input: { suggestedName: string; document: NetworkDocument }) => {
      return this.#save(`/projects/${input.suggestedName}.json`, input.document);
    },
  };

  /** As main does it: a second file of one document is a child of it. */
  #save(path: string, document: NetworkDocument) {
    const { id = `place ${path}` } = document;
    const isCopy = [...this.files].some(([other, file]) => other !== path && file.id === id);
    const identity = isCopy ? { id: `copy ${path}`, parent: id } : { id };
    this.files.set(path, { ...document, ...identity });
    return { path, savedAt: 'then', ...identity };
  }
}
