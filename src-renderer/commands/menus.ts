/** Menus as lists of command ids: one for each thing that can be pressed on the canvas. */
import type { MenuPlace } from '../canvas/canvasStore.ts';
import { own } from '#engine/ir/record.ts';
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

/** What a right click on each thing offers; what is done with it comes before what is done with all. */
const MENUS: Readonly<Record<MenuPlace, readonly string[]>> = {
  node: [
    'graph.inspect',
    'graph.connect',
    'graph.add',
    'graph.bypass',
    '-',
    'edit.cut',
    'edit.copy',
    'edit.duplicate',
    'edit.delete',
    'edit.deleteCut',
    '-',
    'edit.selectUpstream',
    'edit.selectDownstream',
  ],
  wire: ['graph.inspect', 'graph.add', '-', 'edit.deleteCut'],
  canvas: ['graph.addHere', 'edit.paste', 'edit.selectAll', '-', 'graph.layout', 'view.fit'],
};

/** Words that say more on this thing than the command's own. */
const TITLES: Readonly<Record<MenuPlace, Readonly<Record<string, string>>>> = {
  node: { 'graph.add': 'Add a layer behind it' },
  wire: {
    'graph.inspect': 'Show what flows through it',
    'graph.add': 'Add a layer in between',
    'edit.deleteCut': 'Remove the wire',
  },
  canvas: { 'graph.addHere': 'Add a layer here' },
};

export function menuOf(place: MenuPlace): readonly MenuEntry[] {
  return commandMenu(MENUS[place]).map((entry) => {
    const title = entry.kind === 'item' ? own(TITLES[place], entry.id) : undefined;
    return title === undefined ? entry : { ...entry, title };
  });
}
