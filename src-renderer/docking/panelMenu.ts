/** What can be done with a panel, as a menu: under the button in its row of tabs, and on its tab. */
import type { MenuEntry } from '../ui/Menu.tsx';
import { definitionOf, dockStore, groupWith, sideOf } from './dock.ts';
import {
  closePanel,
  moveToSide,
  showPanel,
  splitOff,
  toggleFloating,
  toggleMaximised,
} from './moves.ts';

const LINE: MenuEntry = { kind: 'line' };
const SIDES = [
  ['left', 'Move to the left side'],
  ['right', 'Move to the right side'],
  ['bottom', 'Move to the dock'],
] as const;

function item(id: string, title: string, run: () => void, disabled = false): MenuEntry {
  return { kind: 'item', id, title, run, disabled };
}

export function panelMenu(id: string): readonly MenuEntry[] {
  const group = groupWith(id);
  if (!group) return [];
  const { away, maximised } = dockStore.getState();
  const side = sideOf(id);
  const alone = group.panels.length < 2;
  const floating = side === 'floating';
  const closed = Object.entries(away).flatMap(([other, { closed }]) =>
    closed ? (definitionOf(other) ?? []) : [],
  );
  return [
    // In a narrow group a tab may show little of its name.
    ...group.panels.flatMap((panel): readonly MenuEntry[] => {
      const definition = definitionOf(panel.id);
      if (!definition || alone) return [];
      const checked = group.activePanel?.id === panel.id;
      const run = (): void => showPanel(panel.id);
      return [
        { kind: 'item', id: `show.${panel.id}`, title: definition.title, checked, one: true, run },
      ];
    }),
    ...(alone ? [] : [LINE]),
    item(
      'maximise',
      maximised === group.id ? 'Restore the panels' : 'Maximise',
      () => toggleMaximised(id),
      floating,
    ),
    item('splitRight', 'Split to the right', () => splitOff(id, 'right'), alone || floating),
    item('splitBelow', 'Split below', () => splitOff(id, 'bottom'), alone || floating),
    ...SIDES.map(([to, title]) => item(to, title, () => moveToSide(id, to), side === to)),
    item('float', floating ? 'Dock' : 'Float', () => toggleFloating(id)),
    LINE,
    item('close', 'Close', () => closePanel(id)),
    ...(closed.length > 0 ? [LINE, { kind: 'label', title: 'Bring back' } as const] : []),
    ...closed.map((panel) => item(`back.${panel.id}`, panel.title, () => showPanel(panel.id))),
  ];
}
