/** Of several objectives: the part of the network that each trains, outlined behind its cards with its name. */
import { ViewportPortal } from '@xyflow/react';
import { memo, useMemo } from 'react';
import type { Analysis } from '#engine/check/analysis.ts';
import type { ObjectivePart } from '#engine/check/objectiveParts.ts';
import { optimizers } from '#engine/optimizers/index.ts';
import { useDocument } from '../state/documentSession.ts';
import { ObjectiveBadge } from '../training/ObjectiveBadge.tsx';
import { objectiveFlows } from '../training/objectiveFlow.ts';
import { objectiveMarks, trainedNodes } from '../training/objectives.ts';
import { formatCompact, formatCount } from '../ui/format.ts';
import { useCanvasState } from './useCanvasState.ts';
import './ObjectiveRegions.css';
import { loopPath, outlineOf, type Outline } from './regions.ts';

const CORNER = 10;

/** With one objective the whole network is its region: that needs no line. */
export function ObjectiveRegions() {
  const several = useDocument((state) => state.analysis.objectives.length > 1);
  return several && <Regions />;
}

function Regions() {
  const nodes = useDocument((state) => state.document.nodes);
  const wires = useDocument((state) => state.document.wires);
  const analysis = useDocument((state) => state.analysis);
  const outlines = useMemo(
    () =>
      objectiveFlows({ nodes, wires }, analysis).map(({ region }) => {
        const isMine = ({ id }: { readonly id: string }): boolean => region.has(id);
        const places = (mine: boolean) =>
          nodes.filter((node) => isMine(node) === mine).map(({ position }) => position);
        return outlineOf(places(true), places(false));
      }),
    [nodes, wires, analysis],
  );
  return (
    <ViewportPortal>
      <div className="regions">
        {outlines.map(
          (outline, index) =>
            outline && <Region key={index} index={index} outline={outline} analysis={analysis} />,
        )}
      </div>
    </ViewportPortal>
  );
}

interface RegionProps {
  readonly index: number;
  readonly outline: Outline;
  readonly analysis: Analysis;
}

const Region = memo(function Region({ index, outline, analysis }: RegionProps) {
  const focus = useCanvasState((state) => state.objective);
  const part = analysis.objectives[index];
  const mark = objectiveMarks(analysis)[index];
  if (!part || !mark) return null;
  const state = focus === null ? '' : focus === index ? 'focused' : 'unfocused';
  const { x, y } = outline.head;
  return (
    <div className={`region ${state}`} style={{ '--objective': mark.color }}>
      <svg width="1" height="1" aria-hidden>
        <path d={loopPath(outline.loops, CORNER)} fillRule="evenodd" />
      </svg>
      <p className="region-head" style={{ transform: `translate(${x}px, ${y}px)` }}>
        <span className="region-title">
          <ObjectiveBadge mark={mark} /> <b>{mark.name}</b> {regionText(part, analysis)}
        </span>
      </p>
    </div>
  );
});

/** `loss_fool trains 5 nodes, 243,344 params, Adam`. */
function regionText(part: ObjectivePart, analysis: Analysis): string {
  const trained = trainedNodes(part);
  const parameters = trained.reduce(
    (sum, id) => sum + (analysis.nodes.get(id)?.parameterCount ?? 0),
    0,
  );
  const { optimizer, every } = part.objective;
  const losses = part.losses.join(' + ');
  const what = `${formatCount(trained.length, 'node')}, ${formatCompact(parameters)} params`;
  const often = every === 1 ? '' : `, every ${every} updates`;
  const by = optimizers.get(optimizer.type)?.label ?? optimizer.type;
  return `${losses} trains ${what}, ${by}${often}`;
}
