/** What each head answers for a fixed set of validation samples; of classes over two inputs, its boundary. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { BoundaryMap, SampleAnswers } from '#engine/protocol/run.ts';
import { definePanel } from '../app/definePanel.ts';
import { chartColors } from '../charts/colors.ts';
import { drawBoundary } from '../charts/drawBoundary.ts';
import { useCanvas } from '../charts/useCanvas.ts';
import { useSnapshot } from '../charts/useLive.ts';
import { PanelStep } from '../timeline/PanelStep.tsx';
import { ClassificationSamples } from './parts/ClassificationSamples.tsx';
import { EmptyPanel } from './parts/EmptyPanel.tsx';
import { GeneratedSamples } from './parts/GeneratedSamples.tsx';
import { GeneratedStrip } from './parts/GeneratedStrip.tsx';
import { HeadChoice, useChosenHead } from './parts/HeadChoice.tsx';
import { LabelSamples } from './parts/LabelSamples.tsx';
import { ReconstructionSamples } from './parts/ReconstructionSamples.tsx';
import { RegressionSamples } from './parts/RegressionSamples.tsx';
import { TokenSamples } from './parts/TokenSamples.tsx';
import { ToolSwitch } from './parts/ToolSwitch.tsx';
import '../charts/NodeChart.css';
import './tools.css';

const samplesStore = createStore(() => ({ worstFirst: true, throughTime: true }));

/** A head by what shows it best: its boundary where it has one, else its samples. */
interface HeadView {
  readonly loss?: string;
  readonly boundary?: BoundaryMap;
  readonly samples?: SampleAnswers;
}

/** Of every head, and the one that was chosen; undefined as long as nothing is known. */
function useViews() {
  const samples = useSnapshot('samples');
  const boundary = useSnapshot('boundary');
  const maps = boundary ? [boundary, ...(boundary.others ?? [])] : [];
  const answers = samples ? [samples, ...(samples.others ?? [])] : [];
  const all: readonly HeadView[] = [
    ...maps.map((each) => ({ ...ofLoss(each), boundary: each })),
    ...answers
      .filter(({ loss }) => !maps.some((map) => map.loss === loss))
      .map((each) => ({ ...ofLoss(each), samples: each })),
  ];
  const shown = useChosenHead(all);
  return shown && { shown, all };
}

const ofLoss = ({ loss }: Pick<HeadView, 'loss'>): Pick<HeadView, 'loss'> =>
  loss === undefined ? {} : { loss };

function Samples() {
  const views = useViews();
  const { worstFirst, throughTime } = useStore(samplesStore);
  const { boundary, samples } = views?.shown ?? {};
  if (boundary) return <Boundary frame={boundary} />;
  if (!samples) return <EmptyPanel what="Answers for a few samples appear" kind="samples" />;
  switch (samples.kind) {
    case 'classification':
      return <ClassificationSamples frame={samples} worstFirst={worstFirst} />;
    case 'labels':
      return <LabelSamples frame={samples} worstFirst={worstFirst} />;
    case 'tokens':
      return <TokenSamples frame={samples} worstFirst={worstFirst} />;
    case 'reconstruction':
      return <ReconstructionSamples frame={samples} worstFirst={worstFirst} />;
    case 'generated':
      return throughTime ? (
        <GeneratedStrip frame={samples} />
      ) : (
        <GeneratedSamples frame={samples} />
      );
    case 'regression':
      return <RegressionSamples frame={samples} />;
  }
}

function Boundary({ frame }: { readonly frame: BoundaryMap }) {
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

function SamplesTools() {
  const views = useViews();
  const { worstFirst, throughTime } = useStore(samplesStore);
  if (!views) return null;
  const { boundary, samples } = views.shown;
  const ordered =
    samples !== undefined && samples.kind !== 'regression' && samples.kind !== 'generated';
  return (
    <>
      <HeadChoice label="Answers of" all={views.all} shown={views.shown} />
      <PanelStep kind={boundary ? 'boundary' : 'samples'} />
      {ordered && (
        <ToolSwitch
          name="Worst first"
          icon="descending"
          isOn={worstFirst}
          onChange={(next) => samplesStore.setState({ worstFirst: next })}
        />
      )}
      {samples?.kind === 'generated' && (
        <ToolSwitch
          name="Over time"
          icon="history"
          about="What became of the same random numbers; else as many samples as fit, of the step shown"
          isOn={throughTime}
          onChange={(next) => samplesStore.setState({ throughTime: next })}
        />
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
