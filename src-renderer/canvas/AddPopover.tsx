/**
 * Search-to-add at the cursor: layers that fit first, with the shape that would come out; below them the
 * nodes of this graph that the wire in hand could go to. Opened by double-click, Tab, `/`, C, or by
 * letting go of a wire over empty canvas.
 */
import { Command } from 'cmdk';
import Fuse from 'fuse.js';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { formatShape } from '#engine/ir/tensor.ts';
import { documentStore } from '../state/document.ts';
import {
  allCandidates,
  candidatesBefore,
  candidatesBehind,
  type Candidate,
} from '../state/operations/candidates.ts';
import { legalPorts } from '../state/operations/connect.ts';
import { portsInUse, titleOf, documentNode } from '../state/selectors.ts';
import { viewStore } from '../state/view.ts';
import { CATEGORY_COLOR, CATEGORY_ICON, Icon } from '../ui/Icon.tsx';
import { canvas, canvasStore, type AddPopover as Popover } from './canvasStore.ts';
import { addFromPopover, connectToNode } from './gestures.ts';
import { typeAt } from './routes.ts';

const SIZE = { width: 272, height: 340 } as const;

export function AddPopover() {
  const popover = useStore(canvasStore, (state) => state.popover);
  if (!popover) return null;
  return <Open key={`${popover.screen.x},${popover.screen.y}`} popover={popover} />;
}

function close(): void {
  canvasStore.setState({ popover: null, inHand: null });
  canvas()?.element()?.focus();
}

/** Nodes that the wire could go to, those with a free port first. */
function nodesInReach({ wire }: Popover) {
  if (!wire) return [];
  const { document, analysis } = documentStore.getState();
  const legal = legalPorts(document, analysis, wire.port, wire.direction);
  const other = wire.direction === 'out' ? 'in' : 'out';
  const used = portsInUse(document);
  return [...analysis.nodes.values()]
    .flatMap((node) => {
      const ports = node.ports[other].filter((port) => legal.has(`${other}:${node.id}.${port}`));
      if (ports.length === 0) return [];
      const open = other === 'out' || ports.some((port) => !used.has(`in:${node.id}.${port}`));
      return [{ node, open, title: titleOf(documentNode(document, node.id) ?? node) }];
    })
    .sort((a, b) => Number(b.open) - Number(a.open));
}

function Open({ popover }: { readonly popover: Popover }) {
  const [query, setQuery] = useState('');
  const root = useRef<HTMLDivElement>(null);
  const { wire, mode, screen, flow } = popover;
  const type =
    wire?.direction === 'out' ? typeAt(documentStore.getState().analysis, wire.port) : undefined;

  const all = useMemo((): readonly Candidate[] => {
    const { recentLayers } = viewStore.getState();
    if (mode === 'connect') return [];
    if (!wire) return allCandidates(recentLayers);
    return wire.direction === 'out'
      ? candidatesBehind(type, recentLayers)
      : candidatesBefore(recentLayers);
  }, [mode, wire, type]);
  const exact = query.trim().length <= 3;
  const layerSearch = useMemo(
    () =>
      new Fuse(all, {
        keys: [
          { name: 'type', weight: 3, getFn: ({ definition }) => definition.type },
          { name: 'label', weight: 2, getFn: ({ definition }) => definition.label },
          { name: 'words', getFn: ({ definition }) => [...(definition.keywords ?? [])] },
        ],
        // Three letters that are nearly right are no hint at all.
        threshold: exact ? 0.1 : 0.3,
        ignoreLocation: true,
        includeScore: true,
      }),
    [all, exact],
  );
  const found = useMemo(() => {
    if (query.trim() === '') return all;
    const penalty = { fits: 0, partly: 0.15, misfit: 0.4 } as const;
    return layerSearch
      .search(query)
      .map(({ item, score = 1 }) => ({ item, rank: score + penalty[item.fit] }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ item }) => item);
  }, [all, layerSearch, query]);
  const reach = useMemo(() => nodesInReach(popover), [popover]);
  const nodes = reach.filter(({ title, node }) =>
    `${title} ${node.id} ${node.type}`.toLowerCase().includes(query.trim().toLowerCase()),
  );
  const fitting = found.filter(({ fit }) => fit !== 'misfit');
  const others = found.filter(({ fit }) => fit === 'misfit');

  useEffect(() => {
    const onPointerDown = (event: PointerEvent): void => {
      if (event.target instanceof Node && root.current?.contains(event.target) === true) return;
      canvasStore.setState({ popover: null, inHand: null });
    };
    window.addEventListener('pointerdown', onPointerDown, true);
    return () => window.removeEventListener('pointerdown', onPointerDown, true);
  }, []);

  const box = canvas()?.element()?.getBoundingClientRect();
  const left = Math.max(8, Math.min(screen.x, (box?.width ?? 9999) - SIZE.width - 8));
  const top = Math.max(8, Math.min(screen.y, (box?.height ?? 9999) - SIZE.height - 8));
  const head = wire ? (type ? `Fits ${formatShape(type.shape)}` : 'Fits') : 'Layers';

  const add = (candidate: Candidate): void => {
    close();
    addFromPopover(candidate.definition.type, flow, wire);
  };
  return (
    <div
      ref={root}
      className="popover add-popover nokey nowheel nopan"
      style={{ left, top, width: SIZE.width }}
      role="dialog"
      aria-label={mode === 'connect' ? 'Connect to' : 'Add a layer'}
    >
      <Command
        loop
        shouldFilter={false}
        label={mode === 'connect' ? 'Connect to' : 'Add a layer'}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.preventDefault();
          event.stopPropagation();
          close();
        }}
      >
        <div className="popover-search">
          <Icon name="search" size={14} />
          <Command.Input
            autoFocus
            value={query}
            onValueChange={setQuery}
            placeholder={mode === 'connect' ? 'Connect to' : 'Add a layer'}
          />
          <kbd>Esc</kbd>
        </div>
        <Command.List style={{ maxHeight: SIZE.height - 76 }}>
          <Command.Empty className="popover-empty">Nothing by that name.</Command.Empty>
          {fitting.length > 0 && (
            <Command.Group
              heading={
                <>
                  <span>{head}</span>
                  {wire?.direction === 'out' && <span>output</span>}
                </>
              }
            >
              {fitting.map((candidate) => (
                <LayerItem key={candidate.definition.type} candidate={candidate} onSelect={add} />
              ))}
            </Command.Group>
          )}
          {nodes.length > 0 && (
            <Command.Group heading="In this graph">
              {nodes.map(({ node, open, title }) => {
                const category = node.definition?.category;
                return (
                  <Command.Item
                    key={node.id}
                    value={`node:${node.id}`}
                    className="popover-item"
                    onSelect={() => {
                      close();
                      if (wire) connectToNode(wire.port, wire.direction, node.id);
                    }}
                  >
                    <span style={{ color: category ? CATEGORY_COLOR[category] : undefined }}>
                      <Icon name={category ? CATEGORY_ICON[category] : 'unknown'} size={14} />
                    </span>
                    <span>{title}</span>
                    <span className="t3 ellipsis">
                      {node.type} {node.summary}
                    </span>
                    <span className="aside mono">{open ? '' : 'replaces'}</span>
                  </Command.Item>
                );
              })}
            </Command.Group>
          )}
          {others.length > 0 && (
            <Command.Group heading="Others">
              {others.map((candidate) => (
                <LayerItem key={candidate.definition.type} candidate={candidate} onSelect={add} />
              ))}
            </Command.Group>
          )}
        </Command.List>
      </Command>
      <footer className="popover-foot">
        <span>
          <kbd>↑</kbd> <kbd>↓</kbd> choose
        </span>
        <span>
          <kbd>Enter</kbd> {mode === 'connect' ? 'wire' : wire ? 'add and wire' : 'add'}
        </span>
      </footer>
    </div>
  );
}

function LayerItem(props: {
  readonly candidate: Candidate;
  readonly onSelect: (candidate: Candidate) => void;
}) {
  const { definition, fit, note } = props.candidate;
  return (
    <Command.Item
      value={`layer:${definition.type}`}
      className={fit === 'misfit' ? 'popover-item dim' : 'popover-item'}
      onSelect={() => props.onSelect(props.candidate)}
    >
      <span style={{ color: CATEGORY_COLOR[definition.category] }}>
        <Icon name={CATEGORY_ICON[definition.category]} size={14} />
      </span>
      <span>{definition.type}</span>
      <span className="aside mono">{note}</span>
    </Command.Item>
  );
}
