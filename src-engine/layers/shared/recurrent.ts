/**
 * LSTM, GRU and RNN but for their cells: attributes, tensors, lowering and code. `[N, T, I]`, as PyTorch has it with
 * `batch_first`; inside, time comes first, and the inputs of all steps are projected by one product.
 */
import type { AttrSchema, AttrValues } from '#engine/ir/attrs.ts';
import type { LayerFix } from '#engine/ir/layerFix.ts';
import { ShapeError } from '#engine/ir/problem.ts';
import { sameShape, type TensorType } from '#engine/ir/tensor.ts';
import type { Value } from '#engine/ops/builder.ts';
import { add, linear, reshape } from '#engine/ops/nn.ts';
import {
  RECURRENT_CELLS,
  type RecurrentCell,
  recurrentRows,
  rowsOf,
} from '#engine/ops/recurrent.ts';
import { defineLayer, type LayerDefinition, type Lowering, type ParamSpec } from '../define.ts';
import { dropped } from './dropout.ts';
import { type KerasForm, kerasLayer, type KerasVariable } from './keras.ts';
import { dim, formatSample, needNumbers, pythonCall, pythonKeyword } from './shapes.ts';

const OUTPUTS = ['last', 'sequence'] as const;

const ATTRS = {
  hiddenSize: {
    kind: 'int',
    default: 128,
    min: 1,
    max: 65_536,
    help: 'How many numbers its state holds, and so how many come out of each direction.',
  },
  output: {
    kind: 'choice',
    default: 'last',
    options: OUTPUTS,
    optionLabels: { last: 'Last state', sequence: 'Whole sequence' },
    help: 'The state after the last step, for one answer about a whole sequence; or the state after every step, for another layer of sequences or an answer at each step.',
  },
  numLayers: {
    kind: 'int',
    default: 1,
    min: 1,
    max: 16,
    help: 'How many of them stand one on the other, each reading the states of the one below.',
  },
  bidirectional: {
    kind: 'bool',
    default: false,
    help: 'Reads the sequence from its end as well; what both directions find stands side by side.',
  },
  dropout: {
    kind: 'number',
    default: 0,
    min: 0,
    max: 0.99,
    help: 'In training, the share of the states that is dropped between two of the layers.',
  },
  lengths: {
    kind: 'bool',
    default: false,
    help: 'Takes the length of each sequence from a second input, whole numbers from 1: what lies beyond it is left out.',
  },
  firstState: {
    kind: 'bool',
    label: 'First state',
    default: false,
    advanced: true,
    help: 'Takes the state before the first step from further inputs, as a decoder takes what its encoder found; otherwise it is zero.',
  },
  bias: {
    kind: 'bool',
    default: true,
    advanced: true,
    help: 'Adds trained numbers to what the inputs and the state give.',
  },
} as const satisfies AttrSchema;

type Attrs = AttrValues<typeof ATTRS>;

/** What tells them apart. */
interface Kind<S extends AttrSchema> {
  readonly type: string;
  readonly doc: string;
  readonly formula: string;
  readonly keywords: readonly string[];
  /** Attributes beside those that all have. */
  readonly attrs: S;
  readonly cell: (attrs: AttrValues<S>) => RecurrentCell;
  /** Its layer in Keras, the name of the cell within, and its gates there: for each, which of ours. */
  readonly keras: (attrs: AttrValues<S>) => KerasCell;
  /** Of PyTorch's constructor, beside those that all have. */
  readonly torchArgs: (attrs: AttrValues<S>) => readonly (string | undefined)[];
}

interface KerasCell {
  readonly layer: string;
  readonly cell: string;
  readonly gates: readonly number[];
  /** What becomes of the two biases. */
  readonly biases: 'added' | 'stacked';
  readonly args?: readonly (string | undefined)[];
}

/** The layers and directions of a stack, in PyTorch's order; `suffix` ends the names of its tensors. */
interface Direction {
  readonly layer: number;
  readonly reverse: boolean;
  readonly suffix: string;
}

const directionsOf = (layer: number, { bidirectional }: Attrs): readonly Direction[] =>
  (bidirectional ? [false, true] : [false]).map((reverse) => ({
    ...{ layer, reverse },
    suffix: `l${layer}${reverse ? '_reverse' : ''}`,
  }));

const widthOf = ({ hiddenSize, bidirectional }: Attrs): number =>
  hiddenSize * (bidirectional ? 2 : 1);

export function recurrentLayer<const S extends AttrSchema>(kind: Kind<S>): LayerDefinition {
  const { type, doc, formula, keywords } = kind;
  // Of the attributes that all have, and its own; no two have a name in common.
  const own = (attrs: Attrs): AttrValues<S> => attrs as unknown as AttrValues<S>;
  const cellOf = (attrs: Attrs): RecurrentCell => kind.cell(own(attrs));
  const hasCell = (attrs: Attrs): boolean => RECURRENT_CELLS[cellOf(attrs)].hasCell;
  return defineLayer({
    ...{ type, label: type, category: 'Sequence', role: 'transform' },
    ...{ doc, formula, keywords: ['recurrent', 'sequence', 'time series', ...keywords] },
    attrs: { ...ATTRS, ...kind.attrs },
    ports: (attrs) => ({ in: portsOf(attrs, hasCell(attrs)), out: ['y'] }),
    differsInTraining: ({ dropout, numLayers }) => dropout > 0 && numLayers > 1,
    summary: (attrs, x) =>
      [
        `${x?.[0]?.shape.at(2) ?? '?'}→${attrs.hiddenSize}`,
        ...(attrs.bidirectional ? ['both ways'] : []),
        ...(attrs.numLayers > 1 ? [`×${attrs.numLayers}`] : []),
        ...(attrs.output === 'sequence' ? ['sequence'] : []),
      ].join(' '),
    infer(inputs, attrs) {
      const [x] = inputs;
      const [batch = 'N', steps = 1] = sequenceOf(type, x);
      const { lengths, h0, c0 } = byPort(inputs, attrs, hasCell(attrs));
      needLengths(type, lengths);
      needState(type, attrs, 'h0', h0);
      needState(type, attrs, 'c0', c0);
      const width = widthOf(attrs);
      const isLast = attrs.output === 'last';
      return [{ dtype: 'f32', shape: isLast ? [batch, width] : [batch, steps, width] }];
    },
    inferPartial: ([x], attrs) => {
      const batch = x?.shape[0] ?? 'N';
      if (attrs.output === 'last') return [{ dtype: 'f32', shape: [batch, widthOf(attrs)] }];
      const steps = x?.shape.length === 3 ? x.shape[1] : undefined;
      return steps === undefined
        ? undefined
        : [{ dtype: 'f32', shape: [batch, steps, widthOf(attrs)] }];
    },
    check: (_x, { dropout, numLayers }) =>
      dropout > 0 && numLayers === 1
        ? [
            {
              code: 'layer.recurrent-dropout',
              severity: 'warning',
              message: `${type} drops nothing: there is one layer, and dropout stands between layers.`,
              fixes: [
                { kind: 'setAttrs', attrs: { numLayers: 2 } },
                { kind: 'setAttrs', attrs: { dropout: 0 } },
              ],
            },
          ]
        : [],
    params: ([x], attrs) => tensorsOf(attrs, RECURRENT_CELLS[cellOf(attrs)].gates, x),
    lower: (g, inputs, attrs) => {
      const [x] = inputs;
      const { lengths, h0, c0 } = byPort(inputs, attrs, hasCell(attrs));
      return [lowered(g, { x, lengths, h0, c0, attrs, cell: cellOf(attrs) })];
    },
    torch: (attrs, [x]) =>
      pythonCall(
        `nn.${type}`,
        x.shape.at(2),
        attrs.hiddenSize,
        ...kind.torchArgs(own(attrs)),
        pythonKeyword('num_layers', attrs.numLayers, 1),
        attrs.bias ? undefined : 'bias=False',
        'batch_first=True',
        attrs.numLayers > 1 ? pythonKeyword('dropout', attrs.dropout, 0) : undefined,
        attrs.bidirectional ? 'bidirectional=True' : undefined,
      ),
    torchCode: {
      called: (module, inputs, attrs, [x]) =>
        torchCall(module, inputs, attrs, { hasCell: hasCell(attrs), x }),
    },
    keras: {
      layout: 'channelsFirst',
      form: (attrs) => kerasForm(attrs, kind.keras(own(attrs))),
    },
  });
}

/** One layer, of one direction or both; a stack is several of them there. */
function kerasForm(
  { hiddenSize, output, numLayers, bidirectional, lengths, firstState, bias }: Attrs,
  { layer, cell, gates, biases, args = [] }: KerasCell,
): KerasForm {
  if (lengths) return { none: 'it takes a mask in the place of lengths' };
  if (firstState) return { none: 'a first state is no input of a layer there' };
  if (numLayers > 1) return { none: 'a stack of them is several layers there' };
  const stretches = gates.every((gate, i) => gate === i) ? {} : { stretches: gates };
  const ofCell = (path: string, suffix: string): Record<string, KerasVariable> => ({
    [`weight_ih_${suffix}`]: { name: `${path}/kernel`, axes: [1, 0], ...stretches },
    [`weight_hh_${suffix}`]: { name: `${path}/recurrent_kernel`, axes: [1, 0], ...stretches },
    ...(bias && {
      [`bias_ih_${suffix}`]: { name: `${path}/bias`, joined: biases, ...stretches },
      [`bias_hh_${suffix}`]: { name: `${path}/bias`, joined: biases, ...stretches },
    }),
  });
  const own = [
    hiddenSize,
    ...args,
    output === 'sequence' ? 'return_sequences=True' : undefined,
    bias ? undefined : 'use_bias=False',
  ];
  if (!bidirectional) return kerasLayer(layer, own, ofCell(cell, 'l0'));
  const inner = pythonCall(`layers.${layer}`, ...own, 'name="layer"');
  return kerasLayer('Bidirectional', [inner], {
    ...ofCell(`forward_layer/${cell}`, 'l0'),
    ...ofCell(`backward_layer/${cell}`, 'l0_reverse'),
  });
}

/** `[N, T, I]`, or a refusal that knows how to make it of what there is. */
function sequenceOf(layer: string, x: TensorType): TensorType['shape'] {
  needNumbers(layer, x);
  if (x.shape.length === 3) return x.shape;
  const [, ...sample] = x.shape;
  const sizes = sample.filter((size): size is number => typeof size === 'number');
  throw new ShapeError(
    'shape.needs-sequence',
    `${layer} takes a sequence of vectors but gets ${formatSample(x.shape)}.`,
    {
      port: 'x',
      explanation: explanationOf(layer, sizes),
      fixes: [fixOf(sizes)],
    },
  );
}

function explanationOf(layer: string, sizes: readonly number[]): string {
  if (sizes.length === 3) return 'An image is read row by row: each row is a step of the sequence.';
  if (sizes.length === 1) {
    return `A sequence has a size for its steps and one for the numbers of each. An ${layer} before it gives one when its output is the whole sequence.`;
  }
  return 'A sequence has a size for its steps and one for the numbers of each.';
}

function fixOf(sizes: readonly number[]): LayerFix {
  const [first = 1, height = 1, ...rest] = sizes;
  const insert = { kind: 'insert', port: 'x' } as const;
  if (sizes.length === 3 && first === 1) return { ...insert, type: 'Squeeze', attrs: { dim: 1 } };
  if (sizes.length >= 3) {
    const width = rest.reduce((product, size) => product * size, 1);
    return { ...insert, type: 'Reshape', attrs: { shape: [first * height, width] } };
  }
  // Rows of a picture where the numbers are one, else a number at each step.
  const side = Math.sqrt(first);
  const shape = Number.isInteger(side) && side > 1 ? [side, side] : [first, 1];
  return { ...insert, type: 'Reshape', attrs: { shape } };
}

function needLengths(layer: string, lengths: TensorType | undefined): void {
  if (!lengths || (lengths.dtype === 'i32' && lengths.shape.length === 1)) return;
  throw new ShapeError(
    'shape.needs-lengths',
    `${layer} takes one whole number for each sequence as its length but gets ${lengths.dtype === 'i32' ? formatSample(lengths.shape) : 'other numbers'}.`,
    {
      port: 'lengths',
      explanation: 'Without lengths every sequence is as long as the longest.',
      fixes: [{ kind: 'setAttrs', attrs: { lengths: false } }],
    },
  );
}

/** `h0` and, of an LSTM, `c0`: the state before the first step, that of its cell. */
const portsOf = ({ lengths, firstState }: Attrs, hasCell: boolean): readonly ['x', ...string[]] => [
  'x',
  ...(lengths ? ['lengths'] : []),
  ...(firstState ? ['h0', ...(hasCell ? ['c0'] : [])] : []),
];

interface FurtherInputs<T> {
  readonly lengths: T | undefined;
  readonly h0: T | undefined;
  readonly c0: T | undefined;
}

function byPort<T>(inputs: readonly T[], attrs: Attrs, hasCell: boolean): FurtherInputs<T> {
  const ports: readonly string[] = portsOf(attrs, hasCell);
  // A port that is not there is at -1, where nothing is.
  const at = (port: string): T | undefined => inputs[ports.indexOf(port)];
  return { lengths: at('lengths'), h0: at('h0'), c0: at('c0') };
}

/** Layers times directions, which begin with a state each. */
const statesOf = ({ numLayers, bidirectional }: Attrs): number =>
  numLayers * (bidirectional ? 2 : 1);

/** `[N, H]`, or `[N, layers * directions, H]`. */
function needState(
  layer: string,
  attrs: Attrs,
  port: 'h0' | 'c0',
  state: TensorType | undefined,
): void {
  const { hiddenSize } = attrs;
  const count = statesOf(attrs);
  const wanted = count === 1 ? [hiddenSize] : [count, hiddenSize];
  if (!state || (state.dtype === 'f32' && sameShape(state.shape.slice(1), wanted))) return;
  throw new ShapeError(
    'shape.first-state',
    `${layer} begins with a state of ${wanted.join('×')} but gets ${formatSample(state.shape)}.`,
    {
      port,
      explanation:
        count === 1
          ? 'It has as many numbers as the hidden size.'
          : 'Each layer and direction begins with a state of its own.',
      fixes: [{ kind: 'setAttrs', attrs: { firstState: false } }],
    },
  );
}

/** By PyTorch's names, in its order. */
function tensorsOf(attrs: Attrs, gates: number, x: TensorType): Record<string, ParamSpec> {
  const { hiddenSize, numLayers, bias } = attrs;
  const init = { kind: 'uniformBound', bound: 1 / Math.sqrt(hiddenSize) } as const;
  const rows = gates * hiddenSize;
  const specs: Record<string, ParamSpec> = {};
  for (let layer = 0; layer < numLayers; layer++) {
    const inputs = layer === 0 ? dim(x.shape, 2) : widthOf(attrs);
    for (const { suffix } of directionsOf(layer, attrs)) {
      specs[`weight_ih_${suffix}`] = { shape: [rows, inputs], init };
      specs[`weight_hh_${suffix}`] = { shape: [rows, hiddenSize], init };
      if (!bias) continue;
      specs[`bias_ih_${suffix}`] = { shape: [rows], init };
      specs[`bias_hh_${suffix}`] = { shape: [rows], init };
    }
  }
  return specs;
}

interface Recurrence extends FurtherInputs<Value> {
  readonly x: Value;
  readonly attrs: Attrs;
  readonly cell: RecurrentCell;
}

function lowered(g: Lowering, recurrence: Recurrence): Value {
  const { x, attrs } = recurrence;
  const swap = { axes: [1, 0, 2] };
  let sequence = g.emit('permute', [x], swap);
  for (let layer = 0; ; layer++) {
    const isTop = layer === attrs.numLayers - 1;
    const isLast = isTop && attrs.output === 'last';
    const results = directionsOf(layer, attrs).map((direction) =>
      oneDirection(g, { ...recurrence, x: sequence }, direction, isLast),
    );
    const [first] = results;
    const joined =
      first && results.length === 1 ? first : g.emit('concat', results, { axis: isLast ? 1 : 2 });
    if (isLast) return joined;
    if (isTop) return g.emit('permute', [joined], swap);
    sequence = dropped(g, joined, attrs.dropout);
  }
}

/** `[T, N, H]`, or the last state `[N, H]`. */
function oneDirection(
  g: Lowering,
  { x, lengths, h0, c0, attrs, cell }: Recurrence,
  direction: Direction,
  isLast: boolean,
): Value {
  const { hiddenSize, bias } = attrs;
  const { reverse, suffix } = direction;
  const [steps = 1, batch = 1, inputs = 1] = x.type.shape;
  const { gates: count, productApart } = RECURRENT_CELLS[cell];
  const width = count * hiddenSize;
  const [ofInputs, ofState] = bias
    ? [g.param(`bias_ih_${suffix}`), g.param(`bias_hh_${suffix}`)]
    : [];
  // What is added to the product with the state can be added to the inputs' where it is but a summand.
  const added = ofInputs && ofState && !productApart ? add(g, ofInputs, ofState) : ofInputs;
  const flat = reshape(g, x, [steps * batch, inputs]);
  const gates = linear(g, flat, g.param(`weight_ih_${suffix}`), added);
  const zeros = (): Value => g.emit('full', [], { shape: [width], value: 0 });
  const params = {
    ...{ cell, reverse, state: h0 !== undefined, lengths: lengths !== undefined },
    ...{ sequence: !isLast, saves: true },
  };
  const result = g.emit(
    'recurrent',
    [
      reshape(g, gates, [steps, batch, width]),
      g.param(`weight_hh_${suffix}`),
      ...(productApart ? [ofState ?? zeros()] : []),
      ...[h0, c0].flatMap((state) => (state ? [stateAt(g, state, attrs, direction)] : [])),
      ...(lengths ? [lengths] : []),
    ],
    params,
  );
  const { sequence, hidden } = recurrentRows(params, steps);
  return isLast || !sequence
    ? reshape(g, rowsOf(g, result, hidden), [batch, hiddenSize])
    : rowsOf(g, result, sequence);
}

/** The state that a layer begins with in one direction, `[N, H]`. */
function stateAt(g: Lowering, states: Value, attrs: Attrs, { layer, reverse }: Direction): Value {
  if (statesOf(attrs) === 1) return states;
  const start = layer * (attrs.bidirectional ? 2 : 1) + (reverse ? 1 : 0);
  const [batch = 1] = states.type.shape;
  const own = g.emit('slice', [states], { axis: 1, start, length: 1 });
  return reshape(g, own, [batch, attrs.hiddenSize]);
}

/** PyTorch answers a sequence and the last states of all layers and directions, of an LSTM with those of its cell. */
function torchCall(
  module: string,
  inputs: readonly string[],
  attrs: Attrs,
  { hasCell, x: sequence }: { readonly hasCell: boolean; readonly x: TensorType },
): string {
  const { output, bidirectional } = attrs;
  const [x = ''] = inputs;
  const { lengths, h0, c0 } = byPort(inputs, attrs, hasCell);
  const states = [h0, c0].flatMap((state) =>
    state === undefined
      ? []
      : [statesOf(attrs) === 1 ? `${state}.unsqueeze(0)` : `${state}.transpose(0, 1).contiguous()`],
  );
  const first = states.length > 1 ? `(${states.join(', ')})` : states[0];
  const [, steps] = sequence.shape;
  const taken =
    lengths === undefined
      ? x
      : pythonCall(
          'nn.utils.rnn.pack_padded_sequence',
          ...[x, `${lengths}.clamp(1, ${steps}).cpu()`, 'batch_first=True', 'enforce_sorted=False'],
        );
  const called = pythonCall(module, taken, first);
  if (output === 'last') {
    const last = hasCell ? `${called}[1][0]` : `${called}[1]`;
    return bidirectional ? `${last}[-2:].transpose(0, 1).flatten(1)` : `${last}[-1]`;
  }
  if (lengths === undefined) return `${called}[0]`;
  const padding = ['batch_first=True', `total_length=${steps}`];
  return `${pythonCall('nn.utils.rnn.pad_packed_sequence', `${called}[0]`, ...padding)}[0]`;
}
