/** The dialog that is open. */
import { useStore } from 'zustand';
import { appStore } from './appStore.ts';
import { dialogs } from './dialogs.ts';

export function Dialogs() {
  const { dialog, subject } = useStore(appStore);
  const open = dialog === null ? undefined : dialogs.get(dialog);
  return open ? <open.Component key={subject} subject={subject} /> : null;
}
