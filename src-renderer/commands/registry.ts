/** All commands of the window, found by file name; and the one way to run them. */
import { toast } from 'sonner';
import { errorMessage } from '#engine/ir/errors.ts';
import { DESIGN, isInFront } from '../state/frontView.ts';
import { COMMAND_GROUPS, type Command } from './defineCommand.ts';

function collect(
  modules: Readonly<Record<string, { readonly default: readonly Command[] }>>,
): ReadonlyMap<string, Command> {
  const found = new Map<string, Command>();
  for (const [path, { default: commands }] of Object.entries(modules)) {
    for (const command of commands) {
      if (found.has(command.id)) throw new Error(`${path} defines ${command.id} a second time`);
      found.set(command.id, command);
    }
  }
  const rank = ({ group }: Command): number => COMMAND_GROUPS.indexOf(group);
  return new Map([...found].sort(([, a], [, b]) => rank(a) - rank(b)));
}

const modules: Record<string, { readonly default: readonly Command[] }> = {};
let known: ReadonlyMap<string, Command> | null = null;

/** Filled at first use: commands and the parts they command import each other. */
export function commands(): ReadonlyMap<string, Command> {
  known ??= collect(modules);
  return known;
}

/** Called once by the entry, with every `*.commands.ts` of the renderer. */
export function registerCommands(found: typeof modules): void {
  Object.assign(modules, found);
  known = null;
}

/** The views that it acts in; undefined: in any. */
export function viewsOf({ view, group }: Command): readonly string[] | undefined {
  if (view !== undefined) return typeof view === 'string' ? [view] : view;
  return group === 'Edit' || group === 'Graph' ? [DESIGN] : undefined;
}

export function isEnabled(command: Command): boolean {
  const views = viewsOf(command);
  return (views === undefined || views.some(isInFront)) && (command.when?.() ?? true);
}

/** Runs it if it may run now; a failure is told, not thrown. True when it ran. */
export async function runCommand(id: string): Promise<boolean> {
  const command = commands().get(id);
  if (!command || !isEnabled(command)) return false;
  try {
    await command.run();
  } catch (error) {
    toast.error(errorMessage(error));
  }
  return true;
}
