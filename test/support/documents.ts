/** Documents for tests of compiling and training. */
import {
  DOCUMENT_VERSION,
  networkDocument,
  type NetworkDocument,
  type RawAttrs,
} from '#engine/ir/index.ts';

/** Nodes in a row, each wired to the one before by its first ports. */
export function pointsDocument(
  source: string,
  classes: number,
  training: Record<string, unknown> = {},
): NetworkDocument {
  const node = (id: string, type: string, attrs: RawAttrs = {}) => ({
    id,
    type,
    attrs,
    position: { x: 0, y: 0 },
  });
  const wire = (from: string, to: string) => {
    const [fromNode = '', fromPort = ''] = from.split('.');
    const [toNode = '', toPort = ''] = to.split('.');
    return { from: { node: fromNode, port: fromPort }, to: { node: toNode, port: toPort } };
  };
  return networkDocument.parse({
    format: 'netloom',
    version: DOCUMENT_VERSION,
    name: source,
    nodes: [
      node('data', 'Data', {
        source,
        options: { noise: 0.1 },
        fields: [
          { name: 'features', role: 'input', dtype: 'f32', shape: [2] },
          { name: 'label', role: 'label', dtype: 'i32', shape: [], classes },
        ],
      }),
      node('fc1', 'Linear', { outFeatures: 16 }),
      node('relu1', 'ReLU'),
      node('fc2', 'Linear', { outFeatures: classes }),
      node('loss', 'CrossEntropyLoss'),
    ],
    wires: [
      wire('data.features', 'fc1.x'),
      wire('fc1.y', 'relu1.x'),
      wire('relu1.y', 'fc2.x'),
      wire('fc2.y', 'loss.prediction'),
      wire('data.label', 'loss.target'),
    ],
    training: {
      epochs: 30,
      batchSize: 32,
      objectives: [{ optimizer: { type: 'Adam', attrs: { lr: 0.01 } } }],
      ...training,
    },
  });
}
