/** Menus as lists of command ids. */
import type { MenuEntry } from '../ui/Menu.tsx';
import { commands, isEnabled, runCommand } from './registry.ts';

const LINE: MenuEntry = { kind: 'line' };

export function commandEntry(id: string): MenuEntry | null {
  const command = commands().get(id);
  if (!command) return null;
  const keys = command.keys?.[0];
  return {
    kind: 'item',
    id,
    title: command.titleNow?.() ?? command.title,
    disabled: !isEnabled(command),
    run: () => void runCommand(id),
    ...(command.icon === undefined ? {} : { icon: command.icon }),
    ...(keys === undefined ? {} : { keys }),
  };
}

/** `-` is a line. Commands that are not there are left out. */
export function commandMenu(ids: readonly string[]): readonly MenuEntry[] {
  return ids.flatMap((id) => {
    if (id === '-') return [LINE];
    const entry = commandEntry(id);
    return entry ? [entry] : [];
  });
}

/** Right click on the canvas or a card: what can be done with the selection now. */
export function nodeMenu(): readonly MenuEntry[] {
  return commandMenu([
    'graph.add',
    'graph.connect',
    'graph.bypass',
    '-',
    'edit.cut',
    'edit.copy',
    'edit.paste',
    'edit.duplicate',
    'edit.delete',
    'edit.deleteCut',
    '-',
    'edit.selectAll',
    'edit.selectUpstream',
    'edit.selectDownstream',
    '-',
    'graph.layout',
    'view.fit',
  ]);
}
