/** What is selected: one node, several, a wire, or nothing. */
import { formatSpacedShape } from '../ui/format.ts';
import { disconnect } from '../canvas/gestures.ts';
import { typeAt } from '#engine/drawing/wires.ts';
import { runCommand } from '../commands/registry.ts';
import { useDocument, useDocuments } from '../state/documentSession.ts';
import { wireOf } from '../state/selectors.ts';
import { Button } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import { ManyNodes } from './ManyNodes.tsx';
import { NetworkSummary } from './NetworkSummary.tsx';
import { NodeInspector } from './NodeInspector.tsx';
import './NodeInspector.css';

export function Inspector() {
  const selection = useDocument((state) => state.selection);
  const analysis = useDocument((state) => state.analysis);
  const ids = [...selection.nodes];
  const [id] = ids;
  if (ids.length > 1) return <ManyNodes ids={ids} />;
  const node = id === undefined ? undefined : analysis.nodes.get(id);
  if (node) return <NodeInspector key={node.id} node={node} />;
  const [wire] = selection.wires;
  if (wire !== undefined) return <WireInspector wire={wire} />;
  return analysis.order.length > 0 ? <NetworkSummary analysis={analysis} /> : <NothingSelected />;
}

function WireInspector({ wire: key }: { readonly wire: string }) {
  const documents = useDocuments();
  const wire = useDocument((state) => wireOf(state.document, key));
  const analysis = useDocument((state) => state.analysis);
  if (!wire) return null;
  const type = typeAt(analysis, wire.from);
  return (
    <>
      <header className="inspector-head">
        <span className="inspector-icon" style={{ '--category': 'var(--t-2)' }}>
          <Icon name="wire" />
        </span>
        <div className="grow">
          <b>Wire</b>
          <small>
            {wire.from.node} to {wire.to.node}
          </small>
        </div>
      </header>
      <div className="section-body">
        <dl className="facts">
          <dt>From</dt>
          <dd className="mono">
            {wire.from.node}.{wire.from.port}
          </dd>
          <dt>To</dt>
          <dd className="mono">
            {wire.to.node}.{wire.to.port}
          </dd>
          <dt>Shape</dt>
          <dd className="mono">{type ? formatSpacedShape(type.shape) : '?'}</dd>
          <dt>Type</dt>
          <dd className="mono">{type?.dtype ?? '?'}</dd>
        </dl>
        <div className="inspector-actions">
          <Button small icon="trash" onClick={() => disconnect(documents, wire.to)}>
            Remove wire
          </Button>
        </div>
      </div>
    </>
  );
}

function NothingSelected() {
  return (
    <div className="empty">
      <p>Nothing is selected. Select a node to see its settings, shapes and weights.</p>
      <Button small icon="plus" onClick={() => void runCommand('graph.add')}>
        Add a layer
      </Button>
    </div>
  );
}
