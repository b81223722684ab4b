/** A quiet menu in a cell of the columns: its value, an edge on hover, entries that say what follows from them. */
import type { ReactNode } from 'react';
import { Icon } from '#renderer/ui/Icon.tsx';
import { Menu, type MenuEntry } from '#renderer/ui/Menu.tsx';

export function CellMenu(props: {
  readonly label: string;
  readonly entries: () => readonly MenuEntry[];
  readonly tabIndex: 0 | -1;
  readonly cell: string;
  readonly className?: string;
  readonly children: ReactNode;
}) {
  return (
    <Menu entries={props.entries}>
      <button
        type="button"
        className={`data-cell ${props.className ?? ''}`}
        aria-label={props.label}
        data-cell={props.cell}
        tabIndex={props.tabIndex}
      >
        <span className="ellipsis">{props.children}</span>
        <Icon name="chevronDown" size={12} />
      </button>
    </Menu>
  );
}
