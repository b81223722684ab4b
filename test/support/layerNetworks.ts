/**
 * The smallest network that trains with a layer of the registry in its middle: something trained before each of its
 * inputs of numbers, a head behind each of its outputs, or nothing behind a loss. Whole programs, where
 * layerTrials.ts has the layer and its gradients alone.
 */
import { isDeepStrictEqual } from 'node:util';
import type { DataField, RawAttrs } from '#engine/ir/attrs.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import type { LayerDefinition } from '#engine/layers/define.ts';
import { attrsOf } from './layerCase.ts';
import { type LayerTrial, layersWithInputs, trialsOf } from './layerTrials.ts';
import { data, network, type NodeText } from './network.ts';

export interface LayerNetwork {
  readonly title: string;
  readonly document: NetworkDocument;
}

/** What is predicted. */
const TARGET: DataField = { name: 'target', role: 'target', dtype: 'f32', shape: [2] };

class Wiring {
  readonly fields: DataField[] = [];
  readonly nodes: NodeText[] = [];
  readonly wires: string[] = [];

  /** Where it comes out. */
  add(from: string, [id, type, attrs = {}]: NodeText): string {
    this.nodes.push([id, type, attrs]);
    this.wires.push(`${from} > ${id}.x`);
    return `${id}.y`;
  }
}

/** An activation whose numbers lie in a port's bounds. */
function within([low, high]: readonly [number, number]): string | null {
  if (low >= 0) return 'Sigmoid';
  return high <= 0 ? 'LogSigmoid' : null;
}

function networkOf(definition: LayerDefinition, { attrs, inputs }: LayerTrial): NetworkDocument {
  const read = attrsOf(definition.type, attrs);
  const ports = definition.ports(read);
  const types = inputs.map(({ type }) => type);
  const wiring = new Wiring();
  ports.in.forEach((port, k) => {
    const { dtype, shape, classes } = types[k] ?? {};
    const sample = shape?.slice(1) ?? [];
    const field = `${port}Given`;
    if (dtype !== 'f32') {
      const counted = classes === undefined ? {} : { classes };
      wiring.fields.push({ name: field, role: 'input', dtype: 'i32', shape: sample, ...counted });
      wiring.wires.push(`data.${field} > layer.${port}`);
      return;
    }
    const count = elementCount(sample);
    wiring.fields.push({ name: field, role: 'input', dtype: 'f32', shape: [count] });
    const isTarget = definition.portRoles?.[port] === 'target';
    let from = wiring.add(`data.${field}`, [`${port}In`, 'Linear', { outFeatures: count }]);
    if (sample.length !== 1) {
      from = wiring.add(from, [`${port}Shaped`, 'Reshape', { shape: [...sample] }]);
    }
    const bounded = within(definition.portRanges(read)[port] ?? [-Infinity, Infinity]);
    if (bounded !== null) from = wiring.add(from, [`${port}Within`, bounded]);
    // Some losses ask which of two it is, others compare with any number.
    else if (isTarget)
      from = wiring.add(from, [`${port}Sign`, 'Expression', { formula: 'sign(x)' }]);
    wiring.wires.push(`${from} > layer.${port}`);
  });
  wiring.nodes.push(['layer', definition.type, attrs]);
  if (definition.role !== 'loss') {
    wiring.fields.push(TARGET);
    definition.infer(types, read).forEach(({ shape }, k) => {
      const port = ports.out[k] ?? '';
      const from =
        shape.length === 2
          ? `layer.${port}`
          : wiring.add(`layer.${port}`, [`${port}Flat`, 'Flatten']);
      const predicted = wiring.add(from, [`${port}Out`, 'Linear', { outFeatures: 2 }]);
      wiring.nodes.push([`${port}Loss`, 'MSELoss']);
      wiring.wires.push(
        `${predicted} > ${port}Loss.prediction`,
        `data.target > ${port}Loss.target`,
      );
    });
  }
  // Every step is as large as its gradient: with others, what is rounding in a gradient moves a weight by a whole step.
  const training = { objectives: [{ optimizer: { type: 'SGD', attrs: { lr: 0.01 } } }] };
  return network([data(wiring.fields), ...wiring.nodes], wiring.wires, training);
}

/** Each layer as it is first tried, and with the attributes that it names examples of. */
export const layerNetworks: readonly LayerNetwork[] = layersWithInputs.flatMap((definition) => {
  const examples = (definition.examples ?? []) as readonly RawAttrs[];
  const isExample = ({ attrs }: LayerTrial): boolean =>
    examples.some((example) =>
      Object.entries(example).every(([name, value]) => isDeepStrictEqual(attrs[name], value)),
    );
  const trials = trialsOf(definition);
  const chosen = trials.filter((trial, k) => k === 0 || isExample(trial));
  const different = new Map(chosen.map((trial) => [JSON.stringify(trial.attrs), trial]));
  return [...different].map(([text, trial]) => ({
    title: `${definition.type} ${text}`,
    document: networkOf(definition, trial),
  }));
});
