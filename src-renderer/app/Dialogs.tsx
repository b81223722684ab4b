/** The dialog that is open. */
import { useStore } from 'zustand';
import { CommandPalette } from '../commands/CommandPalette.tsx';
import { KeysDialog } from '../commands/KeysDialog.tsx';
import { appStore } from './appStore.ts';
import { ExamplesDialog } from './ExamplesDialog.tsx';
import { OpenDialog } from './OpenDialog.tsx';
import { RecoveryDialog } from './RecoveryDialog.tsx';
import { SaveAsDialog } from './SaveAsDialog.tsx';

export function Dialogs() {
  const dialog = useStore(appStore, (state) => state.dialog);
  switch (dialog) {
    case 'palette':
      return <CommandPalette />;
    case 'keys':
      return <KeysDialog />;
    case 'examples':
      return <ExamplesDialog />;
    case 'open':
      return <OpenDialog />;
    case 'recovery':
      return <RecoveryDialog />;
    case 'saveAs':
      return <SaveAsDialog />;
    case null:
      return null;
  }
}
