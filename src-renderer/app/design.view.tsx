/** Design: the network on its canvas, with the panels around it. */
import { Canvas } from '../canvas/Canvas.tsx';
import { RightPanel } from '../inspector/RightPanel.tsx';
import { LeftPanel } from '../palette/LeftPanel.tsx';
import { RunClock } from '../timeline/RunClock.tsx';
import { TrainingBar } from '../training/TrainingBar.tsx';
import { ConnectionBanner } from './ConnectionBanner.tsx';
import { defineView } from './defineView.ts';
import { Dock } from './Dock.tsx';
import { Frame } from './Frame.tsx';
import { RecoveryBanner } from './RecoveryBanner.tsx';

function Design() {
  return (
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
