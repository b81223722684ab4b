/**
 * The card of a node, whatever its layer: one component, drawn from the analysis of its node. Its picture
 * is drawn with those of all others (CardPictures.tsx). How much of it shows is a matter of style: it does not
 * know the zoom.
 */
import type { NodeProps } from '@xyflow/react';
import { memo, type ReactNode } from 'react';
import type { NodeAnalysis } from '#engine/check/analysis.ts';
import type { Problem } from '#engine/ir/problem.ts';
import { useDocument } from '../state/documentSession.ts';
import { differenceText } from '../state/runDifferences.ts';
import { useNodeDifferences } from '../state/useRunDifferences.ts';
import { documentNode, problemsOf, titleOf } from '../state/selectors.ts';
import { cardHumps } from '../ui/humps.tsx';
import { Icon } from '../ui/Icon.tsx';
import { cardTitle, isTight, summarySize } from '#engine/drawing/cardTitle.ts';
import { layerIcon } from '#engine/drawing/layerIcons.ts';
import { layerColor } from '../ui/layerLook.tsx';
import { useCanvasState } from './useCanvasState.ts';
import { NodeFigures } from './NodeFigures.tsx';
import { NodePorts } from './NodePorts.tsx';
import { NodeTrainingMark } from './NodeTrainingMark.tsx';
import { NodeWorthMark } from './NodeWorthMark.tsx';
import './LayerNode.css';

/** More ports than these have names beside the summary and the figures. */
const FEW_PORTS = 3;

export const LayerNode = memo(function LayerNode({ id, selected }: NodeProps) {
  const node = useDocument((state) => state.analysis.nodes.get(id));
  const title = useDocument((state) => {
    const found = documentNode(state.document, id);
    return found ? titleOf(found) : id;
  });
  const bypassed = useDocument((state) => documentNode(state.document, id)?.bypassed === true);
  const problem = useDocument((state) => problemsOf(state.analysis, id)[0]);
  const current = useCanvasState((state) => state.current === id);
  const pointed = useCanvasState((state) => state.pointedNode === id);

  const broken = problem?.severity === 'error';
  const classes = [
    'card',
    selected ? 'selected' : '',
    broken ? 'broken' : '',
    bypassed ? 'bypassed' : '',
    current ? 'current' : '',
    pointed ? 'pointed' : '',
    (node?.ports.out.length ?? 0) > FEW_PORTS ? 'many-out' : '',
  ]
    .filter(Boolean)
    .join(' ');
  return (
    <div className={classes} style={{ '--category': layerColor(node?.definition) }} data-node={id}>
      <Title type={node?.type} name={title}>
        <Icon name={layerIcon(node?.definition)} size={14} />
      </Title>
      <EditedBadge id={id} />
      {node && <Content node={node} problem={problem} bypassed={bypassed} />}
      <NodeTrainingMark id={id} />
      <NodeWorthMark id={id} />
      {node && <NodePorts node={node} />}
    </div>
  );
});

function Title(props: {
  readonly type: string | undefined;
  readonly name: string;
  readonly children: ReactNode;
}) {
  const { type = '', name } = props;
  const isNamed = name !== type;
  const { lines, sizePx, nameLine } = cardTitle(type, isNamed ? name : '');
  const classes = [lines.length > 1 ? 'long' : '', isTight(type) ? 'tight' : ''];
  return (
    <header data-name-line={nameLine ?? undefined} style={{ '--title-size': `${sizePx}px` }}>
      {props.children}
      <b className={classes.join(' ').trim() || undefined}>{type !== '' && cardHumps(type)}</b>
      {isNamed && <span title={name}>{name}</span>}
    </header>
  );
}

/** The run that trains has this node otherwise. */
function EditedBadge({ id }: { readonly id: string }) {
  const differences = useNodeDifferences(id);
  if (differences.length === 0) return null;
  const text = differences.map(differenceText).join('; ');
  return (
    <span className="card-edited" role="img" aria-label={`Edited since the run started: ${text}`}>
      <span title={`Edited since the run started: ${text}`}>
        <Icon name="edited" size={12} />
      </span>
    </span>
  );
}

function Content(props: {
  readonly node: NodeAnalysis;
  readonly problem: Problem | undefined;
  readonly bypassed: boolean;
}) {
  const { node, problem } = props;
  const broken = problem?.severity === 'error';
  const summary = node.definition ? node.summary : 'unknown layer';
  return (
    <>
      <p
        className="card-summary"
        title={node.definition ? summary : undefined}
        style={{ fontSize: summarySize(summary) }}
      >
        {summary}
      </p>
      {broken && (
        <div className="card-picture">
          <p className="card-error">{problem.message}</p>
        </div>
      )}
      <NodeFigures node={node} problem={problem} bypassed={props.bypassed} />
    </>
  );
}
