/** Design: the network on its canvas, with the panels around it. */
import { Canvas } from '../canvas/Canvas.tsx';
import { Docking } from '../docking/Docking.tsx';
import { DocumentTabs } from '../documents/DocumentTabs.tsx';
import { useDocumentSession } from '../state/documentSession.ts';
import { RunClock } from '../timeline/RunClock.tsx';
import { TrainingBar } from '../training/TrainingBar.tsx';
import { ConnectionBanner } from './ConnectionBanner.tsx';
import { defineView } from './defineView.ts';
import { RecoveryBanner } from './RecoveryBanner.tsx';
import './design.view.css';

function Design() {
  // Fields that are being typed in belong to one document.
  const { id } = useDocumentSession();
  return (
    <div className="design">
      <DocumentTabs />
      <Docking
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
