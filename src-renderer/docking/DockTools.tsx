/** At the right end of a row of tabs: the tools of the panel in front, and what can be done with it. */
import type { IDockviewHeaderActionsProps } from 'dockview-react';
import { useStore } from 'zustand';
import { panels } from '../app/panels.ts';
import { IconButton } from '../ui/Button.tsx';
import { Menu } from '../ui/Menu.tsx';
import { dockStore } from './dock.ts';
import { toggleMaximised } from './moves.ts';
import { panelMenu } from './panelMenu.ts';

export function DockTools({ activePanel, group }: IDockviewHeaderActionsProps) {
  const whole = useStore(dockStore, ({ maximised }) => maximised === group.id);
  const panel = panels.find(({ id }) => id === activePanel?.id);
  if (!panel) return null;
  return (
    <div className="dock-tools">
      <div className="dock-tools-fitting">{panel.tools && <panel.tools />}</div>
      {whole && (
        <IconButton
          small
          icon="shrink"
          label="Restore the panels"
          onClick={() => toggleMaximised(panel.id)}
        />
      )}
      <Menu align="end" entries={() => panelMenu(panel.id)}>
        <IconButton small icon="moreVertical" label={`Panel ${panel.title}`} tip="Panel" />
      </Menu>
    </div>
  );
}
