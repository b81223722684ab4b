/** The window: title bar, the view in front, status bar; dialogs and messages above. */
import { useEffect } from 'react';
import { ErrorBoundary } from 'react-error-boundary';
import { Toaster } from 'sonner';
import { useStore } from 'zustand';
import { useClipboard } from '../commands/useClipboard.ts';
import { useShortcuts } from '../commands/useShortcuts.ts';
import { DocumentContext } from '../state/documentSession.ts';
import { frontViewStore } from '../state/frontView.ts';
import { viewStore } from '../state/view.ts';
import { TooltipProvider } from '../ui/Tooltip.tsx';
import { useMediaTheme } from '../ui/useMediaTheme.ts';
import { Dialogs } from './Dialogs.tsx';
import { Failure } from './Failure.tsx';
import { NotLetIn, useNotLetIn } from './NotLetIn.tsx';
import { openDocuments } from './services.ts';
import { StatusBar } from './StatusBar.tsx';
import { TitleBar } from './TitleBar.tsx';
import { useFileDrop } from './useFileDrop.ts';
import { useViews } from './useViews.ts';
import { WindowTitle } from './WindowTitle.tsx';
import './App.css';

/** All of it is about the document in front, but for what says otherwise. */
export function App() {
  const front = useStore(openDocuments.store, (state) => state.front);
  return (
    <DocumentContext value={front}>
      <Window />
    </DocumentContext>
  );
}

function Window() {
  const theme = useMediaTheme(useStore(viewStore, (view) => view.theme));
  useShortcuts();
  useClipboard();
  useFileDrop();
  const { front } = useViews();
  useEffect(() => frontViewStore.setState({ shown: front?.id ?? null }), [front]);
  if (useNotLetIn()) return <NotLetIn />;
  return (
    <TooltipProvider>
      <div className="window">
        <TitleBar theme={theme} />
        <ErrorBoundary FallbackComponent={Failure} resetKeys={[front?.id]}>
          {front && <front.Component />}
        </ErrorBoundary>
        <StatusBar Status={front?.Status} />
      </div>
      <WindowTitle />
      <Dialogs />
      <Toaster
        theme={theme}
        position="bottom-right"
        offset={{ bottom: 36, right: 12 }}
        toastOptions={{ className: 'toast' }}
      />
    </TooltipProvider>
  );
}
