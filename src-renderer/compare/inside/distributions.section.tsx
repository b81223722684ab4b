/** Activations or weights of one node in two runs, laid over each other at the same step or epoch. */
import { useStore } from 'zustand';
import type { Histogram, TelemetryFrame } from '#engine/protocol/run.ts';
import { chartColors, runColor, type ChartColors } from '#renderer/charts/colors.ts';
import type { Surface } from '#renderer/charts/painter.ts';
import { useCanvas } from '#renderer/charts/useCanvas.ts';
import { formatEnd, formatInteger, formatNumber } from '#renderer/ui/format.ts';
import { Segments } from '#renderer/ui/Segments.tsx';
import { Select } from '#renderer/ui/Select.tsx';
import type { Compared } from '../compared.ts';
import { defineSection } from '../defineSection.ts';
import { RunDot } from '../RunDot.tsx';
import type { AlignedNode } from './align.ts';
import { SIDES, type Side } from './drawFlows.ts';
import { InsideGate } from './InsideGate.tsx';
import { insideStore, type InsideState } from './insideStore.ts';
import { PlaceSlider } from './InsideTools.tsx';
import { overlayOf } from './overlay.ts';
import { useInside, type Inside } from './useInside.ts';
import '#renderer/charts/NodeChart.css';
import '#renderer/dock/tools.css';
import './inside.css';

type Of = InsideState['of'];

interface Figures {
  readonly histogram: Histogram;
  readonly mean: number;
  readonly standardDeviation: number;
}

function figuresOf(frame: TelemetryFrame | null, id: string | null, of: Of): Figures | null {
  if (of === 'activations') {
    const node = frame?.nodes.find((each) => each.node === id);
    return node ? { ...node, histogram: node.activation } : null;
  }
  const parameter = frame?.parameters.find((each) => each.node === id);
  return parameter ? { ...parameter, histogram: parameter.weights } : null;
}

const has = (inside: Inside, node: AlignedNode, of: Of): boolean =>
  SIDES.some((side) => figuresOf(inside[side].frame, node[side], of) !== null);

/** Those that have what is asked for, and the one that is looked at. */
function choiceOf(inside: Inside, { node, of }: Pick<InsideState, 'node' | 'of'>) {
  const nodes = inside.nodes.filter((each) => has(inside, each, of));
  return { nodes, shown: nodes.find(({ key }) => key === node) ?? nodes[0] };
}

function Distributions(compared: Compared) {
  return <InsideGate compared={compared}>{(inside) => <OfNode inside={inside} />}</InsideGate>;
}

function OfNode({ inside }: { readonly inside: Inside }) {
  const state = useStore(insideStore);
  const { shown } = choiceOf(inside, state);
  const found = SIDES.map((side) => ({
    side,
    run: inside[side].run,
    step: inside[side].frame?.step,
    figures: shown ? figuresOf(inside[side].frame, shown[side], state.of) : null,
  }));
  const canvas = useCanvas((surface) => {
    const drawn = found.flatMap(({ side, run, figures }) =>
      figures ? [{ side, slot: run.colorSlot, histogram: figures.histogram }] : [],
    );
    if (drawn.length > 0) drawOverlay(surface, drawn, state.of, chartColors());
  }, []);
  const name = shown ? inside.nameOf(shown) : '';
  return (
    <div className="distributions">
      <ul className="distribution-figures">
        {found.map(({ side, run, step, figures }) => (
          <li key={side}>
            <RunDot run={run} />
            <span className="ellipsis">{run.name}</span>
            <small>{side === 'base' ? 'filled' : 'line'}</small>
            {figures ? (
              <span className="figures">
                mean <b>{formatNumber(figures.mean, 3)}</b> sd{' '}
                <b>{formatNumber(figures.standardDeviation, 3)}</b>
                {step !== undefined && ` step ${formatInteger(step)}`}
              </span>
            ) : (
              <span className="figures">{`has no ${state.of} of it`}</span>
            )}
          </li>
        ))}
      </ul>
      <div className="panel-canvas inside-canvas">
        <canvas
          ref={canvas.ref}
          className="chart-canvas"
          role="img"
          aria-label={`Histograms of the ${state.of} of ${name} in ${found.map(({ run }) => run.name).join(' and ')}`}
        />
      </div>
    </div>
  );
}

interface Drawn {
  readonly side: Side;
  readonly slot: number;
  readonly histogram: Histogram;
}

const BOTTOM = 16;
const BIN_PX = 6;

function drawOverlay(
  { context, width, height }: Surface,
  drawn: readonly Drawn[],
  of: Of,
  colors: ChartColors,
): void {
  const bins = Math.max(8, Math.min(64, Math.floor(width / BIN_PX)));
  const histograms = drawn.map((each) => each.histogram);
  const { min, max, shares } = overlayOf(histograms, bins);
  // Of activations most are zero: roots, so that tails are seen.
  const heights = shares.map((list) => (of === 'weights' ? list : list.map(Math.sqrt)));
  const top = Math.max(1e-12, ...heights.flatMap((list) => [...list]));
  const floor = height - BOTTOM;
  const zero = max > min ? ((0 - min) / (max - min)) * width : -1;
  if (zero > 1 && zero < width - 1) {
    context.strokeStyle = colors.line3;
    context.setLineDash([2, 2]);
    context.beginPath();
    context.moveTo(zero, 0);
    context.lineTo(zero, floor);
    context.stroke();
    context.setLineDash([]);
  }
  drawn.forEach(({ side, slot }, i) => {
    const color = runColor(colors, slot);
    context.beginPath();
    context.moveTo(0, floor);
    heights[i]?.forEach((value, bin) => {
      const y = floor - (value / top) * (floor - 4);
      context.lineTo((bin / bins) * width, y);
      context.lineTo(((bin + 1) / bins) * width, y);
    });
    context.lineTo(width, floor);
    if (side === 'base') {
      context.globalAlpha = 0.4;
      context.fillStyle = color;
      context.fill();
      context.globalAlpha = 1;
    } else {
      context.lineWidth = 1.75;
      context.strokeStyle = color;
      context.stroke();
    }
  });
  context.fillStyle = colors.axis;
  context.fillRect(0, floor, width, 1);
  context.font = `400 10px ${colors.fontUi}`;
  context.fillStyle = colors.text3;
  context.textAlign = 'left';
  context.fillText(formatEnd(min, max - min), 0, height - 3);
  context.textAlign = 'right';
  context.fillText(formatEnd(max, max - min), width, height - 3);
  if (zero > 40 && zero < width - 40) {
    context.textAlign = 'center';
    context.fillText('0', zero, height - 3);
  }
}

function Tools(compared: Compared) {
  const inside = useInside(compared);
  const state = useStore(insideStore);
  if (typeof inside === 'string') return null;
  const { nodes, shown } = choiceOf(inside, state);
  return (
    <>
      {shown && (
        <Select
          small
          label="Node of both runs"
          value={shown.key}
          options={nodes.map((node) => ({ value: node.key, label: inside.nameOf(node) }))}
          onChange={(node) => insideStore.setState({ node })}
        />
      )}
      <Segments
        label="Distribution of"
        value={state.of}
        options={[
          { value: 'weights', label: 'Weights' },
          { value: 'activations', label: 'Activations' },
        ]}
        onChange={(of) => insideStore.setState({ of })}
      />
      <PlaceSlider inside={inside} />
    </>
  );
}

export default defineSection({
  id: 'distributions',
  label: 'Distributions',
  icon: 'activation',
  order: 70,
  columns: 6,
  height: 240,
  Component: Distributions,
  tools: Tools,
});
