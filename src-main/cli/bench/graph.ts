/**
 * Networks as they are written down for `netloom bench`: layers on layers, with branches where they are wanted.
 * A layer gets its inputs in the order of its ports and answers with its first output (`outputs` has the others).
 * The document is what the canvas would hold, laid out in a row; nothing here knows what a layer does.
 */
import { type DataField, type JsonValue, plainFields } from '#engine/ir/attrs.ts';
import {
  DOCUMENT_FORMAT,
  DOCUMENT_VERSION,
  type NetworkDocument,
  networkDocument,
  type PortRef,
  type Wire,
} from '#engine/ir/document.ts';
import { readAttrs } from '#engine/ir/readAttrs.ts';
import { layer } from '#engine/layers/index.ts';

export type Layer = readonly [type: string, attrs?: Readonly<Record<string, JsonValue>>];

export interface Graph {
  /** An output of the data. */
  readonly field: (name: string) => PortRef;
  /** One layer on these outputs of others. */
  readonly on: (inputs: PortRef | readonly PortRef[], ...layer: Layer) => PortRef;
  readonly outputs: (inputs: PortRef | readonly PortRef[], ...layer: Layer) => readonly PortRef[];
  /** Layers one after another. */
  readonly chain: (from: PortRef, layers: readonly Layer[]) => PortRef;
}

interface LossOn {
  readonly type: string;
  readonly prediction: PortRef;
  readonly target: PortRef;
}

/** Data with these fields, what `build` puts on it, and the loss that it answers with. */
export function network(
  name: string,
  fields: readonly DataField[],
  build: (graph: Graph) => LossOn,
): NetworkDocument {
  const nodes: { id: string; type: string; attrs: Readonly<Record<string, JsonValue>> }[] = [];
  const wires: Wire[] = [];
  const node = (id: string, inputs: readonly PortRef[], [type, attrs = {}]: Layer) => {
    const definition = layer(type);
    const ports = definition.ports(readAttrs(definition.attrs, attrs).attrs);
    nodes.push({ id, type, attrs });
    inputs.forEach((from, i) => {
      const port = ports.in[i];
      if (port === undefined) throw new Error(`${type} takes no input ${i + 1}`);
      wires.push({ from, to: { node: id, port } });
    });
    return ports.out.map((port) => ({ node: id, port }));
  };
  const outputs: Graph['outputs'] = (inputs, ...each) =>
    node(`layer${nodes.length - 1}`, 'node' in inputs ? [inputs] : inputs, each);
  const on: Graph['on'] = (inputs, ...each) => {
    const [first] = outputs(inputs, ...each);
    if (!first) throw new Error(`${each[0]} has no output`);
    return first;
  };

  const source = { source: 'digits', fields: plainFields(fields), normalise: 'none' };
  node('data', [], ['Data', source]);
  const { type, prediction, target } = build({
    field: (port) => ({ node: 'data', port }),
    on,
    outputs,
    chain: (from, layers) => layers.reduce((at, each) => on(at, ...each), from),
  });
  node('loss', [prediction, target], [type]);
  return networkDocument.parse({
    format: DOCUMENT_FORMAT,
    version: DOCUMENT_VERSION,
    name,
    nodes: nodes.map((each, i) => ({ ...each, position: { x: i * 200, y: 0 } })),
    wires,
  });
}
