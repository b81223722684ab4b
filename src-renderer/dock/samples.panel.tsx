/** What the network answers for a fixed set of validation samples; for two inputs, its boundary. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { BoundaryFrame, SampleFrame } from '#engine/protocol/run.ts';
import { definePanel } from '../app/definePanel.ts';
import { chartColors } from '../charts/colors.ts';
import { drawBoundary } from '../charts/drawBoundary.ts';
import { drawRegression } from '../charts/drawRegression.ts';
import { useCanvas } from '../charts/useCanvas.ts';
import { useSnapshot } from '../charts/useLive.ts';
import { PanelStep } from '../timeline/PanelStep.tsx';
import { ClassificationSamples } from './parts/ClassificationSamples.tsx';
import { EmptyPanel } from './parts/EmptyPanel.tsx';
import { GeneratedSamples } from './parts/GeneratedSamples.tsx';
import { ReconstructionSamples } from './parts/ReconstructionSamples.tsx';
import '../charts/NodeChart.css';
import './tools.css';

const samplesStore = createStore<{ readonly worstFirst: boolean }>(() => ({ worstFirst: true }));

function Samples() {
  const samples = useSnapshot('samples');
  const boundary = useSnapshot('boundary');
  const worstFirst = useStore(samplesStore, (state) => state.worstFirst);
  if (boundary) return <Boundary frame={boundary} />;
  if (!samples) return <EmptyPanel what="Answers for a few validation samples appear" />;
  switch (samples.kind) {
    case 'classification':
      return <ClassificationSamples frame={samples} worstFirst={worstFirst} />;
    case 'reconstruction':
      return <ReconstructionSamples frame={samples} worstFirst={worstFirst} />;
    case 'generated':
      return <GeneratedSamples frame={samples} />;
    case 'regression':
      return <Regression frame={samples} />;
  }
}

function Boundary({ frame }: { readonly frame: BoundaryFrame }) {
  const canvas = useCanvas((surface) => drawBoundary(surface, frame, chartColors()), []);
  return (
    <div className="panel-canvas">
      <canvas
        ref={canvas.ref}
        className="chart-canvas"
        role="img"
        aria-label={`Decision boundary between ${frame.classes} classes at step ${frame.step}`}
      />
    </div>
  );
}

function Regression(props: { readonly frame: Extract<SampleFrame, { kind: 'regression' }> }) {
  const { frame } = props;
  const canvas = useCanvas((surface) => drawRegression(surface, frame, chartColors()), []);
  const what = frame.inputCount === 1 ? 'Prediction over the input' : 'Prediction against target';
  return (
    <div className="panel-canvas">
      <canvas
        ref={canvas.ref}
        className="chart-canvas"
        role="img"
        aria-label={`${what} at step ${frame.step}`}
      />
    </div>
  );
}

function SamplesTools() {
  const samples = useSnapshot('samples');
  const boundary = useSnapshot('boundary');
  const worstFirst = useStore(samplesStore, (state) => state.worstFirst);
  const shown = boundary ?? samples;
  if (!shown) return null;
  const ordered =
    boundary === null &&
    samples !== null &&
    samples.kind !== 'regression' &&
    samples.kind !== 'generated';
  return (
    <>
      <PanelStep kind={boundary ? 'boundary' : 'samples'} />
      {ordered && (
        <button
          type="button"
          className="tool-button"
          aria-pressed={worstFirst}
          onClick={() => samplesStore.setState({ worstFirst: !worstFirst })}
        >
          Worst first
        </button>
      )}
    </>
  );
}

export default definePanel({
  id: 'samples',
  title: 'Samples',
  place: 'bottomRight',
  order: 10,
  Component: Samples,
  tools: SamplesTools,
});
