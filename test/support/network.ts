/** Short ways to write documents: `network([['fc1', 'Linear', { outFeatures: 10 }]], ['data.image > fc1.x'])`. */
import type { DataField, JsonValue, RawAttrs } from '#engine/ir/attrs.ts';
import { DOCUMENT_VERSION, type NetworkDocument, networkDocument } from '#engine/ir/document.ts';

export type NodeText = readonly [id: string, type: string, attrs?: RawAttrs];

export const IMAGE: DataField = { name: 'image', role: 'input', dtype: 'f32', shape: [1, 28, 28] };
export const LABEL: DataField = {
  name: 'label',
  role: 'label',
  dtype: 'i32',
  shape: [],
  classes: 10,
};
/** An input of numbers by another shape than MNIST's. */
export const imageOf = (...shape: number[]): DataField => ({ ...IMAGE, shape });

export const features = (count: number): DataField => ({
  name: 'features',
  role: 'input',
  dtype: 'f32',
  shape: [count],
});
export const target = (count: number): DataField => ({
  name: 'target',
  role: 'target',
  dtype: 'f32',
  shape: [count],
});

/** A Data node with these fields; digits unless they are given. */
export function data(fields: readonly DataField[] = [IMAGE, LABEL], id = 'data'): NodeText {
  // Fields are plain JSON; their interface does not say so.
  return [id, 'Data', { fields: fields as unknown as JsonValue }];
}

export function network(
  nodes: readonly NodeText[],
  wires: readonly string[] = [],
  training: Readonly<Record<string, unknown>> = {},
): NetworkDocument {
  return networkDocument.parse({
    format: 'netloom',
    version: DOCUMENT_VERSION,
    name: 'test',
    nodes: nodes.map(([id, type, attrs = {}], i) => ({
      id,
      type,
      attrs,
      position: { x: 224 * (i % 5), y: 192 * Math.floor(i / 5) },
    })),
    wires: wires.map((text) => {
      const [from = '', to = ''] = text.split(' > ');
      return { from: end(from), to: end(to) };
    }),
    training,
  });
}

function end(text: string): { node: string; port: string } {
  const dot = text.lastIndexOf('.');
  return { node: text.slice(0, dot), port: text.slice(dot + 1) };
}

/** Each node wired to the one before it, the first to the data's input, the last a loss with a target. */
export function chain(
  nodes: readonly NodeText[],
  {
    input = 'image',
    target: wanted = 'label',
    fields = [IMAGE, LABEL],
    training = {},
  }: {
    readonly input?: string;
    readonly target?: string;
    readonly fields?: readonly DataField[];
    readonly training?: Readonly<Record<string, unknown>>;
  } = {},
): NetworkDocument {
  let from = `data.${input}`;
  const wires = nodes.flatMap(([id, type]) => {
    const isLoss = type.endsWith('Loss');
    const into = `${from} > ${id}.${isLoss ? 'prediction' : 'x'}`;
    from = `${id}.y`;
    return isLoss ? [into, `data.${wanted} > ${id}.target`] : [into];
  });
  return network([data(fields), ...nodes], wires, training);
}
