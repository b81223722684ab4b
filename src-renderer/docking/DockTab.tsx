/** What stands on a tab: the panel's title and its badge; a right click offers what can be done with it. */
import type { IDockviewPanelHeaderProps } from 'dockview-react';
import { useEffect, useRef } from 'react';
import { panels } from '../app/panels.ts';
import { ContextMenu } from '../ui/Menu.tsx';
import { panelMenu } from './panelMenu.ts';

export function DockTab({ api }: IDockviewPanelHeaderProps) {
  const panel = panels.find(({ id }) => id === api.id);
  const text = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    // Dockview names the tab by the title alone; its text says the badge's count as well.
    const unname = (): void => text.current?.closest('[role="tab"]')?.removeAttribute('aria-label');
    unname();
    // In another group it gets another tab, which it is put into afterwards.
    const moves = api.onDidGroupChange(() => requestAnimationFrame(unname));
    return () => moves.dispose();
  }, [api]);
  if (!panel) return null;
  return (
    <ContextMenu entries={() => panelMenu(panel.id)}>
      <span ref={text} className="dock-tab">
        <span className="ellipsis">{panel.title}</span>
        {panel.badge && <panel.badge />}
      </span>
    </ContextMenu>
  );
}
