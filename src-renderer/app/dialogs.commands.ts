/** The commands that open dialogs, as the dialogs state them. */
import { defineCommand } from '../commands/defineCommand.ts';
import { openDialog } from './appStore.ts';
import { dialogs } from './dialogs.ts';

export default [...dialogs.values()].flatMap(({ id, command }) =>
  command ? [defineCommand({ ...command, run: () => openDialog(id) })] : [],
);
