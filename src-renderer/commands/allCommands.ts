/** Loads every command file of the renderer. Imported by the entry alone. */
import type { Command } from './defineCommand.ts';
import { registerCommands } from './registry.ts';

registerCommands(
  import.meta.glob<{ readonly default: readonly Command[] }>('../**/*.commands.ts', {
    eager: true,
  }),
);
