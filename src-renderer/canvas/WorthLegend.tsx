/** Above the canvas while an ablation is shown on the graph: what the figures at the cards say, and the way back. */
import { useEffect } from 'react';
import { useStore } from 'zustand';
import { useDocument } from '../state/documentSession.ts';
import { worthStore } from '../state/worth.ts';
import { showSweep } from '../sweeps/shownSweep.ts';
import { followWorth } from '../sweeps/worthOnGraph.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import './WorthLegend.css';

const EXPLANATION =
  'By how much the network was better with the layer than without it; below zero it was better without. ' +
  'A grey mark is no more than seeds make.';

export function WorthLegend() {
  const documentId = useDocument((state) => state.document.id);
  const shown = useStore(worthStore, (state) => state.shown);
  const isOurs = shown?.documentId === documentId;
  const sweepId = isOurs ? shown?.sweepId : undefined;
  useEffect(() => (sweepId === undefined ? undefined : followWorth(sweepId)), [sweepId]);
  if (!shown || !isOurs) return null;
  return (
    <div className="worth-legend" role="note" aria-label="Worth of each layer">
      <span className="worth-legend-text" title={`${shown.result.text} ${EXPLANATION}`}>
        Worth of each layer by {shown.label.toLowerCase()}
        <span className="visually-hidden">. {EXPLANATION}</span>
      </span>
      <Button small onClick={() => showSweep(shown.sweepId)}>
        Results
      </Button>
      <IconButton
        small
        icon="close"
        iconSize={12}
        label="Take the worths off the cards"
        onClick={() => worthStore.setState({ shown: null })}
      />
    </div>
  );
}
