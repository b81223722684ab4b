/**
 * What a view states: one whole of what lies between title bar and status bar, such as Design. Any folder may
 * add `ID.view.tsx` whose default export is one; views.ts finds those files. The title bar's switch, the
 * palette and the keys are projections of the registry, and the switch is there from the second view on.
 * While another view than Design is in front, commands that act on the canvas rest (`view` of a command), and
 * what shows a panel of the dock goes to Design first.
 */
import type { ComponentType } from 'react';
import type { DocumentState } from '../state/document.ts';
import type { RunsState } from '../state/runs.ts';
import type { IconName } from '../ui/Icon.tsx';

/** What may decide whether a view is offered. */
export interface ViewFacts {
  readonly runs: RunsState;
  readonly document: DocumentState;
}

export interface ViewDefinition {
  /** Stable, and the name of the file: the command `view.goto.ID` shows it. */
  readonly id: string;
  readonly label: string;
  readonly icon: IconName;
  /** The view of whose place in the switch it is another page; the switch then leads back from it. */
  readonly within?: string;
  /** Place in the switch, ascending; the first is where the app opens. */
  readonly order: number;
  /** As commands write keys. */
  readonly shortcut?: string;
  /** Other words people look for it by. */
  readonly keywords?: readonly string[];
  /** False while there is nothing that it could be used for; absent: always offered. */
  readonly when?: (facts: ViewFacts) => boolean;
  /** Mounted only while it is in front: what it must remember lives in stores. */
  readonly Component: ComponentType;
  /** What the status bar says while it is in front; absent: of the document. */
  readonly Status?: ComponentType;
}

export function defineView(view: ViewDefinition): ViewDefinition {
  return view;
}
