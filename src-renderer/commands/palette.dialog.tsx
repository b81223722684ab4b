/** Ctrl+K: every command by name, every layer to add, every node to go to, and what has a name (NAME.entries.ts). */
import { Command as Cmdk } from 'cmdk';
import Fuse from 'fuse.js';
import { Dialog } from 'radix-ui';
import { useMemo, useState } from 'react';
import { layers } from '#engine/layers/index.ts';
import { closeDialog } from '../app/appStore.ts';
import { defineDialog } from '../app/defineDialog.ts';
import { addLayer } from '../palette/addLayer.ts';
import { reveal } from '../canvas/gestures.ts';
import { documentStore } from '../state/document.ts';
import { titleOf } from '../state/selectors.ts';
import { Icon, type IconName } from '../ui/Icon.tsx';
import { layerIcon } from '#engine/drawing/layerIcons.ts';
import { layerColor } from '../ui/layerLook.tsx';
import { Keys } from '../ui/Keys.tsx';
import type { NamedEntries } from './defineEntries.ts';
import { commands, isEnabled, runCommand } from './registry.ts';
import './palette.dialog.css';
import '../canvas/PopoverFrame.css';
import '../ui/Dialog.css';

interface Entry {
  readonly id: string;
  readonly group: string;
  readonly title: string;
  readonly words: readonly string[];
  readonly icon?: IconName;
  readonly color?: string;
  readonly keys?: string;
  readonly aside?: string;
  readonly disabled: boolean;
  readonly run: () => void;
}

const named = Object.values(
  import.meta.glob<NamedEntries>('../**/*.entries.ts', { eager: true, import: 'default' }),
);

function entries(): readonly Entry[] {
  const { document, analysis } = documentStore.getState();
  const fromCommands = [...commands().values()]
    .filter((command) => command.hidden !== true)
    .map((command): Entry => {
      const keys = command.keys?.[0];
      return {
        id: command.id,
        group: command.group,
        title: command.titleNow?.() ?? command.title,
        words: command.keywords ?? [],
        disabled: !isEnabled(command),
        run: () => void runCommand(command.id),
        ...(command.icon === undefined ? {} : { icon: command.icon }),
        ...(keys === undefined ? {} : { keys }),
      };
    });
  const fromNodes = document.nodes.map((node): Entry => {
    const definition = analysis.nodes.get(node.id)?.definition;
    return {
      id: `go:${node.id}`,
      group: 'Go to',
      title: titleOf(node),
      words: [node.type, node.id],
      icon: layerIcon(definition),
      color: layerColor(definition),
      aside: node.type,
      disabled: false,
      run: () => reveal(documentStore, node.id),
    };
  });
  const fromLayers = [...layers.values()].map((definition): Entry => ({
    id: `add:${definition.type}`,
    group: 'Add',
    title: `Add ${definition.type}`,
    words: [definition.label, ...(definition.keywords ?? [])],
    icon: layerIcon(definition),
    color: layerColor(definition),
    disabled: false,
    run: () => addLayer(definition.type),
  }));
  const fromNames = named.flatMap((list) =>
    list().map(({ keywords, ...entry }): Entry => ({
      ...entry,
      words: keywords ?? [],
      disabled: false,
    })),
  );
  return [...fromCommands, ...fromNames, ...fromNodes, ...fromLayers];
}

const MOST_SHOWN = 40;

function CommandPalette() {
  const [query, setQuery] = useState('');
  const all = useMemo(entries, []);
  const exact = query.trim().length <= 3;
  const search = useMemo(
    () =>
      new Fuse(all, {
        keys: [
          { name: 'title', weight: 3 },
          { name: 'words', weight: 1 },
        ],
        // Three letters that are nearly right are no hint at all.
        threshold: exact ? 0.1 : 0.3,
        ignoreLocation: true,
      }),
    [all, exact],
  );
  const shown =
    query.trim() === ''
      ? all.filter(({ group }) => group !== 'Add')
      : search.search(query, { limit: MOST_SHOWN }).map(({ item }) => item);
  // By group while browsing; by rank while searching.
  const groups = query.trim() === '' ? [...new Set(shown.map(({ group }) => group))] : [''];
  return (
    <Dialog.Root open onOpenChange={(open) => (open ? undefined : closeDialog())}>
      <Dialog.Portal>
        <Dialog.Overlay className="scrim" />
        <Dialog.Content className="command-palette" aria-describedby={undefined}>
          <Dialog.Title className="visually-hidden">Search or run a command</Dialog.Title>
          <Cmdk loop shouldFilter={false} label="Search or run a command">
            <div className="popover-search">
              <Icon name="search" size={14} />
              <Cmdk.Input
                autoFocus
                value={query}
                onValueChange={setQuery}
                placeholder="Search or run a command"
              />
              <kbd>Esc</kbd>
            </div>
            <Cmdk.List>
              <Cmdk.Empty className="popover-empty">Nothing by that name.</Cmdk.Empty>
              {groups.map((group) => (
                <Cmdk.Group key={group} heading={group === '' ? undefined : group}>
                  {shown
                    .filter((entry) => group === '' || entry.group === group)
                    .map((entry) => (
                      <Cmdk.Item
                        key={entry.id}
                        value={entry.id}
                        disabled={entry.disabled}
                        className="popover-item"
                        onSelect={() => {
                          closeDialog();
                          // After the dialog has given focus back.
                          setTimeout(entry.run, 0);
                        }}
                      >
                        <span style={{ color: entry.color ?? 'var(--t-3)', width: 14 }}>
                          {entry.icon !== undefined && <Icon name={entry.icon} size={14} />}
                        </span>
                        <span>{entry.title}</span>
                        {entry.aside !== undefined && <span className="t3">{entry.aside}</span>}
                        {entry.keys !== undefined ? (
                          <Keys keys={entry.keys} />
                        ) : (
                          group === '' && <span className="aside">{entry.group}</span>
                        )}
                      </Cmdk.Item>
                    ))}
                </Cmdk.Group>
              ))}
            </Cmdk.List>
          </Cmdk>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

export default defineDialog({
  id: 'palette',
  command: {
    id: 'help.palette',
    title: 'Search or run a command',
    group: 'Help',
    keys: ['$mod+k'],
    inText: true,
    icon: 'search',
    hidden: true,
  },
  Component: CommandPalette,
});
