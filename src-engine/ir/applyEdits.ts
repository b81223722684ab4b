/**
 * Document edits applied: `(document, edits) -> document`. Pure; what an edit does not touch keeps its
 * identity, so that results remembered per node stay valid. An edit that makes no sense (a node that is
 * not there) is refused as a whole with InputError `edit.*`. Whether the result is a good network is
 * not asked here (see check/).
 */
import {
  type DocumentNode,
  type NetworkDocument,
  type PortRef,
  type Wire,
  wireKey,
  withoutIdentity,
} from './document.ts';
import type { DocumentEdit } from './edits.ts';
import { inputError } from './problem.ts';

export function applyEdits(
  document: NetworkDocument,
  edits: readonly DocumentEdit[],
): NetworkDocument {
  return edits.reduce(applyEdit, document);
}

function applyEdit(document: NetworkDocument, edit: DocumentEdit): NetworkDocument {
  switch (edit.kind) {
    case 'addNode':
      return addNode(document, edit.node);
    case 'removeNode':
      return removeNode(document, edit.id, edit.heal ?? false);
    case 'setAttrs':
      return changeNode(document, edit.id, (node) => ({
        ...node,
        attrs: { ...node.attrs, ...edit.attrs },
      }));
    case 'setType':
      return changeNode(document, edit.id, (node) => ({
        ...node,
        type: edit.type,
        attrs: edit.attrs,
      }));
    case 'renameNode':
      return changeNode(document, edit.id, ({ name: _old, ...node }) =>
        edit.name.trim() === '' ? node : { ...node, name: edit.name },
      );
    case 'moveNode':
      return changeNode(document, edit.id, (node) => ({
        ...node,
        position: { x: edit.x, y: edit.y },
      }));
    case 'setBypassed':
      return changeNode(document, edit.id, ({ bypassed: _old, ...node }) =>
        edit.bypassed ? { ...node, bypassed: true } : node,
      );
    case 'setSharing':
      return changeNode(document, edit.id, ({ sharesWith: _old, ...node }) =>
        edit.sharesWith ? { ...node, sharesWith: edit.sharesWith } : node,
      );
    case 'addWire':
      return addWire(document, edit.wire);
    case 'removeWire':
      existingWire(document, edit.to);
      return { ...document, wires: document.wires.filter(not(edit.to)) };
    case 'spliceNode': {
      const { from } = existingWire(document, edit.to);
      const within = addNode(document, edit.node);
      const into = { from, to: { node: edit.node.id, port: edit.inPort } };
      const outOf = { from: { node: edit.node.id, port: edit.outPort }, to: edit.to };
      return addWire(addWire(within, into), outOf);
    }
    case 'setTraining':
      return { ...document, training: { ...document.training, ...edit.training } };
    case 'setMeta':
      return {
        ...document,
        ...(edit.name === undefined ? {} : { name: edit.name }),
        ...(edit.notes === undefined ? {} : { notes: edit.notes }),
      };
    case 'setIdentity': {
      const { id, parent } = edit;
      return { ...withoutIdentity(document), id, ...(parent === undefined ? {} : { parent }) };
    }
    default:
      return edit satisfies never;
  }
}

const not =
  (to: PortRef) =>
  (wire: Wire): boolean =>
    wire.to.node !== to.node || wire.to.port !== to.port;

function needNode(document: NetworkDocument, id: string): DocumentNode {
  const node = document.nodes.find((each) => each.id === id);
  if (!node) throw inputError('edit.unknown-node', `There is no node ${id}.`, { node: id });
  return node;
}

function existingWire(document: NetworkDocument, to: PortRef): Wire {
  const key = wireKey({ to });
  const wire = document.wires.find((each) => wireKey(each) === key);
  if (!wire) throw inputError('edit.unknown-wire', `Nothing is wired to ${key}.`, to);
  return wire;
}

function addNode(document: NetworkDocument, node: DocumentNode): NetworkDocument {
  if (document.nodes.some((each) => each.id === node.id)) {
    throw inputError('edit.duplicate-id', `There is a node ${node.id} already.`, { node: node.id });
  }
  return { ...document, nodes: [...document.nodes, node] };
}

function changeNode(
  document: NetworkDocument,
  id: string,
  change: (node: DocumentNode) => DocumentNode,
): NetworkDocument {
  needNode(document, id);
  return {
    ...document,
    nodes: document.nodes.map((node) => (node.id === id ? change(node) : node)),
  };
}

/** The wire that was on the same input is replaced where it stood. */
function addWire(document: NetworkDocument, wire: Wire): NetworkDocument {
  needNode(document, wire.from.node);
  needNode(document, wire.to.node);
  const at = document.wires.findIndex((each) => !not(wire.to)(each));
  const wires = at < 0 ? [...document.wires, wire] : document.wires.with(at, wire);
  return { ...document, wires };
}

function removeNode(document: NetworkDocument, id: string, heal: boolean): NetworkDocument {
  needNode(document, id);
  const incoming = document.wires.filter((wire) => wire.to.node === id && wire.from.node !== id);
  const [only] = incoming;
  const healed = heal && incoming.length === 1 ? only : undefined;
  return {
    ...document,
    nodes: document.nodes.filter((node) => node.id !== id),
    wires: document.wires.flatMap((wire) => {
      if (wire.to.node === id) return [];
      if (wire.from.node !== id) return [wire];
      return healed ? [{ from: healed.from, to: wire.to }] : [];
    }),
  };
}
