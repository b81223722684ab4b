/** Answers to calls about projects. */
import { inputError } from '#engine/ir/index.ts';
import type { Handlers, ProjectCalls } from '#engine/protocol/index.ts';
import type { ProjectsService } from '../projects.ts';
import type { Uploads } from '../uploads.ts';

/** Native dialogs, where the host has them; null answers mean the user cancelled. */
export interface Dialogs {
  openProject(): Promise<string | null>;
  saveProject(suggestedName: string): Promise<string | null>;
}

export interface ProjectServices {
  readonly projects: ProjectsService;
  readonly uploads: Uploads;
}

export function projectHandlers(
  { projects, uploads }: ProjectServices,
  dialogs: Dialogs | undefined,
): Handlers<ProjectCalls> {
  return {
    'projects.examples': () => projects.examples(),
    'projects.recent': () => projects.recent(),
    'projects.open': ({ path }) => projects.open(path),
    'projects.parse': ({ text, name }) => projects.parse(text, name),
    async 'projects.parsePicture'({ file, name }) {
      try {
        return await projects.openPicture(await uploads.path(file), name);
      } finally {
        await uploads.drop(file);
      }
    },
    async 'projects.openDialog'() {
      if (!dialogs) throw inputError('host.no-dialogs', 'This host has no file dialogs.');
      const path = await dialogs.openProject();
      return path === null ? null : projects.open(path);
    },
    'projects.save': ({ path, document }) => projects.saveAgain(path, document),
    async 'projects.saveAs'({ suggestedName, document }) {
      if (!dialogs) return projects.saveNew(suggestedName, document);
      const path = await dialogs.saveProject(suggestedName);
      return path === null ? null : projects.save(path, document);
    },
    'projects.list': () => projects.list(),
    'projects.saveDraft': ({ id, path, document }) => projects.saveDraft(id, document, path),
    'projects.drafts': () => projects.drafts(),
    'projects.discardDraft': async ({ id }) => (await projects.discardDraft(id), null),
  };
}
