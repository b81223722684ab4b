/** The nodes of the graph in the order they compute, with their shapes. */
import { own } from '#engine/ir/record.ts';
import { formatShape } from '#engine/ir/tensor.ts';
import { reveal } from '../canvas/gestures.ts';
import { useDocument, useDocuments } from '../state/documentSession.ts';
import { idsInOrder } from '../state/operations/walk.ts';
import { documentNode, problemsOf, titleOf } from '../state/selectors.ts';
import { LayerIcon } from '../ui/layerLook.tsx';
import { VirtualList } from '../ui/VirtualList.tsx';
import './Palette.css';
import './Outline.css';

/** As tokens.css has it. */
const ROW_HEIGHT = 24;

export function Outline() {
  const documents = useDocuments();
  const document = useDocument((state) => state.document);
  const analysis = useDocument((state) => state.analysis);
  const selected = useDocument((state) => state.selection.nodes);
  const nodes = idsInOrder(document, analysis).flatMap((id) => documentNode(document, id) ?? []);
  if (nodes.length === 0) return <p className="empty">The graph is empty.</p>;
  return (
    <VirtualList items={nodes} keyOf={({ id }) => id} rowHeight={ROW_HEIGHT} className="outline">
      {(node, tabIndex) => {
        const { id } = node;
        const facts = analysis.nodes.get(id);
        const output = own(facts?.outputs, facts?.ports.out[0] ?? '');
        const severity = problemsOf(analysis, id)[0]?.severity;
        return (
          <button
            type="button"
            tabIndex={tabIndex}
            className="palette-layer"
            aria-current={selected.has(id)}
            onClick={() => documents.select({ nodes: new Set([id]), wires: new Set() })}
            onDoubleClick={() => reveal(documents, id)}
          >
            <LayerIcon definition={facts?.definition} />
            <span className={severity === 'error' ? 'ellipsis danger' : 'ellipsis'}>
              {titleOf(node)}
            </span>
            <small className="mono">{output ? formatShape(output.shape) : '?'}</small>
          </button>
        );
      }}
    </VirtualList>
  );
}
