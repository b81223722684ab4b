/** The open documents as tabs, from the second one on: to go to, close, reorder, and list where they overflow. */
import { useEffect, useRef, useState, type DragEvent, type RefObject } from 'react';
import { useStore } from 'zustand';
import { openDocuments } from '../app/services.ts';
import { commandMenu } from '../commands/menus.ts';
import { commands, runCommand } from '../commands/registry.ts';
import { isDirty, type DocumentSession } from '../state/document.ts';
import { IconButton } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import { ContextMenu, Menu, type MenuEntry } from '../ui/Menu.tsx';
import { askToClose } from './closing.ts';
import { useTrainingDocuments } from './useTrainingDocuments.ts';
import './documents.css';

const DRAG_TYPE = 'application/x-netloom-document';
const MENU = ['project.close', 'project.closeOthers', '-', 'project.duplicate', 'project.reopen'];

export function DocumentTabs() {
  const { sessions, front } = useStore(openDocuments.store);
  const training = useTrainingDocuments();
  const list = useRef<HTMLUListElement>(null);
  const dragged = useRef<DocumentSession | null>(null);
  const overflows = useOverflow(list, sessions.length);
  useEffect(() => {
    list.current
      ?.querySelector('[data-front="true"]')
      ?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [front, sessions]);
  if (sessions.length < 2) return null;
  return (
    <nav className="document-tabs" aria-label="Open projects">
      <ul
        ref={list}
        onWheel={(event) => {
          if (event.deltaX === 0) event.currentTarget.scrollLeft += event.deltaY;
        }}
      >
        {sessions.map((session, index) => (
          <DocumentTab
            key={session.id}
            session={session}
            isFront={session === front}
            training={training}
            onDragStart={() => (dragged.current = session)}
            onDragOver={(event) => {
              if (!event.dataTransfer.types.includes(DRAG_TYPE)) return;
              event.preventDefault();
              if (
                dragged.current &&
                dragged.current !== session &&
                isPast(event, dragged.current)
              ) {
                openDocuments.move(dragged.current, index);
              }
            }}
          />
        ))}
      </ul>
      {overflows && (
        <Menu align="end" entries={allEntries}>
          <IconButton small icon="chevronDown" label="All open projects" />
        </Menu>
      )}
      <IconButton
        small
        icon="plus"
        label="New project"
        keys={commands().get('project.new')?.keys?.[0] ?? ''}
        onClick={() => void runCommand('project.new')}
      />
    </nav>
  );
}

/** Past the middle of the tab it is over, so that two of different width do not change places for ever. */
function isPast(event: DragEvent<HTMLElement>, dragged: DocumentSession): boolean {
  const { left, width } = event.currentTarget.getBoundingClientRect();
  const { sessions } = openDocuments.store.getState();
  const over = sessions.findIndex(({ id }) => id === event.currentTarget.dataset['session']);
  const isRightwards = over > sessions.indexOf(dragged);
  return isRightwards ? event.clientX > left + width / 2 : event.clientX < left + width / 2;
}

function DocumentTab(props: {
  readonly session: DocumentSession;
  readonly isFront: boolean;
  /** Ids of documents. */
  readonly training: readonly string[];
  readonly onDragStart: () => void;
  readonly onDragOver: (event: DragEvent<HTMLElement>) => void;
}) {
  const { session, isFront } = props;
  const name = useStore(session.documents, (state) => state.document.name);
  const path = useStore(session.documents, (state) => state.path);
  const dirty = useStore(session.documents, isDirty);
  const trains = useStore(
    session.documents,
    ({ document }) => document.id !== undefined && props.training.includes(document.id),
  );
  const close = (): void => askToClose(session);
  return (
    <ContextMenu
      entries={() => {
        openDocuments.open(session);
        return commandMenu(MENU);
      }}
    >
      <li
        className="document-tab"
        data-session={session.id}
        data-front={isFront}
        data-dirty={dirty}
        draggable
        onDragStart={(event) => {
          event.dataTransfer.setData(DRAG_TYPE, session.id);
          event.dataTransfer.effectAllowed = 'move';
          props.onDragStart();
        }}
        onDragOver={props.onDragOver}
        onDrop={(event) => {
          if (event.dataTransfer.types.includes(DRAG_TYPE)) event.preventDefault();
        }}
        // Pressed on a tab the middle button would scroll.
        onMouseDown={(event) => {
          if (event.button === 1) event.preventDefault();
        }}
        onAuxClick={(event) => {
          if (event.button === 1) close();
        }}
      >
        <button
          type="button"
          className="document-name"
          aria-current={isFront ? 'page' : undefined}
          title={path ?? 'Not saved to a file'}
          onClick={() => openDocuments.open(session)}
          onKeyDown={(event) => {
            if (event.key === 'Delete') close();
          }}
        >
          <Icon name={trains ? 'play' : 'layout'} size={12} className={trains ? 'trains' : ''} />
          <span className="ellipsis">{name}</span>
          {trains && <span className="visually-hidden">, trains</span>}
          {dirty && <span className="visually-hidden">, unsaved changes</span>}
        </button>
        <button
          type="button"
          className="document-close"
          aria-label={`Close ${name}`}
          onClick={close}
        >
          <span className="document-dirty" />
          <Icon name="close" size={12} />
        </button>
      </li>
    </ContextMenu>
  );
}

function allEntries(): readonly MenuEntry[] {
  const { sessions, front } = openDocuments.store.getState();
  return sessions.map((session) => {
    const { document } = session.documents.getState();
    return {
      kind: 'item',
      id: session.id,
      title: document.name,
      checked: session === front,
      one: true,
      ...(isDirty(session.documents.getState()) ? { aside: 'unsaved' } : {}),
      run: () => openDocuments.open(session),
    };
  });
}

/** Whether there are more tabs than room. */
function useOverflow(list: RefObject<HTMLUListElement | null>, count: number): boolean {
  const [overflows, set] = useState(false);
  useEffect(() => {
    const element = list.current;
    if (!element) return;
    const look = (): void => set(element.scrollWidth > element.clientWidth + 1);
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, [list, count]);
  return overflows;
}
