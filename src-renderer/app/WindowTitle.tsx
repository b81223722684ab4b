/** The window's title: the project, whether it is saved, and how far what trains is. */
import { useEffect } from 'react';
import { useStore } from 'zustand';
import { own } from '#engine/ir/record.ts';
import { isDirty } from '../state/document.ts';
import { useDocument } from '../state/documentSession.ts';
import { runStore, type RunsState } from '../state/runs.ts';
import { progressShare } from '../training/controls.ts';

/** In whole percent, so that it changes a hundred times and not with every step; null: nothing trains. */
function percent({ activeRunId, runs }: RunsState): number | null {
  const run = activeRunId === null ? undefined : own(runs, activeRunId);
  return run ? Math.floor(progressShare(run.progress) * 100) : null;
}

export function WindowTitle() {
  const name = useDocument((state) => state.document.name);
  const dirty = useDocument(isDirty);
  const share = useStore(runStore, percent);
  useEffect(() => {
    const progress = share === null ? '' : `${share}% `;
    document.title = `${progress}${dirty ? '• ' : ''}${name} - Netloom`;
  }, [name, dirty, share]);
  return null;
}
