/**
 * What a layer file states. One file per layer type in this folder, found by index.ts; palette, form,
 * checks, shapes, training, documentation and export follow from it.
 *
 * To add a layer: copy the nearest file, name it the camelCase of its `type`, export the definition as
 * default, add `test/layers/NAME.test.ts` with what is special about it; `torch` and `keras` say what it is there,
 * or why Keras has none. Nothing else is written by hand:
 * the contract tests run its gradients, both fast backends, its bounds and its way through a file over the
 * registry; `npm run derive` writes the layer reference (resources/docs/layers.md), the schema
 * (resources/schema/) and what PyTorch and Keras answer to its code (torch_trials/, torch_answers/ and
 * keras_answers/ in test/parity/) anew, for which it asks a Python that has both (PYTHON names it); `npm test`
 * fails until they are.
 */
import type { AttrSchema, AttrValues, Interval } from '../ir/attrs.ts';
import type { Initializer } from '../ir/graph.ts';
import type { Problem } from '../ir/problem.ts';
import type { LayerFix } from '../ir/layerFix.ts';
import type { ConcreteShape, TensorType } from '../ir/tensor.ts';
import type { GraphBuilder, Value } from '../ops/builder.ts';
import type { KerasSpec } from './shared/keras.ts';

export type {
  KerasForm,
  KerasLayerStep,
  KerasLayout,
  KerasStep,
  KerasSteps,
  KerasVariable,
} from './shared/keras.ts';

export const LAYER_CATEGORIES = [
  'Data',
  'Linear',
  'Convolution',
  'Activation',
  'Normalisation',
  'Pooling',
  'Sequence',
  'Shape',
  'Merge',
  'Noise',
  'Loss',
] as const;
export type LayerCategory = (typeof LAYER_CATEGORIES)[number];

/**
 * What a layer is, for whoever treats some otherwise than others: `category` says only where the palette has it.
 * `latent`: random numbers from nothing. `noise`: spoils what it is given, in evaluation as well; `dropout`:
 * while training alone. `reshape`: the same numbers in another shape. `constant`: of what it is given only the
 * shape counts. `transform`: any other function.
 */
export type LayerRole =
  | 'data'
  | 'latent'
  | 'constant'
  | 'transform'
  | 'activation'
  | 'normalisation'
  | 'reshape'
  | 'noise'
  | 'dropout'
  | 'loss';

/**
 * What comes to or from a port, where that matters. A loss has a port `loss`, and one of each other unless it
 * compares nothing: a penalty on what it is given.
 */
export type PortRole = 'prediction' | 'target' | 'loss';

/** A trainable tensor; the key it is declared under is PyTorch's (`weight`, `bias`). */
export interface ParamSpec {
  readonly shape: ConcreteShape;
  readonly init: Initializer;
}
export type BufferSpec = ParamSpec;

/** One type per port, in port order. */
export type PortTypes<P extends readonly string[]> = {
  readonly [K in keyof P]: TensorType;
};
/** One value per port, in port order. */
export type PortValues<P extends readonly string[]> = {
  readonly [K in keyof P]: Value;
};

/** What a layer may ask for while lowering to ops. */
export interface Lowering extends Pick<GraphBuilder, 'emit'> {
  readonly mode: 'train' | 'eval';
  readonly batch: number;
  /** This node's tensors by the key they were declared under. */
  param(key: string): Value;
  buffer(key: string): Value;
  /** Stores a new value in a buffer at this point of the step (running statistics). */
  assignBuffer(key: string, value: Value): void;
  /** The random feed, and a stream number no other place in the document has. */
  readonly rng: Value;
  randomStream(): number;
  /** A field of this Data node's source for the current batch: gathered, as f32 or i32, normalised. */
  batchField(field: string): Value;
  /** What each sample of the batch counts for in a loss, `[N]`, 1 on average; null where all count alike. */
  readonly sampleWeights: Value | null;
}

/** How a layer stands in Python that people read, where `torch`, a module called with its inputs, is not all. */
export interface TorchCode<Attrs, Types> {
  /**
   * Its value, from variables of these names: `a + b`; of a loss `F.mse_loss(a, b)`; a latent source gets how many
   * samples are wanted, and on which device.
   */
  readonly call?: (inputs: readonly string[], attrs: Attrs, x: Types) => string;
  /** Its value, where that is not just what its module answers: `self.lstm(x)[0]`, `module` being `self.lstm`. */
  readonly called?: (module: string, inputs: readonly string[], attrs: Attrs, x: Types) => string;
  /** The class that `torch` constructs, where PyTorch has none; after those it builds on. */
  readonly definition?: (attrs: Attrs) => string | readonly string[];
  /** Of a loss, what its mean is over where that is not how many numbers there are (`meanOver`), as the call of a function. */
  readonly over?: {
    readonly definition: string;
    readonly call: (inputs: readonly string[], attrs: Attrs) => string;
  };
  /** With tensors some of which are another node's, by its own keys: `F.linear(x, weight, bias)`. */
  readonly withTensors?: (
    x: string,
    tensors: Readonly<Record<string, string>>,
    attrs: Attrs,
  ) => string;
}

type Ports<In extends readonly string[], Out extends readonly string[], S extends AttrSchema> =
  | { readonly in: In; readonly out: Out }
  | ((attrs: AttrValues<S>) => { readonly in: In; readonly out: Out });

/** A problem found by a layer about itself; `check` adds the node and turns its fixes into edits. */
export type LayerProblem = Omit<Problem, 'node' | 'fixes'> & {
  readonly fixes?: readonly LayerFix[];
};

/** `input`: the same as the first input's. */
type ValueRange = Interval | 'input';
type PortRanges<Port extends string> = { readonly [P in Port]?: Interval };

/** How a window moves over an image: what the receptive field follows from. */
export interface WindowSpec {
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
}

export interface LayerSpec<
  S extends AttrSchema,
  In extends readonly string[],
  Out extends readonly string[],
> {
  /** PyTorch's class name where it has one. Unique. */
  readonly type: string;
  readonly label: string;
  /** Where the palette lists it, with its colour; says nothing of what it does. */
  readonly category: LayerCategory;
  readonly role: LayerRole;
  /** What it does and when to use it; plain sentences. */
  readonly doc: string;
  /** Among those of its role what people try first: proposed before the others. */
  readonly isUsual?: true;
  /** KaTeX source. */
  readonly formula?: string;
  readonly keywords?: readonly string[];
  readonly attrs: S;
  readonly ports: Ports<In, Out, S>;
  /** Attributes that make a difference only together: tried as the defaults are, and each attribute by itself. */
  readonly examples?: readonly Partial<AttrValues<S>>[];
  /** The attribute line on the card, defaults left out: `1→32 k3 s1 p1`. `x` is absent while unwired. */
  summary(attrs: AttrValues<S>, x: PortTypes<In> | undefined): string;
  /** Output types from input types, batch symbolic or bound. Throws ShapeError. */
  infer(x: PortTypes<In>, attrs: AttrValues<S>): PortTypes<Out>;
  readonly params?: (x: PortTypes<In>, attrs: AttrValues<S>) => Readonly<Record<string, ParamSpec>>;
  readonly buffers?: (
    x: PortTypes<In>,
    attrs: AttrValues<S>,
  ) => Readonly<Record<string, BufferSpec>>;
  lower(g: Lowering, x: PortValues<In>, attrs: AttrValues<S>): PortValues<Out>;
  /**
   * What every number it gives lies in; `input`: in what those of its first input do (and zero, of which
   * every declared range has some). Absent: any number.
   */
  readonly range?: ValueRange | ((attrs: AttrValues<S>) => ValueRange | undefined);
  readonly portRoles?: { readonly [P in In[number] | Out[number]]?: PortRole };
  /** Ports whose numbers have a meaning only within these bounds; others are none to compute with. */
  readonly portRanges?:
    | PortRanges<In[number] | Out[number]>
    | ((attrs: AttrValues<S>) => PortRanges<In[number] | Out[number]>);
  /**
   * Of a loss that takes raw scores: the activation it applies itself, or by which they are read. A loss without compares its prediction
   * with its target as they are.
   */
  readonly takesScores?: 'softmax' | 'sigmoid';
  /**
   * Of a loss whose target says how two things go together: its prediction is the first of them, which the target
   * is nothing to compare with.
   */
  readonly judgesPairs?: true;
  /** Of a loss: its target may be the probability of each class in place of a class, f32 `[N, classes]`. */
  readonly takesProbabilities?: {
    /** The loss for numbers that are none. */
    readonly ofNumbers: string;
  };
  /** For losses that take raw scores or logarithms: what a prediction means, shown and given out in its place. */
  readonly outputActivation?: (
    g: Lowering,
    prediction: Value,
    attrs: AttrValues<S>,
    x: PortTypes<In>,
  ) => Value;
  /** For losses that can judge classes: what accuracy, confusion and sample predictions are made of. */
  readonly classify?: (
    g: Lowering,
    x: PortValues<In>,
    attrs: AttrValues<S>,
  ) => {
    /** `[rows, classes]`: a row for each sample, or for each of its places that has a label. */
    readonly probabilities: Value;
    /** The most likely class, i32 `[rows]`. */
    readonly predicted: Value;
    /** 1 where it is the right one, f32 `[rows]`. */
    readonly correct: Value;
    /** What is right, i32 `[rows]`; absent: the target is that. */
    readonly labels?: Value;
  };
  /** Of a loss: each number of a sample may be a yes or no of its own, a label that it has or not. */
  readonly judgesLabels?: true;
  /** Of a loss that judges classes, the dimension of its prediction that counts them, where it need not be 1. */
  readonly classAxis?: (x: PortTypes<In>, attrs: AttrValues<S>) => number;
  /** Of a loss that judges classes, the label that counts for nothing, here as in metrics; null: none does. */
  readonly ignoredLabel?: (attrs: AttrValues<S>) => number | null;
  /**
   * Of a loss, what its mean is over, a scalar, where that is not how many numbers there are: those that count, or the
   * sum of what they count for. So batches add up, however much of each counts.
   */
  readonly meanOver?: (g: Lowering, x: PortValues<In>, attrs: AttrValues<S>) => Value | null;
  /** Whether there is such a number in evaluation. */
  readonly isWeighted?: (attrs: AttrValues<S>, x: PortTypes<In>) => boolean;
  /** How many samples a batch must have to be trained on; 1 when absent. */
  readonly leastBatch?: (x: PortTypes<In>) => number;
  /** No gradient flows back through it: what it answers depends on the shape of its inputs alone. */
  readonly stopsGradient?: true;
  /** Acts differently in training and evaluation, or does under these attributes; shown in the inspector. */
  readonly differsInTraining?: true | ((attrs: AttrValues<S>) => boolean);
  /** Advice beyond shapes, given inferred inputs. */
  readonly check?: (
    x: PortTypes<In>,
    attrs: AttrValues<S>,
    context: {
      readonly nodeId: string;
      /** Whether data come to this port as they are. */
      readonly isField: (port: string) => boolean;
    },
  ) => readonly LayerProblem[];
  /**
   * Output types as far as attributes and the known inputs tell, when an input is open or does not
   * fit: lets the checks downstream go on. Undefined: nothing can be said.
   */
  readonly inferPartial?: (
    x: readonly (TensorType | undefined)[],
    attrs: AttrValues<S>,
  ) => readonly TensorType[] | undefined;
  /** Each number it gives is made of those at its place alone: with one input it has a curve. */
  readonly byNumber?: true;
  /** The attribute that sets dimension 1 of the output (features, channels), for fixes downstream. */
  readonly widthAttr?: keyof S & string;
  readonly window?: (attrs: AttrValues<S>) => WindowSpec;
  /**
   * Of a layer that answers exactly zero over a whole range, where no gradient passes: what helps where most
   * of its units answer nothing else. They are counted while it trains.
   */
  readonly whenSilent?: readonly LayerFix[];
  /** Ids of new nodes begin with it: `conv` for `conv1`. The camelCase of the type when absent. */
  readonly idPrefix?: string;
  /** Python that constructs it: `nn.Linear(784, 128)`. Absent for Data. */
  readonly torch?: (attrs: AttrValues<S>, x: PortTypes<In>) => string;
  /** The PyTorch that first has what `torch` says, where that came after 1.13. */
  readonly torchSince?: (attrs: AttrValues<S>) => string | undefined;
  readonly torchCode?: TorchCode<AttrValues<S>, PortTypes<In>>;
  /** How Keras has it, or why it has not. Absent where a model in use has it not: data, losses, noise. */
  readonly keras?: KerasSpec<AttrValues<S>, PortTypes<In>>;
  /** Steps from older attribute layouts, applied in order by restoreDocument. */
  readonly migrations?: readonly ((attrs: Record<string, unknown>) => Record<string, unknown>)[];
}

/** A layer with its types erased, as registries hold it. Inputs are checked before they get here. */
export interface LayerDefinition extends Omit<
  LayerSpec<AttrSchema, readonly string[], readonly string[]>,
  'ports' | 'portRanges' | 'range'
> {
  range(attrs: AttrValues<AttrSchema>): ValueRange | undefined;
  portRanges(attrs: AttrValues<AttrSchema>): PortRanges<string>;
  ports(attrs: AttrValues<AttrSchema>): {
    readonly in: readonly string[];
    readonly out: readonly string[];
  };
}

/** The port that has a role, by its name. */
export function portOf(
  definition: Pick<LayerDefinition, 'portRoles'> | null | undefined,
  role: PortRole,
): string | undefined {
  return Object.entries(definition?.portRoles ?? {}).find(([, each]) => each === role)?.[0];
}

export function defineLayer<
  const S extends AttrSchema,
  const In extends readonly string[],
  const Out extends readonly string[],
>(spec: LayerSpec<S, In, Out>): LayerDefinition {
  const { ports, portRanges = {}, range } = spec;
  const erased = {
    ...spec,
    range: typeof range === 'function' ? range : () => range,
    ports: typeof ports === 'function' ? ports : () => ports,
    portRanges: typeof portRanges === 'function' ? portRanges : () => portRanges,
  };
  // The registry calls each function with values its own schema and ports produced, so the narrower
  // parameter types hold; TypeScript cannot express that existential.
  return erased as unknown as LayerDefinition;
}
