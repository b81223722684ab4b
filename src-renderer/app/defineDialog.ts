/**
 * What a dialog states. Any folder may add `ID.dialog.tsx` whose default export is one; dialogs.ts finds those
 * files. `openDialog(ID)` opens it; with a `command` it is in the palette, the keys and wherever menus name
 * that command.
 */
import type { ComponentType } from 'react';
import type { Command } from '../commands/defineCommand.ts';

export interface DialogProps {
  /** What it was opened for, where there are several: the id of a tab. */
  readonly subject: string | null;
}

export interface DialogDefinition {
  /** Stable, and the name of the file. */
  readonly id: string;
  /** Opens it; absent where something else decides about that. */
  readonly command?: Omit<Command, 'run'>;
  /** Mounted only while it is open; closes itself by `closeDialog`. */
  readonly Component: ComponentType<DialogProps>;
}

export function defineDialog(dialog: DialogDefinition): DialogDefinition {
  return dialog;
}
