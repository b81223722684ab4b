/** Above the canvas while the cards show their channels through time: what rows, columns and colours are. */
import { useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import { live } from '../state/live.ts';
import { useIsRunOfDocument } from '../state/runOfDocument.ts';
import { timeline } from '../state/timeline.ts';
import { viewStore } from '../state/view.ts';
import { formatInteger } from '../ui/format.ts';
import { useCanvasState } from './useCanvasState.ts';
import './HeatLegend.css';

const EXPLANATION =
  'Rows: channels of an image, or units; above 32 the mean of neighbours. Columns: 24 equal stretches of the ' +
  'run, the last one its newest step. Colour: mean size of the answers, from 0 to the largest of the layer. ' +
  'A row in the colour of 0 does not answer.';

export function HeatLegend() {
  const isFar = useCanvasState((state) => state.detail === 'name');
  const shows = useStore(viewStore, (view) => view.overlay === 'activations');
  const ours = useIsRunOfDocument();
  const has = useSyncExternalStore(
    (changed) => live.subscribeFrames(changed),
    () => live.hasHeat,
  );
  return isFar && shows && ours && has ? <Legend /> : null;
}

function Legend() {
  const step = useStore(timeline.store, (state) => state.step);
  const until = step === 'live' ? 'the run so far' : `the run up to step ${formatInteger(step)}`;
  return (
    <span className="heat-legend" role="note" title={EXPLANATION}>
      <span className="heat-legend-scale" aria-hidden="true">
        0 <span className="heat-legend-ramp" /> max
      </span>
      <span>a row per channel</span>
      <span className="heat-legend-time">, {until}</span>
      <span className="visually-hidden">{EXPLANATION}</span>
    </span>
  );
}
