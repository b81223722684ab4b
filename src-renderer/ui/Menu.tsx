/** Menus under a button or at the pointer; entries are plain data, so commands become entries by a map. */
import { ContextMenu as RadixContext, DropdownMenu as RadixDropdown } from 'radix-ui';
import type { ReactElement, ReactNode } from 'react';
import { floatRoot } from './floatRoot.ts';
import { Icon, type IconName } from './Icon.tsx';
import { Keys } from './Keys.tsx';
import './Menu.css';

export type MenuEntry =
  | {
      readonly kind: 'item';
      readonly id: string;
      readonly title: string;
      readonly icon?: IconName;
      readonly keys?: string;
      readonly aside?: string;
      readonly disabled?: boolean;
      /** On or off; `one` of several where another choice takes its place. */
      readonly checked?: boolean;
      readonly one?: boolean;
      readonly run: () => void;
    }
  | {
      readonly kind: 'menu';
      readonly title: string;
      readonly icon?: IconName;
      readonly entries: readonly MenuEntry[];
    }
  | { readonly kind: 'label'; readonly title: string }
  | { readonly kind: 'line' };

type Parts = Pick<
  typeof RadixDropdown,
  'Item' | 'CheckboxItem' | 'Label' | 'Separator' | 'Sub' | 'SubTrigger' | 'SubContent' | 'Portal'
>;

function entries(parts: Parts, list: readonly MenuEntry[]): ReactNode {
  // Titles line up whether or not an entry has an icon of its own.
  const icons = list.some(
    (entry) =>
      (entry.kind === 'item' && (entry.icon !== undefined || entry.checked !== undefined)) ||
      (entry.kind === 'menu' && entry.icon !== undefined),
  );
  return list.map((entry, index) => {
    if (entry.kind === 'line') return <parts.Separator key={index} className="menu-line" />;
    if (entry.kind === 'label') {
      return (
        <parts.Label key={index} className="menu-label">
          {entry.title}
        </parts.Label>
      );
    }
    if (entry.kind === 'menu') {
      return (
        <parts.Sub key={index}>
          <parts.SubTrigger className="menu-item">
            {entry.icon === undefined ? (
              icons && <span className="menu-check" />
            ) : (
              <Icon name={entry.icon} size={14} />
            )}
            <span>{entry.title}</span>
            <span className="aside">
              <Icon name="chevronRight" size={12} />
            </span>
          </parts.SubTrigger>
          <parts.Portal container={floatRoot()}>
            <parts.SubContent className="menu" sideOffset={4} collisionPadding={8}>
              {entries(parts, entry.entries)}
            </parts.SubContent>
          </parts.Portal>
        </parts.Sub>
      );
    }
    const { id, checked, one = false, aside, keys } = entry;
    const icon = checked === true ? 'check' : entry.icon;
    const own = {
      className: 'menu-item',
      disabled: entry.disabled === true,
      onSelect: entry.run,
      children: (
        <>
          {icon === undefined ? (
            icons && <span className="menu-check" />
          ) : (
            <Icon name={icon} size={14} />
          )}
          <span>{entry.title}</span>
          {aside !== undefined && <span className="aside">{aside}</span>}
          {keys !== undefined && <Keys keys={keys} />}
        </>
      ),
    };
    if (checked === undefined) return <parts.Item key={id} {...own} />;
    const role = one ? 'menuitemradio' : 'menuitemcheckbox';
    return <parts.CheckboxItem key={id} {...own} role={role} checked={checked} />;
  });
}

export function Menu(props: {
  /** A function is asked when the menu shows: what may be done then. */
  readonly entries: readonly MenuEntry[] | (() => readonly MenuEntry[]);
  /** The button; must accept a ref. */
  readonly children: ReactElement;
  readonly align?: 'start' | 'end';
}) {
  return (
    <RadixDropdown.Root modal={false}>
      <RadixDropdown.Trigger asChild>{props.children}</RadixDropdown.Trigger>
      <RadixDropdown.Portal container={floatRoot()}>
        <RadixDropdown.Content
          className="menu"
          align={props.align ?? 'start'}
          sideOffset={4}
          collisionPadding={8}
          onCloseAutoFocus={leaveFocus}
        >
          <Entries parts={RadixDropdown} list={props.entries} />
        </RadixDropdown.Content>
      </RadixDropdown.Portal>
    </RadixDropdown.Root>
  );
}

export function ContextMenu(props: {
  readonly entries: () => readonly MenuEntry[];
  readonly children: ReactElement;
}) {
  return (
    <RadixContext.Root modal={false}>
      <RadixContext.Trigger asChild>{props.children}</RadixContext.Trigger>
      <RadixContext.Portal container={floatRoot()}>
        <RadixContext.Content className="menu" collisionPadding={8} onCloseAutoFocus={leaveFocus}>
          <Entries parts={RadixContext} list={props.entries} />
        </RadixContext.Content>
      </RadixContext.Portal>
    </RadixContext.Root>
  );
}

/**
 * A menu gives the focus back a moment after it is gone. Where another one is open by then, taking the focus from it
 * would close it.
 */
function leaveFocus(event: Event): void {
  if (document.querySelector('[role="menu"][data-state="open"]')) event.preventDefault();
}

/** Rendered only while open, so that entries are computed when the menu shows. */
function Entries(props: {
  readonly parts: Parts;
  readonly list: readonly MenuEntry[] | (() => readonly MenuEntry[]);
}) {
  const { parts, list } = props;
  return entries(parts, typeof list === 'function' ? list() : list);
}
