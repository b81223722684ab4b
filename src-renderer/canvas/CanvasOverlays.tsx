/** What stands above the canvas (what the cards show) and floats over it: zoom and the map. */
import { useStore as useFlow } from '@xyflow/react';
import { Toolbar } from 'radix-ui';
import { useStore } from 'zustand';
import { runCommand } from '../commands/registry.ts';
import { useDocument } from '../state/documentSession.ts';
import { viewStore, type Overlay } from '../state/view.ts';
import { CARD } from '#engine/drawing/geometry.ts';
import { GraphMap, MAP } from './GraphMap.tsx';
import { HeatLegend } from './HeatLegend.tsx';
import { ObjectiveSwitch } from './ObjectiveSwitch.tsx';
import { IconButton } from '../ui/Button.tsx';
import { WatchControl } from '../training/WatchControl.tsx';
import type { IconName } from '../ui/Icon.tsx';
import { Segments } from '../ui/Segments.tsx';
import { Tooltip } from '../ui/Tooltip.tsx';
import { WorthLegend } from './WorthLegend.tsx';
import './CanvasOverlays.css';

const OVERLAY_LABELS: readonly { readonly value: Overlay; readonly label: string }[] = [
  { value: 'activations', label: 'Activations' },
  { value: 'gradients', label: 'Gradients' },
  { value: 'off', label: 'Off' },
];

/** Above the canvas, so that no card slides under it. */
export function CanvasHead() {
  const overlay = useStore(viewStore, (view) => view.overlay);
  return (
    <div className="canvas-head">
      <WorthLegend />
      <HeatLegend />
      <ObjectiveSwitch />
      <WatchControl />
      <Segments
        label="Cards show"
        value={overlay}
        options={OVERLAY_LABELS}
        onChange={(next) => viewStore.setState({ overlay: next })}
      />
    </div>
  );
}

export function CanvasOverlays() {
  const minimap = useStore(viewStore, (view) => view.minimap);
  const count = useDocument((state) => state.document.nodes.length);
  return (
    <>
      {/* One stop of Tab; arrows go from button to button. */}
      <Toolbar.Root className="over bottom left boxed" aria-label="View">
        <Tool icon="minus" label="Zoom out" keys="-" run="view.zoomOut" />
        <ZoomReadout />
        <Tool icon="plus" label="Zoom in" keys="+" run="view.zoomIn" />
        <span className="hairline" />
        <Tool icon="fit" label="Show everything" keys="f" run="view.fit" />
        <Tool icon="layout" label="Lay out the graph" keys="l" run="graph.layout" />
        <Tool icon="map" label="Map" keys="m" run="view.minimap" pressed={minimap} />
      </Toolbar.Root>
      {minimap && count > 0 && <MapCorner />}
    </>
  );
}

function Tool(props: {
  readonly icon: IconName;
  readonly label: string;
  readonly keys: string;
  /** Id of a command. */
  readonly run: string;
  readonly pressed?: boolean;
}) {
  const { run, pressed, ...own } = props;
  return (
    <Toolbar.Button asChild onClick={() => void runCommand(run)}>
      <IconButton {...own} small {...(pressed === undefined ? {} : { pressed })} />
    </Toolbar.Button>
  );
}

function ZoomReadout() {
  const percent = useFlow((flow) => Math.round(flow.transform[2] * 100));
  return (
    <Tooltip text="Zoom to 100%" keys="0">
      <Toolbar.Button className="zoom-readout" onClick={() => void runCommand('view.zoomReset')}>
        {percent}%
      </Toolbar.Button>
    </Tooltip>
  );
}

/** The map steps aside where it would hide a card of a graph that is all in sight anyway. */
function MapCorner() {
  const nodes = useDocument((state) => state.document.nodes);
  const inTheWay = useFlow(({ transform: [x, y, zoom], width, height }) => {
    let hides = false;
    for (const { position } of nodes) {
      const left = position.x * zoom + x;
      const top = position.y * zoom + y;
      const right = left + CARD.width * zoom;
      const bottom = top + CARD.height * zoom;
      if (right < 0 || bottom < 0 || left > width || top > height) return false;
      hides ||= right > width - MAP.right - MAP.width && bottom > height - MAP.bottom - MAP.height;
    }
    return hides;
  });
  return inTheWay ? null : <GraphMap />;
}
