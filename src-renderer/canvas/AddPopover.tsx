/**
 * Search-to-add: layers that fit first, with the shape that would come out; below them the nodes of this
 * graph that a wire let go over empty canvas could go to. Opened by double-click (at the cursor), by `/`
 * (behind what is selected) or by letting go of a wire.
 */
import { Command } from 'cmdk';
import Fuse from 'fuse.js';
import { useMemo, useState } from 'react';
import { formatShape } from '#engine/ir/tensor.ts';
import type { DocumentStore } from '../state/document.ts';
import { useDocuments } from '../state/documentSession.ts';
import {
  allCandidates,
  candidatesBefore,
  candidatesBehind,
  type Candidate,
} from '../state/operations/candidates.ts';
import { legalPorts } from '../state/operations/connect.ts';
import { portsInUse, titleOf, documentNode, wireOf } from '../state/selectors.ts';
import { viewStore } from '../state/view.ts';
import { addLayer } from '../palette/addLayer.ts';
import { LayerIcon } from '../ui/layerLook.tsx';
import type { AddPopover as Popover } from './canvasStore.ts';
import { addFromPopover, connectToNode } from './gestures.ts';
import { closePopover, PopoverFrame } from './PopoverFrame.tsx';
import { typeAt } from '#engine/drawing/wires.ts';

/** Nodes that the wire could go to, those with a free port first. */
function nodesInReach(documents: DocumentStore, { wire, toSelection }: Popover) {
  if (!wire || toSelection) return [];
  const { document, analysis } = documents.getState();
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

/** The output that the choice will read, if that is known. */
function sourceOf(documents: DocumentStore, { wire, toSelection }: Popover) {
  if (wire) return wire.direction === 'out' ? wire.port : undefined;
  const { document, selection } = documents.getState();
  const [key] = selection.wires;
  return toSelection && key !== undefined ? wireOf(document, key)?.from : undefined;
}

export function AddPopover({ popover }: { readonly popover: Popover }) {
  const documents = useDocuments();
  const [query, setQuery] = useState('');
  const { wire, flow, toSelection } = popover;
  const source = sourceOf(documents, popover);
  const type = source && typeAt(documents.getState().analysis, source);
  const behind = source !== undefined;

  const all = useMemo((): readonly Candidate[] => {
    const { recentLayers } = viewStore.getState();
    if (behind) return candidatesBehind(type, recentLayers);
    return wire ? candidatesBefore(recentLayers) : allCandidates(recentLayers);
  }, [behind, wire, type]);
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
  const reach = useMemo(() => nodesInReach(documents, popover), [documents, popover]);
  const nodes = reach.filter(({ title, node }) =>
    `${title} ${node.id} ${node.type}`.toLowerCase().includes(query.trim().toLowerCase()),
  );
  const fitting = found.filter(({ fit }) => fit !== 'misfit');
  const others = found.filter(({ fit }) => fit === 'misfit');

  const head = behind || wire ? (type ? `Fits ${formatShape(type.shape)}` : 'Fits') : 'Layers';

  const add = (candidate: Candidate): void => {
    closePopover(documents);
    const { type: layerType } = candidate.definition;
    if (toSelection) addLayer(layerType, documents);
    else addFromPopover(documents, layerType, flow, wire);
  };
  return (
    <PopoverFrame
      label="Add a layer"
      popover={popover}
      query={query}
      onQuery={setQuery}
      enter={behind || wire ? 'add and wire' : 'add'}
    >
      <Command.Empty className="popover-empty">Nothing by that name.</Command.Empty>
      {fitting.length > 0 && (
        <Command.Group
          heading={
            <>
              <span>{head}</span>
              {behind && <span>output</span>}
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
            return (
              <Command.Item
                key={node.id}
                value={`node:${node.id}`}
                className="popover-item"
                onSelect={() => {
                  closePopover(documents);
                  if (wire) connectToNode(documents, wire.port, wire.direction, node.id);
                }}
              >
                <LayerIcon definition={node.definition} />
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
    </PopoverFrame>
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
      <LayerIcon definition={definition} />
      <span>{definition.type}</span>
      <span className="aside mono">{note}</span>
    </Command.Item>
  );
}
