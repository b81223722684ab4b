/**
 * What a command states. Any folder may add `NAME.commands.ts` whose default export is a list of them;
 * registry.ts finds those files. Menus, the toolbar, the palette (Ctrl+K), shortcuts and the key overlay
 * are projections of the registry; ids are also what the desktop's menu sends.
 */
import type { IconName } from '../ui/Icon.tsx';

export const COMMAND_GROUPS = [
  'File',
  'Edit',
  'Graph',
  'Training',
  'Runs',
  'View',
  'Help',
] as const;
export type CommandGroup = (typeof COMMAND_GROUPS)[number];

export interface Command {
  /** Stable: `edit.undo`. */
  readonly id: string;
  readonly title: string;
  readonly group: CommandGroup;
  /**
   * The first is shown. Combinations as tinykeys reads them (`$mod+Shift+z`); a sign or digit alone
   * (`/`, `{`) is meant as typed, wherever a keyboard has it.
   */
  readonly keys?: readonly string[];
  /**
   * The browser's own event does it (copy, cut, paste need its clipboard data): shown with its keys, but
   * the key is left alone.
   */
  readonly nativeKeys?: boolean;
  /** Its keys work only while the canvas has the focus, or nothing has. */
  readonly on?: 'canvas';
  /** The view or views it acts in; it rests in others. Absent: Design for Edit and Graph, else any. */
  readonly view?: string | readonly string[];
  /** Works while text is being edited as well (save, the palette). */
  readonly inText?: boolean;
  readonly icon?: IconName;
  /** Other words people look for it by. */
  readonly keywords?: readonly string[];
  /** Kept out of the palette. */
  readonly hidden?: boolean;
  /** Whether it does anything now; absent: always. */
  readonly when?: () => boolean;
  /** The title as things are now: `Undo Move`. */
  readonly titleNow?: () => string;
  readonly run: () => void | Promise<void>;
}

export function defineCommand(command: Command): Command {
  return command;
}
