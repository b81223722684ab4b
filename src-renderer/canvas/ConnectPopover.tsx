/**
 * Wiring by keyboard: from which port, where a node has several, and then to which; open ones that fit
 * come first, and the card that is meant is marked on the canvas.
 */
import { Command } from 'cmdk';
import { own } from '#engine/ir/record.ts';
import { useMemo, useState } from 'react';
import type { DocumentStore } from '../state/document.ts';
import { useDocuments } from '../state/documentSession.ts';
import { wireTargets, type WireTarget } from '../state/operations/targets.ts';
import { documentNode, titleOf } from '../state/selectors.ts';
import { LayerIcon } from '../ui/layerLook.tsx';
import type { ConnectPopover as Popover, WireEnd } from './canvasStore.ts';
import { connectPorts } from './gestures.ts';
import { closePopover, PopoverFrame } from './PopoverFrame.tsx';
import { typeAt, wireLabel } from '#engine/drawing/wires.ts';
import { useCanvasStore } from './useCanvasState.ts';

export function ConnectPopover({ popover }: { readonly popover: Popover }) {
  const documents = useDocuments();
  const canvasStore = useCanvasStore();
  const { ends } = popover;
  const [only] = ends;
  const [end, setEnd] = useState<WireEnd | null>(ends.length === 1 && only ? only : null);
  const [query, setQuery] = useState('');
  const matches = (text: string): boolean =>
    text.toLowerCase().includes(query.trim().toLowerCase());
  const outwards = only?.direction === 'out';
  if (end === null) {
    return (
      <PopoverFrame
        key="ends"
        label={outwards ? 'Wire from which output' : 'Wire into which input'}
        popover={popover}
        query={query}
        onQuery={setQuery}
        enter="choose"
      >
        <Command.Empty className="popover-empty">No port by that name.</Command.Empty>
        {ends
          .filter(({ port }) => matches(port.port))
          .map((each) => (
            <Command.Item
              key={each.port.port}
              value={each.port.port}
              className="popover-item"
              onSelect={() => {
                setQuery('');
                setEnd(each);
              }}
            >
              <span>{each.port.port}</span>
              <span className="aside mono">{shapeAt(documents, each)}</span>
            </Command.Item>
          ))}
      </PopoverFrame>
    );
  }
  return (
    <PopoverFrame
      key="targets"
      label={outwards ? `Wire ${end.port.port} to` : `Wire into ${end.port.port} from`}
      popover={popover}
      query={query}
      onQuery={setQuery}
      enter="wire"
      onPoint={(value) =>
        canvasStore.setState({ pointedNode: value.slice(0, value.lastIndexOf('.')) })
      }
      {...(ends.length > 1
        ? {
            onBack: () => {
              setQuery('');
              setEnd(null);
              canvasStore.setState({ pointedNode: null });
            },
          }
        : {})}
    >
      <Command.Empty className="popover-empty">No port that this wire could go to.</Command.Empty>
      <Targets end={end} matches={matches} />
    </PopoverFrame>
  );
}

function shapeAt(documents: DocumentStore, { port, direction }: WireEnd): string {
  const { analysis } = documents.getState();
  const type =
    direction === 'out'
      ? typeAt(analysis, port)
      : own(analysis.nodes.get(port.node)?.inputs, port.port);
  return type ? wireLabel(type) : '';
}

function Targets(props: { readonly end: WireEnd; readonly matches: (text: string) => boolean }) {
  const { end, matches } = props;
  const documents = useDocuments();
  const targets = useMemo(() => {
    const { document, analysis } = documents.getState();
    return wireTargets(document, analysis, end.port, end.direction);
  }, [documents, end]);
  return targets.map((target) => {
    const { node, port } = target.port;
    const { document, analysis } = documents.getState();
    const facts = analysis.nodes.get(node);
    const title = titleOf(documentNode(document, node) ?? { id: node });
    if (!matches(`${title} ${port} ${facts?.type ?? ''}`)) return null;
    return (
      <Command.Item
        key={`${node}.${port}`}
        value={`${node}.${port}`}
        className={target.fits ? 'popover-item' : 'popover-item dim'}
        onSelect={() => {
          closePopover(documents);
          if (end.direction === 'out') connectPorts(documents, end.port, target.port);
          else connectPorts(documents, target.port, end.port);
        }}
      >
        <LayerIcon definition={facts?.definition} />
        <span>{target.lone ? title : `${title} ${port}`}</span>
        <span className="t3 ellipsis">{facts?.type}</span>
        <span className="aside">{noteOf(target)}</span>
      </Command.Item>
    );
  });
}

function noteOf({ open, fits }: WireTarget): string {
  if (!fits) return "doesn't fit";
  return open ? '' : 'replaces';
}
