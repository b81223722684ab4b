/**
 * Distribution of a node's activations or weights, at the shown step or over the run; pressing in the run
 * takes the clock there, and with it every panel and the canvas.
 */
import { useSyncExternalStore, type PointerEvent } from 'react';
import { useStore } from 'zustand';
import type { Histogram, TelemetryFrame } from '#engine/protocol/run.ts';
import { definePanel } from '../app/definePanel.ts';
import { chartColors, layerChartColor } from '../charts/colors.ts';
import { drawHistogram } from '../charts/drawHistogram.ts';
import { drawHistory, historyLayout, type StepHistogram } from '../charts/histogramHistory.ts';
import { useFrame, useHasFrames, useLive, useOnFrame } from '../charts/useLive.ts';
import { useCanvas } from '../charts/useCanvas.ts';
import { useDocument } from '../state/documentSession.ts';
import { histogramsStore, type HistogramsState } from '../state/histograms.ts';
import type { LiveView } from '../state/live.ts';
import { PanelStep } from '../timeline/PanelStep.tsx';
import { formatNumber } from '../ui/format.ts';
import { IconButton } from '../ui/Button.tsx';
import { Segments } from '../ui/Segments.tsx';
import { Select } from '../ui/Select.tsx';
import { EmptyPanel } from './parts/EmptyPanel.tsx';
import '../charts/NodeChart.css';
import './tools.css';
import './histograms.css';

function Histograms() {
  const present = useHasFrames();
  return present ? <Panel /> : <EmptyPanel what="Distributions appear" kind="telemetry" />;
}

/** Node ids of the frames, as one string: it changes with the network, not with a step. */
function useNodeIds(): readonly string[] {
  const live = useLive();
  const key = useSyncExternalStore(
    useOnFrame(),
    () => live.frame?.nodes.map((node) => node.node).join('\n') ?? '',
  );
  return key === '' ? [] : key.split('\n');
}

/** The chosen node, else the selected one, else the first with weights. */
function useShownNode(): string | null {
  const live = useLive();
  const ids = useNodeIds();
  const chosen = useStore(histogramsStore, (state) => state.node);
  const selected = useDocument(({ selection }) => [...selection.nodes][0] ?? null);
  const known = [chosen, selected].find((id) => id !== null && ids.includes(id));
  return known ?? live.frame?.parameters[0]?.node ?? ids[0] ?? null;
}

function histogramOf(
  frame: TelemetryFrame,
  id: string,
  of: HistogramsState['of'],
): Histogram | undefined {
  return of === 'activations'
    ? frame.nodes.find((node) => node.node === id)?.activation
    : frame.parameters.find((parameter) => parameter.node === id)?.weights;
}

function historyOf(live: LiveView, id: string, of: HistogramsState['of']): StepHistogram[] {
  const list: StepHistogram[] = [];
  for (const frame of live.history) {
    const histogram = histogramOf(frame, id, of);
    if (histogram) list.push({ step: frame.step, histogram });
  }
  return list;
}

function Panel() {
  const id = useShownNode();
  const of = useStore(histogramsStore, (state) => state.of);
  const view = useStore(histogramsStore, (state) => state.view);
  if (id === null) return null;
  return (
    <div className="histograms">
      {view === 'latest' ? <Latest id={id} of={of} /> : <History id={id} of={of} />}
    </div>
  );
}

/** The mean and the deviation stand above the bars. */
const STATS_PX = 18;

function Latest({ id, of }: { readonly id: string; readonly of: HistogramsState['of'] }) {
  const definition = useDefinition(id);
  const live = useLive();
  const canvas = useCanvas(
    ({ context, width, height }) => {
      const colors = chartColors();
      const frame = live.frame;
      const histogram = frame && histogramOf(frame, id, of);
      if (!histogram) return;
      const node = frame.nodes.find((each) => each.node === id);
      const box = { x: 0, y: STATS_PX, width, height: height - STATS_PX };
      drawHistogram(context, box, histogram, colors, {
        color: layerChartColor(colors, definition, colors.accent),
        heights: of === 'weights' ? 'linear' : 'root',
        zeroShare: of === 'activations' ? (node?.zeroShare ?? 0) : 0,
        gap: 1,
        ends: true,
        zeroMark: true,
        fontSize: 10,
      });
    },
    [useOnFrame()],
  );
  return (
    <div className="panel-canvas">
      <canvas
        ref={canvas.ref}
        className="chart-canvas"
        role="img"
        aria-label={`Histogram of the ${of} of ${id}`}
      />
      <Stats id={id} of={of} />
    </div>
  );
}

function useDefinition(id: string) {
  return useDocument(({ analysis }) => analysis.nodes.get(id)?.definition);
}

function Stats({ id, of }: { readonly id: string; readonly of: HistogramsState['of'] }) {
  const frame = useFrame();
  const stats =
    of === 'activations'
      ? frame?.nodes.find((node) => node.node === id)
      : frame?.parameters.find((parameter) => parameter.node === id);
  if (!stats) return <p className="overlay-note">{`${id} has no ${of}.`}</p>;
  return (
    <p className="overlay-note right">
      mean <b>{formatNumber(stats.mean, 3)}</b>&ensp;sd{' '}
      <b>{formatNumber(stats.standardDeviation, 3)}</b>
    </p>
  );
}

function History({ id, of }: { readonly id: string; readonly of: HistogramsState['of'] }) {
  const live = useLive();
  const canvas = useCanvas(
    (surface) => {
      const step = live.pinned ? (live.frame?.step ?? null) : null;
      drawHistory(surface, historyOf(live, id, of), step, chartColors());
    },
    [useOnFrame()],
  );
  /** Pressing in the picture looks back to that step. */
  const look = (event: PointerEvent<HTMLElement>): void => {
    if (event.buttons !== 1) return;
    const bounds = event.currentTarget.getBoundingClientRect();
    const { left, width } = historyLayout(bounds);
    const list = historyOf(live, id, of);
    const column = Math.floor(((event.clientX - bounds.left - left) / width) * list.length);
    const step = list[Math.min(list.length - 1, Math.max(0, column))]?.step;
    if (step !== undefined) live.lookAt(step);
  };
  return (
    <div className="panel-canvas" onPointerDown={look} onPointerMove={look}>
      <canvas
        ref={canvas.ref}
        className="chart-canvas"
        role="img"
        aria-label={`Distribution of the ${of} of ${id} over the run`}
      />
    </div>
  );
}

function When() {
  const view = useStore(histogramsStore, (state) => state.view);
  return (
    <>
      <span className="wide-only">
        <Segments
          label="When"
          value={view}
          options={[
            { value: 'latest', label: 'Now' },
            { value: 'history', label: 'Over time' },
          ]}
          onChange={(next) => histogramsStore.setState({ view: next })}
        />
      </span>
      <IconButton
        small
        className="narrow-only"
        icon="history"
        label="Over time"
        pressed={view === 'history'}
        onClick={() =>
          histogramsStore.setState({ view: view === 'history' ? 'latest' : 'history' })
        }
      />
    </>
  );
}

function HistogramTools() {
  const ids = useNodeIds();
  const shown = useShownNode();
  const of = useStore(histogramsStore, (state) => state.of);
  if (shown === null) return null;
  return (
    <>
      <PanelStep kind="telemetry" />
      <span className="histogram-tools">
        <When />
        <Select
          small
          label="Node"
          value={shown}
          options={ids.map((id) => ({ value: id, label: id }))}
          onChange={(node) => histogramsStore.setState({ node })}
        />
        <Select
          small
          label="Of what"
          value={of}
          options={[
            { value: 'activations', label: 'Activations' },
            { value: 'weights', label: 'Weights' },
          ]}
          onChange={(next) => histogramsStore.setState({ of: next })}
        />
      </span>
    </>
  );
}

export default definePanel({
  id: 'histograms',
  title: 'Histograms',
  place: 'bottomLeft',
  order: 20,
  Component: Histograms,
  tools: HistogramTools,
});
