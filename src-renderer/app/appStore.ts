/** Which dialog is open. */
import { createStore } from 'zustand/vanilla';

export interface AppState {
  /** By its id; see defineDialog.ts. */
  readonly dialog: string | null;
  readonly subject: string | null;
}

export const appStore = createStore<AppState>(() => ({ dialog: null, subject: null }));

export function openDialog(dialog: string, subject: string | null = null): void {
  appStore.setState({ dialog, subject });
}

export function closeDialog(): void {
  appStore.setState({ dialog: null, subject: null });
}
