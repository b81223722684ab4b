/**
 * What layers propose, relative to a node, as document edits. A fix that has no meaning where
 * the node stands (nothing wired to splice into) yields no fix.
 */
import type { JsonValue, RawAttrs } from '../ir/attrs.ts';
import type { DocumentNode, NetworkDocument, PortRef } from '../ir/document.ts';
import type { DocumentEdit } from '../ir/edits.ts';
import { camelCase, freshId } from '../ir/naming.ts';
import type { Fix } from '../ir/problem.ts';
import { own } from '../ir/record.ts';
import { attrLabel, readAttrs } from '../ir/readAttrs.ts';
import type { LayerFix } from '../ir/layerFix.ts';
import { sameShape } from '../ir/tensor.ts';
import { indexWires } from '../ir/topology.ts';
import { layer, layers } from '../layers/index.ts';
import type { Analysis } from './analysis.ts';
import { type CheckContext, sourceOf, typeOf, wireInto } from './context.ts';
import { makeRoom, midpoint } from './placing.ts';

export function toFixes(
  context: CheckContext,
  nodeId: string,
  fixes: readonly LayerFix[] | undefined,
): readonly Fix[] {
  return (fixes ?? []).flatMap((ofLayer) => {
    const fix = toFix(context, nodeId, ofLayer);
    return fix ? [{ ...fix, label: ofLayer.label ?? fix.label }] : [];
  });
}

/** The same, for what turns out later: a run knows of its document only the analysis. */
export function fixesAt(
  document: NetworkDocument,
  analysis: Analysis,
  node: string,
  fixes: readonly LayerFix[] | undefined,
): readonly Fix[] {
  const context: CheckContext = {
    ...analysis,
    document,
    index: indexWires(document),
    documentNodes: new Map(document.nodes.map((each) => [each.id, each])),
    live: new Set(analysis.live),
    broken: new Set(),
    facts: null,
  };
  return toFixes(context, node, fixes);
}

function toFix(context: CheckContext, id: string, fix: LayerFix): Fix | null {
  switch (fix.kind) {
    case 'insert':
      return insertBefore(context, { node: id, port: fix.port }, [
        { type: fix.type, attrs: fix.attrs ?? {} },
      ]);
    case 'setAttrs':
      return { label: setLabel(context, id, fix.attrs), edits: [setAttrs(id, fix.attrs)] };
    case 'setWidth':
      return setWidth(context, { node: id, port: fix.port }, fix.width);
    case 'disconnect': {
      const to = { node: id, port: fix.port };
      const wire = wireInto(context, to);
      return wire
        ? { label: `Remove the wire from ${wire.from.node}`, edits: [{ kind: 'removeWire', to }] }
        : null;
    }
    case 'remove':
      return { label: `Remove ${id}`, edits: [{ kind: 'removeNode', id, heal: true }] };
    case 'replace':
      return replace(context, id, fix.type, fix.attrs ?? {});
    case 'stopBypass':
      return {
        label: 'Stop bypassing it',
        edits: [{ kind: 'setBypassed', id, bypassed: false }],
      };
    case 'setTraining':
      return {
        label: Object.entries(fix.training)
          .map(
            ([name, value]) => `Set ${attrLabel(name).toLowerCase()} to ${JSON.stringify(value)}`,
          )
          .join(', '),
        edits: [{ kind: 'setTraining', training: fix.training }],
      };
    default:
      return fix satisfies never;
  }
}

const setAttrs = (id: string, attrs: RawAttrs): DocumentEdit => ({ kind: 'setAttrs', id, attrs });

function setLabel(context: CheckContext, id: string, attrs: RawAttrs): string {
  const schema = context.nodes.get(id)?.definition?.attrs ?? {};
  const parts = Object.entries(attrs).map(
    ([name, value]) => `${attrLabel(name, own(schema, name)).toLowerCase()} to ${show(value)}`,
  );
  return `Set ${parts.join(', ')}`;
}

function show(value: JsonValue): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((each) => typeof each === 'number')) {
    return value.join('×');
  }
  return JSON.stringify(value);
}

/** A new node of a type with a free id; `taken` grows. */
export function newNode(
  type: string,
  attrs: RawAttrs,
  position: { readonly x: number; readonly y: number },
  taken: Set<string>,
): DocumentNode {
  const id = freshId(layers.get(type)?.idPrefix ?? camelCase(type), taken);
  taken.add(id);
  return { id, type, attrs, position };
}

/** Splices new nodes, in the order given, into the wire that ends at `to`; makes room for them. */
export function insertBefore(
  context: CheckContext,
  to: PortRef,
  chain: readonly { readonly type: string; readonly attrs: RawAttrs }[],
): Fix | null {
  const wire = wireInto(context, to);
  const from = wire && context.documentNodes.get(wire.from.node);
  const target = context.documentNodes.get(to.node);
  if (!wire || !from || !target) return null;
  const taken = new Set(context.documentNodes.keys());
  const { places, moves } = makeRoom(context.document, from.position, target, chain.length);
  const splices = chain.map(({ type, attrs }, i): DocumentEdit => {
    const ports = layer(type).ports(readAttrs(layer(type).attrs, attrs).attrs);
    const position = places[i] ?? midpoint(from.position, target.position);
    return {
      kind: 'spliceNode',
      to,
      node: newNode(type, attrs, position, taken),
      inPort: ports.in[0] ?? 'x',
      outPort: ports.out[0] ?? 'y',
    };
  });
  // Each splice goes directly in front of `to`, so the first of the chain is spliced first.
  return {
    label: `Insert ${chain.map(({ type }) => type).join(' and ')}`,
    edits: [...moves, ...splices],
  };
}

/**
 * Follows what keeps the width upstream (activations, dropout, normalisation) to the layer that sets it.
 * Where there is none, or where others depend on its width, a Linear of that width comes in between.
 */
function setWidth(context: CheckContext, to: PortRef, width: number): Fix | null {
  const wanted = typeAt(context, to);
  if (!wanted) return null;
  const project = () =>
    insertBefore(context, to, [
      ...(wanted.shape.length > 2 ? [{ type: 'Flatten', attrs: {} }] : []),
      { type: 'Linear', attrs: { outFeatures: width } },
    ]);
  if (wanted.shape.length !== 2) return project();
  let source = sourceOf(context, to);
  for (let steps = 0; source && steps <= context.nodes.size; steps++) {
    const node = context.nodes.get(source.node);
    const attr = node?.definition?.widthAttr;
    if (node && attr !== undefined) {
      const attrs = { [attr]: width };
      const label = `Set ${attrLabel(attr, own(node.definition?.attrs, attr)).toLowerCase()} of ${node.id} to ${width}`;
      return { label, edits: [setAttrs(node.id, attrs)] };
    }
    const [port, ...others] = node?.ports.in ?? [];
    const input = port === undefined ? undefined : own(node?.inputs, port);
    const output = typeOf(context, source);
    if (!node || port === undefined || others.length > 0 || !input || !output) break;
    if (!sameShape(input.shape, output.shape)) break;
    source = sourceOf(context, { node: node.id, port });
  }
  return project();
}

function typeAt(context: CheckContext, to: PortRef) {
  return own(context.nodes.get(to.node)?.inputs, to.port);
}

function replace(context: CheckContext, id: string, type: string, attrs: RawAttrs): Fix | null {
  const node = context.documentNodes.get(id);
  const before = context.nodes.get(id);
  if (!node || !before) return null;
  const after = layer(type).ports(readAttrs(layer(type).attrs, attrs).attrs);
  const { in: wiresIn, out: wiresOut } = {
    in: context.index.to.get(id) ?? [],
    out: context.index.from.get(id) ?? [],
  };
  const at = (ports: readonly string[], now: readonly string[], port: string) =>
    now[Math.max(0, ports.indexOf(port))];
  const rewired = [
    ...wiresIn.flatMap(({ from, to }) => {
      const port = at(before.ports.in, after.in, to.port);
      return port === undefined ? [] : [{ from, to: { node: id, port } }];
    }),
    ...wiresOut.flatMap(({ from, to }) => {
      const port = at(before.ports.out, after.out, from.port);
      return port === undefined || to.node === id ? [] : [{ from: { node: id, port }, to }];
    }),
  ];
  return {
    label: `Use ${type} instead`,
    edits: [
      { kind: 'removeNode', id },
      { kind: 'addNode', node: { ...node, type, attrs } },
      ...rewired.map((wire): DocumentEdit => ({ kind: 'addWire', wire })),
    ],
  };
}
