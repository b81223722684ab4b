/** Design: the network on its canvas, with the panels around it. */
import { Canvas } from '../canvas/Canvas.tsx';
import { DocumentTabs } from '../documents/DocumentTabs.tsx';
import { RightPanel } from '../inspector/RightPanel.tsx';
import { LeftPanel } from '../palette/LeftPanel.tsx';
import { useDocumentSession } from '../state/documentSession.ts';
import { RunClock } from '../timeline/RunClock.tsx';
import { TrainingBar } from '../training/TrainingBar.tsx';
import { ConnectionBanner } from './ConnectionBanner.tsx';
import { defineView } from './defineView.ts';
import { Dock } from './Dock.tsx';
import { Frame } from './Frame.tsx';
import { RecoveryBanner } from './RecoveryBanner.tsx';

function Design() {
  // Fields that are being typed in belong to one document.
  const { id } = useDocumentSession();
  return (
    <div className="design">
      <DocumentTabs />
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
            <TrainingBar key={id} />
            <RunClock />
          </>
        }
        dock={<Dock />}
        right={<RightPanel key={id} />}
      />
    </div>
  );
}

export default defineView({
  id: 'design',
  label: 'Design',
  icon: 'layout',
  order: 10,
  keywords: ['canvas', 'graph', 'edit'],
  Component: Design,
});
