/** Entry of the page: styles, stores, services, then React. */
import '@fontsource-variable/inter';
import '@fontsource-variable/jetbrains-mono';
import '../ui/tokens.css';
import '../ui/base.css';
import '../commands/allCommands.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { recallTheme } from '../state/viewSync.ts';
import { resolveTheme } from '../ui/useMediaTheme.ts';
import { viewStore } from '../state/view.ts';
import { App } from './App.tsx';
import { startServices } from './start.ts';

recallTheme();
document.documentElement.dataset.theme = resolveTheme(viewStore.getState().theme);

startServices();

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
