/** The window: title bar, panels around the canvas, dock, status bar; dialogs and messages above. */
import { useEffect } from 'react';
import { ErrorBoundary } from 'react-error-boundary';
import { Toaster } from 'sonner';
import { useStore } from 'zustand';
import { Canvas } from '../canvas/Canvas.tsx';
import { useClipboard } from '../commands/useClipboard.ts';
import { useShortcuts } from '../commands/useShortcuts.ts';
import { RightPanel } from '../inspector/RightPanel.tsx';
import { LeftPanel } from '../palette/LeftPanel.tsx';
import { isDirty } from '../state/document.ts';
import { useDocument } from '../state/documentSession.ts';
import { viewStore } from '../state/view.ts';
import { RunClock } from '../timeline/RunClock.tsx';
import { TrainingBar } from '../training/TrainingBar.tsx';
import { TooltipProvider } from '../ui/Tooltip.tsx';
import { useMediaTheme } from '../ui/useMediaTheme.ts';
import { ConnectionBanner } from './ConnectionBanner.tsx';
import { Dialogs } from './Dialogs.tsx';
import { Dock } from './Dock.tsx';
import { Failure } from './Failure.tsx';
import { Frame } from './Frame.tsx';
import { NotLetIn, useNotLetIn } from './NotLetIn.tsx';
import { RecoveryBanner } from './RecoveryBanner.tsx';
import { StatusBar } from './StatusBar.tsx';
import { TitleBar } from './TitleBar.tsx';
import { useFileDrop } from './useFileDrop.ts';

export function App() {
  const theme = useMediaTheme(useStore(viewStore, (view) => view.theme));
  useShortcuts();
  useClipboard();
  useFileDrop();
  useWindowTitle();
  if (useNotLetIn()) return <NotLetIn />;
  return (
    <TooltipProvider>
      <div className="window">
        <TitleBar theme={theme} />
        <ErrorBoundary FallbackComponent={Failure}>
          <Frame
            left={<LeftPanel />}
            canvas={
              <>
                <ConnectionBanner />
                <RecoveryBanner />
                <Canvas />
              </>
            }
            training={
              <>
                <TrainingBar />
                <RunClock />
              </>
            }
            dock={<Dock />}
            right={<RightPanel />}
          />
        </ErrorBoundary>
        <StatusBar />
      </div>
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

function useWindowTitle(): void {
  const name = useDocument((state) => state.document.name);
  const dirty = useDocument(isDirty);
  useEffect(() => {
    document.title = `${dirty ? '• ' : ''}${name} - Netloom`;
  }, [name, dirty]);
}
