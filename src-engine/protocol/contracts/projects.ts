/** Calls about projects: examples, files, drafts. */
import type { NetworkDocument } from '#engine/ir/document.ts';
import type { Problem } from '#engine/ir/problem.ts';

/** What an example is about: by what it learns from, unless it makes or rebuilds that. */
export type ExampleGroup = 'points' | 'images' | 'generate' | 'sequences' | 'tables';

export interface ExampleInfo {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly group: ExampleGroup;
  readonly document: NetworkDocument;
}

export interface RecentProject {
  readonly path: string;
  readonly name: string;
  readonly openedAt: string;
  /** Of the document that the file held then. */
  readonly id?: string | undefined;
}

/** Where and as which document a project was saved: a second file of one document is a child of it. */
export interface SavedProject {
  readonly path: string;
  readonly savedAt: string;
  readonly id: string;
  readonly parent?: string;
}

export interface OpenedProject {
  /** Absent for content that did not come from a file of this machine. */
  readonly path?: string;
  readonly document: NetworkDocument;
  readonly problems: readonly Problem[];
}

export interface DraftInfo {
  readonly id: string;
  readonly path?: string;
  readonly savedAt: string;
  readonly document: NetworkDocument;
}

export interface ProjectCalls {
  'projects.examples'(input: null): readonly ExampleInfo[];
  'projects.recent'(input: null): readonly RecentProject[];
  'projects.open'(input: { readonly path: string }): OpenedProject;
  /** Restores a document from text the page read itself (file input, paste, drop). */
  'projects.parse'(input: { readonly text: string; readonly name: string }): OpenedProject;
  /** Of a picture that carries a project, handed over as an upload. */
  'projects.parsePicture'(input: { readonly file: string; readonly name: string }): OpenedProject;
  /** Null when the user cancels. Only with nativeDialogs. */
  'projects.openDialog'(input: null): OpenedProject | null;
  'projects.save'(input: {
    readonly path: string;
    readonly document: NetworkDocument;
  }): SavedProject;
  /** With nativeDialogs asks; otherwise saves into the user's project folder under the name. */
  'projects.saveAs'(input: {
    readonly suggestedName: string;
    readonly document: NetworkDocument;
  }): SavedProject | null;
  /** Files of the server's project folder, for the page's own open dialog. */
  'projects.list'(input: null): readonly RecentProject[];
  'projects.saveDraft'(input: {
    readonly id: string;
    readonly path?: string;
    readonly document: NetworkDocument;
  }): { readonly savedAt: string };
  'projects.drafts'(input: null): readonly DraftInfo[];
  'projects.discardDraft'(input: { readonly id: string }): null;
}
