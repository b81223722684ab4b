/** Opening where the host has no file dialog: a file of this machine, or one of the project folder. */
import { useEffect, useRef, useState } from 'react';
import type { DraftInfo, RecentProject } from '#engine/protocol/appContract.ts';
import { bridge } from '../bridge/index.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { formatCount } from '../ui/format.ts';
import { Icon } from '../ui/Icon.tsx';
import { closeDialog } from './appStore.ts';
import { defineDialog } from './defineDialog.ts';
import { ProjectList, useRecent } from './ProjectList.tsx';
import { files } from './services.ts';
import { takeFiles } from './takeFiles.ts';
import './ProjectList.css';

function OpenDialog() {
  const input = useRef<HTMLInputElement>(null);
  const [listed, setListed] = useState<readonly RecentProject[]>([]);
  const recent = useRecent();
  useEffect(() => {
    bridge.call('projects.list', null).then(setListed, () => undefined);
  }, []);
  const known = new Set(listed.map(({ path }) => path));
  const others = recent.filter(({ path }) => !known.has(path));
  return (
    <Dialog open onClose={closeDialog} title="Open a project">
      <input
        ref={input}
        type="file"
        accept=".json,application/json,.svg,.png"
        className="visually-hidden"
        tabIndex={-1}
        aria-label="Project file"
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          closeDialog();
          if (file) void takeFiles([file]);
        }}
      />
      <Button icon="folder" onClick={() => input.current?.click()}>
        Choose a file
      </Button>
      <Drafts />
      <h3 className="dialog-section">Project folder</h3>
      {listed.length === 0 ? (
        <p className="t3">Nothing saved there yet.</p>
      ) : (
        <ProjectList projects={listed} />
      )}
      {others.length > 0 && (
        <>
          <h3 className="dialog-section">Recent</h3>
          <ProjectList projects={others} />
        </>
      )}
    </Dialog>
  );
}

/** Work that was left without saving. */
function Drafts() {
  const [drafts, setDrafts] = useState<readonly DraftInfo[]>([]);
  useEffect(() => {
    files.drafts().then(setDrafts, () => undefined);
  }, []);
  if (drafts.length === 0) return null;
  return (
    <>
      <h3 className="dialog-section">Unsaved work</h3>
      <ul className="project-list">
        {drafts.map((draft) => (
          <li key={draft.id}>
            <button
              type="button"
              onClick={() => {
                closeDialog();
                files.recover(draft);
              }}
            >
              <Icon name="clock" size={14} />
              <b title={draft.document.name}>{draft.document.name}</b>
              <span className="t3">{formatCount(draft.document.nodes.length, 'node')}</span>
              <small>
                {new Date(draft.savedAt).toLocaleString([], {
                  dateStyle: 'medium',
                  timeStyle: 'short',
                })}
              </small>
            </button>
            <IconButton
              icon="trash"
              small
              label={`Discard ${draft.document.name}`}
              onClick={() => {
                setDrafts((list) => list.filter(({ id }) => id !== draft.id));
                void files.discard(draft);
              }}
            />
          </li>
        ))}
      </ul>
    </>
  );
}

export default defineDialog({ id: 'open', Component: OpenDialog });
