/** Which dialog is open. */
import { createStore } from 'zustand/vanilla';

export type DialogName = 'palette' | 'keys' | 'examples' | 'open' | 'recovery' | 'saveAs';

export interface AppState {
  readonly dialog: DialogName | null;
}

export const appStore = createStore<AppState>(() => ({ dialog: null }));

export function closeDialog(): void {
  appStore.setState({ dialog: null });
}
