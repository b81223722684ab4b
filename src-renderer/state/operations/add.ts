/** New nodes: ids, places, and the wires that come with them. Pure: document in, edits out. */
import type { Analysis } from '#engine/check/analysis.ts';
import { makeRoom, rightOf } from '#engine/check/placing.ts';
import type { RawAttrs } from '#engine/ir/attrs.ts';
import {
  wireKey,
  type DocumentNode,
  type NetworkDocument,
  type PortRef,
} from '#engine/ir/document.ts';
import type { DocumentEdit } from '#engine/ir/edits.ts';
import { camelCase, freshId } from '#engine/ir/naming.ts';
import { layer } from '#engine/layers/index.ts';
import { bestInput, bestOutput } from './connect.ts';

interface Place {
  readonly x: number;
  readonly y: number;
}

export function newNode(
  document: NetworkDocument,
  type: string,
  position: Place,
  attrs: RawAttrs = {},
): DocumentNode {
  const prefix = layer(type).idPrefix ?? camelCase(type);
  const id = freshId(prefix, new Set(document.nodes.map((node) => node.id)));
  return { id, type, attrs: { ...attrs }, position: { ...position } };
}

/** An output that feeds nothing yet and could feed a new node, for adding in a row. */
function openEnd(analysis: Analysis, id: string): PortRef | null {
  const node = analysis.nodes.get(id);
  const port = node?.ports.out[0];
  return port === undefined || node?.definition?.role === 'loss' ? null : { node: id, port };
}

export interface Added {
  readonly edits: readonly DocumentEdit[];
  readonly id: string;
}

/** Behind `after` (the selected node, as a rule), wired to it where that makes sense. */
export function addAfter(
  document: NetworkDocument,
  analysis: Analysis,
  type: string,
  after: string | null,
): Added {
  const last = document.nodes.reduce<DocumentNode | undefined>(
    (found, node) =>
      !found ||
      node.position.y > found.position.y ||
      (node.position.y === found.position.y && node.position.x > found.position.x)
        ? node
        : found,
    undefined,
  );
  const before = document.nodes.find((node) => node.id === after);
  const node = newNode(document, type, rightOf(document, (before ?? last)?.position));
  const from = before ? openEnd(analysis, before.id) : null;
  return from === null
    ? { edits: [{ kind: 'addNode', node }], id: node.id }
    : addWired(document, node, { from });
}

/** A new node wired to the port a wire was dragged from. */
export function addWired(
  document: NetworkDocument,
  node: DocumentNode,
  wire: { readonly from: PortRef } | { readonly to: PortRef },
): Added {
  const edits: DocumentEdit[] = [{ kind: 'addNode', node }];
  if ('from' in wire) {
    const port = bestInput(document, node, wire.from);
    if (port !== null) {
      edits.push({ kind: 'addWire', wire: { from: wire.from, to: { node: node.id, port } } });
    }
  } else {
    const port = bestOutput(document, node, wire.to);
    if (port !== null) {
      edits.push({ kind: 'addWire', wire: { from: { node: node.id, port }, to: wire.to } });
    }
  }
  return { edits, id: node.id };
}

/** A new node in the middle of a wire; its neighbours slide apart where there is no room. */
export function addOnWire(document: NetworkDocument, type: string, key: string): Added | null {
  const wire = document.wires.find((each) => wireKey(each) === key);
  const from = document.nodes.find((node) => node.id === wire?.from.node);
  const to = document.nodes.find((node) => node.id === wire?.to.node);
  if (!wire || !from || !to) return null;
  const { places, moves } = makeRoom(document, from.position, to, 1);
  const node = newNode(document, type, places[0] ?? to.position);
  const inPort = bestInput(document, node, wire.from);
  const outPort = bestOutput(document, node, wire.to);
  if (inPort === null || outPort === null) return null;
  return {
    id: node.id,
    edits: [...moves, { kind: 'spliceNode', to: wire.to, node, inPort, outPort }],
  };
}

/** A node that is there already, wired into the middle of a wire. */
export function spliceExisting(
  document: NetworkDocument,
  analysis: Analysis,
  id: string,
  key: string,
): readonly DocumentEdit[] | null {
  const wire = document.wires.find((each) => wireKey(each) === key);
  const node = document.nodes.find((each) => each.id === id);
  const ports = analysis.nodes.get(id)?.ports;
  if (!wire || !node || !ports || wire.from.node === id || wire.to.node === id) return null;
  if (document.wires.some((each) => each.from.node === id || each.to.node === id)) return null;
  const [inPort] = ports.in;
  const [outPort] = ports.out;
  if (inPort === undefined || outPort === undefined) return null;
  return [
    { kind: 'addWire', wire: { from: wire.from, to: { node: id, port: inPort } } },
    { kind: 'addWire', wire: { from: { node: id, port: outPort }, to: wire.to } },
  ];
}
