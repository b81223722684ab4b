/** The lines of build(): what is made of which values, a statement for each scaled input, node and output. */
import type { ForwardOutput } from '#engine/compile/forward.ts';
import type { PortRef } from '#engine/ir/document.ts';
import type { Shape } from '#engine/ir/tensor.ts';
import type { KerasLayout, KerasStep } from '#engine/layers/define.ts';
import { callOf, text, tuple } from '../python/text.ts';
import { keyOf } from '../python/wiring.ts';
import type { Code } from './code.ts';
import {
  channelsArgument,
  hasLayouts,
  ordersDiffer,
  outerLayout,
  permutation,
  sampleIn,
} from './layouts.ts';
import { namedStep, type NetworkNode, typeOf } from './network.ts';
import { type ScaledField, scalingLayer } from './scaling.ts';

export interface ModelOutput extends ForwardOutput {
  /** Arguments of the layer that brings it to the units of the data; null: it has them. */
  readonly units: readonly string[] | null;
}

interface Statement {
  /** Key of its value. */
  readonly gives: string;
  /** What the value is called, unless the next statement alone takes it. */
  readonly name: string;
  readonly takes: readonly string[];
  readonly lines: (inputs: readonly string[], target: string) => readonly string[];
}

export interface Written {
  readonly lines: readonly string[];
  /** Variables, in the order of the outputs. */
  readonly answers: readonly string[];
}

/** From the inputs, which are there by their names, to the outputs. */
export function statements(
  code: Code,
  scaled: readonly ScaledField[],
  outputs: readonly ModelOutput[],
): Written {
  const scalings = scaled.map((each) => scaling(code, each));
  // What the network takes in the place of a field.
  const inPlace = new Map(scaled.map(({ ref }, k) => [keyOf(ref), scalings[k]?.gives]));
  const valueOf: ValueOf = (ref) => inPlace.get(keyOf(ref)) ?? keyOf(ref);
  const nodes = code.network.nodes.map((node) => computation(code, node, valueOf));
  const ends = outputs.map((output) => endings(code, output, valueOf));
  const answers = outputs.map(
    ({ from }, k) => ends[k]?.at(-1)?.gives ?? valueOf(code.wiring.origin(from)),
  );
  return written(code, [...scalings, ...nodes, ...ends.flat()], answers);
}

type ValueOf = (ref: PortRef) => string;

const call = (made: string, ...inputs: readonly string[]): string =>
  `${made}(${inputs.length === 1 ? inputs[0] : `[${inputs.join(', ')}]`})`;

function scaling(code: Code, field: ScaledField): Statement {
  const key = keyOf(field.ref);
  const layer = scalingLayer(field, code.fresh(`scale_${field.name}`));
  return {
    gives: `scaled ${key}`,
    name: code.fresh(`scaled_${field.name}`),
    takes: [key],
    lines: (inputs, target) => [`${target} = ${call(layer, ...inputs)}`],
  };
}

function computation(code: Code, each: NetworkNode, valueOf: ValueOf): Statement {
  const { takes, gives } = each;
  return {
    gives: keyOf(gives),
    name: code.name(gives),
    takes: takes.map(valueOf),
    lines: (inputs, target) =>
      'reshape' in each.form
        ? reshaping(code, each, inputs[0] ?? '', target)
        : steps(code, each, inputs, target),
  };
}

/** Where the order of the numbers matters, it is brought to that of here before. */
function reshaping(
  code: Code,
  { takes, gives }: NetworkNode,
  input: string,
  target: string,
): readonly string[] {
  const lines: string[] = [];
  let x = input;
  const [from] = takes;
  if (from && ordersDiffer(typeOf(code.wiring, from).shape)) {
    const moved = moving(code, from, 'channelsFirst');
    if (moved) {
      lines.push(`x = ${call(moved, x)}`);
      x = 'x';
    }
  }
  const { shape } = typeOf(code.wiring, gives);
  const layout = code.network.layouts.get(keyOf(gives)) ?? 'channelsFirst';
  const named = `name=${text(code.name(gives))}`;
  const layer =
    shape.length === 2
      ? callOf('layers.Flatten', named)
      : callOf('layers.Reshape', tuple(sampleIn(layout, shape)), named);
  return [...lines, `${target} = ${call(layer, x)}`];
}

function steps(
  code: Code,
  each: NetworkNode,
  inputs: readonly string[],
  target: string,
): readonly string[] {
  const { takes, layout } = each;
  const moves = takes.map((ref) => (layout ? moving(code, ref, layout) : null));
  const lines: string[] = [];
  let values = inputs.map((name, k) => (moves[k] ? call(moves[k], name) : name));
  const [only = ''] = values;
  if (values.length === 1 && moves[0]) {
    lines.push(`x = ${only}`);
    values = ['x'];
  }
  const all = stepsOf(code, each);
  all.forEach((step, k) => {
    const result = k === all.length - 1 ? target : 'x';
    lines.push(...stepLines(code, each, step, values, result));
    values = [result];
  });
  return lines;
}

function stepsOf(code: Code, { form, tied }: NetworkNode): readonly KerasStep[] {
  if (tied) return [tied.construct(code.object(tied.owner) ?? '')];
  return 'steps' in form ? form.steps : [];
}

function stepLines(
  code: Code,
  each: NetworkNode,
  step: KerasStep,
  values: readonly string[],
  target: string,
): readonly string[] {
  if ('line' in step) return [`${target} = ${step.line(values[0] ?? '', ...values.slice(1))}`];
  const { form, gives, node, runner, tied } = each;
  const isNamed = tied !== null || ('steps' in form && namedStep(form) === step);
  const object = isNamed ? code.object(runner) : null;
  if (object !== null && runner !== node.id) return [`${target} = ${call(object, ...values)}`];
  const made = callOf(
    tied || step.definitions ? step.layer : `layers.${step.layer}`,
    ...(step.args ?? []),
    isNamed ? `name=${text(code.name(gives))}` : undefined,
  );
  return object === null
    ? [`${target} = ${call(made, ...values)}`]
    : [`${object} = ${made}`, `${target} = ${call(object, ...values)}`];
}

/** The layer that brings a value to a layout; null: it has it. */
function moving(code: Code, ref: PortRef, to: KerasLayout): string | null {
  const { shape } = typeOf(code.wiring, ref);
  const layout = code.network.layouts.get(keyOf(ref));
  if (!hasLayouts(shape) || layout === to) return null;
  return `layers.Permute(${tuple(permutation(to, shape))})`;
}

/** What an output takes after the network: its layout, probabilities, units. */
function endings(code: Code, output: ModelOutput, valueOf: ValueOf): readonly Statement[] {
  const { wiring, network } = code;
  const ref = wiring.origin(output.from);
  const { shape } = typeOf(wiring, ref);
  const layout = network.layouts.get(keyOf(ref)) ?? 'channelsFirst';
  const moved = moving(code, ref, outerLayout(shape));
  const made = [
    ...(moved === null ? [] : [{ wanted: `${code.name(ref)}_moved`, layer: () => moved }]),
    ...meaning(code, output, layout, shape),
  ];
  const list: Statement[] = [];
  for (const { wanted, layer } of made) {
    const name = code.fresh(wanted);
    list.push({
      gives: `${output.name} ${list.length}`,
      name,
      takes: [list.at(-1)?.gives ?? valueOf(ref)],
      lines: (inputs, target) => [`${target} = ${call(layer(name), ...inputs)}`],
    });
  }
  return list;
}

interface Ending {
  readonly wanted: string;
  readonly layer: (name: string) => string;
}

function meaning(
  { wiring }: Code,
  { name, activatedBy, units }: ModelOutput,
  layout: KerasLayout,
  shape: Shape,
): readonly Ending[] {
  const scores = activatedBy && wiring.node(activatedBy.loss).definition?.takesScores;
  const axis = channelsArgument(layout, shape);
  const named = (each: string): string => `name=${text(each)}`;
  return [
    ...(scores === undefined
      ? []
      : [
          {
            wanted: name,
            layer: (each: string) =>
              scores === 'softmax'
                ? callOf('layers.Softmax', axis, named(each))
                : callOf('layers.Activation', text(scores), named(each)),
          },
        ]),
    ...(units === null
      ? []
      : [
          {
            wanted: `${name}_in_units`,
            layer: (each: string) => callOf('layers.Rescaling', ...units, named(each)),
          },
        ]),
  ];
}

/** A value that only the next statement takes is `x`, as people write it; others have the names of their nodes. */
function written(code: Code, all: readonly Statement[], answers: readonly string[]): Written {
  const names = new Map(code.network.inputs.map((ref) => [keyOf(ref), code.name(ref)]));
  const nameOf = (key: string): string => names.get(key) ?? key;
  const lines = all.flatMap(({ gives, name, takes, lines: write }, k) => {
    const readers = all.filter((other) => other.takes.includes(gives));
    const isForNext = readers.length === 1 && readers[0] === all[k + 1];
    const target = isForNext && !answers.includes(gives) ? 'x' : name;
    const inputs = takes.map(nameOf);
    names.set(gives, target);
    return write(inputs, target);
  });
  return { lines, answers: answers.map(nameOf) };
}
