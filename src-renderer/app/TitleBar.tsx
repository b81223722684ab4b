/** Project, undo, search, theme. */
import { useStore } from 'zustand';
import { commandMenu } from '../commands/menus.ts';
import { commands, runCommand } from '../commands/registry.ts';
import { isDirty } from '../state/document.ts';
import { useDocument } from '../state/documentSession.ts';
import { DESIGN, frontViewStore } from '../state/frontView.ts';
import { IconButton } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Keys } from '../ui/Keys.tsx';
import { Menu, type MenuEntry } from '../ui/Menu.tsx';
import { exporters, exportCommandIds } from '../export/exporters.ts';
import { files, openDocuments } from './services.ts';
import { ViewSwitch } from './ViewSwitch.tsx';
import './TitleBar.css';

const MENU = [
  'project.new',
  'project.open',
  'project.import',
  'project.examples',
  '-',
  'project.save',
  'project.saveAs',
  'project.duplicate',
  'project.close',
  'project.reopen',
  '-',
] as const;

function clock(iso: string): string {
  return new Date(iso).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
}

function SavedState() {
  const dirty = useDocument(isDirty);
  const path = useDocument((state) => state.path);
  const savedAt = useDocument((state) => state.savedAt);
  const draftSavedAt = useStore(files.store, (state) => state.draftSavedAt);
  const draftError = useStore(files.store, (state) => state.draftError);
  if (draftError !== null && dirty) {
    return <span className="title-saved danger">Not saved: {draftError}</span>;
  }
  const text = dirty
    ? draftSavedAt === null
      ? 'Edited'
      : 'Saved in drafts'
    : savedAt !== null
      ? `Saved ${clock(savedAt)}`
      : path !== null
        ? 'Saved'
        : '';
  return <span className="title-saved">{text}</span>;
}

export function TitleBar({ theme }: { readonly theme: 'light' | 'dark' }) {
  const name = useDocument((state) => state.document.name);
  const tabs = useStore(openDocuments.store, ({ sessions }) => sessions.length > 1);
  const undo = useDocument((state) => state.past.at(-1)?.label);
  const redo = useDocument((state) => state.future.at(-1)?.label);
  const keys = (id: string): string => commands().get(id)?.keys?.[0] ?? '';
  return (
    <header className="title">
      <div>
        <h1>
          <Mark />
        </h1>
        <Menu entries={projectMenu}>
          <button type="button" className="title-project" aria-label={`Project ${name}`}>
            {/* With tabs it stands there. */}
            <span className="ellipsis">{tabs ? 'Project' : name}</span>
            <Icon name="chevronDown" size={12} />
          </button>
        </Menu>
        <SavedState />
        <span className="hairline" />
        <IconButton
          icon="undo"
          small
          iconSize={16}
          label={undo === undefined ? 'Undo' : `Undo ${undo}`}
          keys={keys('edit.undo')}
          disabled={undo === undefined}
          onClick={() => void runCommand('edit.undo')}
        />
        <IconButton
          icon="redo"
          small
          iconSize={16}
          label={redo === undefined ? 'Redo' : `Redo ${redo}`}
          keys={keys('edit.redo')}
          disabled={redo === undefined}
          onClick={() => void runCommand('edit.redo')}
        />
      </div>
      <ViewSwitch />
      <div className="end">
        <button
          type="button"
          className="title-search"
          onClick={() => void runCommand('help.palette')}
        >
          <Icon name="search" size={14} />
          <span className="grow ellipsis">Search or run a command</span>
          <Keys keys={keys('help.palette')} />
        </button>
        <span className="hairline" />
        <PanelButtons />
        <IconButton
          icon={theme === 'dark' ? 'sun' : 'moon'}
          small
          iconSize={16}
          label={theme === 'dark' ? 'Light theme' : 'Dark theme'}
          onClick={() => void runCommand('view.theme')}
        />
      </div>
    </header>
  );
}

function PanelButtons() {
  const shown = useStore(frontViewStore, (state) => state.shown);
  if (shown !== null && shown !== DESIGN) return null;
  return (
    <>
      <IconButton
        icon="panelLeft"
        small
        iconSize={16}
        label="Layers and outline"
        keys="$mod+b"
        onClick={() => void runCommand('view.left')}
      />
      <IconButton
        icon="panelBottom"
        small
        iconSize={16}
        label="Dock"
        keys="$mod+j"
        onClick={() => void runCommand('view.dock')}
      />
      <IconButton
        icon="panelRight"
        small
        iconSize={16}
        label="Inspector"
        keys="$mod+i"
        onClick={() => void runCommand('view.right')}
      />
      <span className="hairline" />
    </>
  );
}

function projectMenu(): readonly MenuEntry[] {
  return [
    ...commandMenu(MENU),
    {
      kind: 'menu',
      title: 'Export',
      icon: 'export',
      entries: commandMenu([...exportCommandIds(exporters), '-', 'project.export']).map((entry) =>
        entry.kind === 'item' && entry.id === 'project.export'
          ? { ...entry, title: 'Choose what and how' }
          : entry,
      ),
    },
    ...commandMenu(['-', 'app.settings']),
  ];
}

function Mark() {
  return (
    <svg
      className="title-mark"
      viewBox="0 0 18 18"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      role="img"
      aria-label="Netloom"
    >
      <path d="M2 5h4M10 5h6M2 9h9M15 9h1M2 13h1M7 13h9" />
      <path d="M8 2v9M8 15v1M13 2v1M13 7v9M5 7v9M5 2v1" />
    </svg>
  );
}
