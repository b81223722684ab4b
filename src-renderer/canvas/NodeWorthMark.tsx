/** On the corner of a card: what the layer was worth, while an ablation is shown on the graph. */
import { useStore } from 'zustand';
import { useDocument } from '../state/documentSession.ts';
import { worthShare, worthStore, worthTone } from '../state/worth.ts';
import './NodeWorthMark.css';

export function NodeWorthMark({ id }: { readonly id: string }) {
  const documentId = useDocument((state) => state.document.id);
  const result = useStore(worthStore, ({ shown }) =>
    shown?.documentId === documentId ? shown?.result : undefined,
  );
  const layer = result?.layers.find(({ node }) => node === id);
  if (!result || !layer || layer.worth === null) return null;
  return (
    <span
      className="card-worth"
      role="img"
      aria-label={layer.text}
      title={layer.text}
      data-tone={worthTone(layer)}
    >
      <i style={{ '--share': worthShare(result, layer) }} />
      {layer.words}
    </span>
  );
}
