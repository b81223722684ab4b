/**
 * How a network is trained: the one list of its settings. Another one is another entry here: the type, the
 * file, its JSON Schema and reading, the command line and the forms follow (test/pure/ir/settings.test.ts).
 */
import {
  type ComponentSetting,
  defaultSettings,
  type SettingSchema,
  type SettingValues,
} from './settings.ts';

/** A schema as itself: literal enough for the type of its values. */
const settings = <const S extends SettingSchema>(schema: S): S => schema;

/** Of parameters that are trained otherwise than the rest of their objective's. */
export const parameterGroupSettings = settings({
  nodes: { kind: 'nodes', help: 'Nodes whose parameters these settings are for.' },
  frozen: {
    kind: 'bool',
    default: false,
    help: 'Their parameters stay as they are; gradients pass through them all the same.',
  },
  learningRateFactor: {
    kind: 'number',
    label: 'Rate factor',
    default: 1,
    min: 0,
    max: 1000,
    logarithmic: true,
    help: 'Times the learning rate of the objective: below 1 for layers that have learned already.',
  },
  weightDecay: {
    kind: 'optional',
    label: 'Own decay',
    of: { kind: 'number', default: 0, min: 0, max: 1, help: "Instead of the optimiser's own." },
    help: "Instead of the optimiser's own.",
  },
  l1: {
    kind: 'number',
    label: 'L1 penalty',
    default: 0,
    min: 0,
    max: 1000,
    logarithmic: true,
    sparse: true,
    help: 'So many times the sum of their sizes is added to what is made smaller: weights that matter little go to zero. The loss on show is without it.',
  },
  l2: {
    kind: 'number',
    label: 'L2 penalty',
    default: 0,
    min: 0,
    max: 1000,
    logarithmic: true,
    sparse: true,
    help: 'So many times the sum of their squares is added to what is made smaller: no weight gets large. The loss on show is without it.',
  },
});

const optimizer = {
  kind: 'component',
  label: 'Optimiser',
  registry: 'optimizer',
  type: 'Adam',
  settings: {},
  help: 'How gradients change the weights.',
} as const satisfies ComponentSetting;

export const objectiveSettings = settings({
  name: {
    kind: 'name',
    maxLength: 60,
    help: 'Generator, Discriminator: what it is called where there are several.',
  },
  losses: { kind: 'someNodes', help: 'What this objective makes smaller: the sum of these.' },
  trains: { kind: 'someNodes', help: 'The nodes whose weights this objective changes.' },
  lossWeights: {
    kind: 'factors',
    of: {
      kind: 'number',
      default: 1,
      min: 0,
      max: 1e6,
      help: 'What this loss counts for in the sum.',
    },
    sparse: true,
    help: 'What a loss counts for in the sum, by its node; 1 where it is not named.',
  },
  groups: {
    kind: 'list',
    of: parameterGroupSettings,
    min: 0,
    max: 100,
    sparse: true,
    help: 'Parameters that are trained otherwise than the rest.',
  },
  every: {
    kind: 'int',
    default: 1,
    min: 1,
    max: 1000,
    unit: 'updates',
    sparse: true,
    help: 'Updates for one of this objective: with 5 it is trained once while the others are trained five times.',
  },
  optimizer,
  schedule: {
    kind: 'component',
    registry: 'schedule',
    type: 'ConstantLR',
    settings: {
      warmupEpochs: {
        kind: 'number',
        label: 'Warm-up',
        default: 0,
        min: 0,
        max: 10_000,
        unit: 'epochs',
        help: 'Epochs in which the rate rises evenly from nearly 0.',
      },
    },
    sparse: true,
    help: 'How the learning rate changes.',
  },
});

export const trainingSchema = settings({
  objectives: {
    kind: 'list',
    of: objectiveSettings,
    min: 1,
    max: 100,
    hidden: true,
    bar: { rank: 4 },
    help: 'What is made smaller, by which optimiser.',
  },
  epochs: {
    kind: 'int',
    default: 5,
    min: 1,
    max: 100_000,
    bar: { rank: 2 },
    flag: { name: 'epochs', value: 'n', help: 'passes over the training data' },
    help: 'How often every training sample is seen.',
  },
  batchSize: {
    kind: 'int',
    default: 64,
    min: 1,
    max: 65_536,
    bar: { rank: 3, label: 'Batch' },
    flag: { name: 'batch', value: 'n', help: 'samples per step' },
    help: 'Samples per step.',
  },
  seed: {
    kind: 'int',
    default: 42,
    min: 0,
    max: 0xffff_ffff,
    bar: { rank: 5, yields: true },
    flag: { name: 'seed', value: 'n', help: 'seed of all random numbers' },
    help: 'Same seed, same numbers: weights, dropout, noise and order of samples follow from it.',
  },
  shuffle: { kind: 'bool', default: true, help: 'A new order of the samples in every epoch.' },
  sampling: {
    kind: 'choice',
    default: 'each',
    options: ['each', 'balanced', 'weighted'],
    optionLabels: { each: 'Each once', balanced: 'Classes alike', weighted: 'By weight' },
    sparse: true,
    flag: { name: 'sampling', value: 'kind', help: 'which training samples an epoch is made of' },
    help: 'Which training samples an epoch is made of. Classes alike draws every class equally often, so that a rare one is not passed over; by weight draws by what the data says that a sample counts for. Both draw as many as there are, some of them more than once.',
  },
  classWeights: {
    kind: 'choice',
    default: 'none',
    options: ['none', 'balanced'],
    optionLabels: { none: 'None', balanced: 'Balanced' },
    sparse: true,
    flag: { name: 'class-weights', value: 'kind', help: 'what a class counts for in the loss' },
    help: 'What a class counts for in the loss of training: balanced makes all classes count alike, however many samples they have. Validation and test count every sample alike.',
  },
  dropLast: {
    kind: 'bool',
    label: 'Drop last batch',
    default: false,
    flag: { name: 'drop-last', help: 'leave out the last batch of an epoch where it is smaller' },
    help: 'Leaves out the last batch of an epoch where it is smaller than the others. Batch norm cannot learn from a batch of one.',
  },
  accumulateSteps: {
    kind: 'int',
    label: 'Accumulate',
    default: 1,
    min: 1,
    max: 10_000,
    unit: 'batches',
    sparse: true,
    flag: { name: 'accumulate', value: 'n', help: 'batches whose gradients make one update' },
    help: 'Batches whose gradients make one update: as one batch of so many times the size, in the memory of one.',
  },
  ema: {
    kind: 'optional',
    label: 'Weight EMA',
    of: {
      kind: 'group',
      settings: {
        decay: {
          kind: 'number',
          default: 0.999,
          min: 0,
          max: 0.999_999,
          flag: {
            name: 'ema',
            value: 'decay',
            help: 'evaluate and save a moving average of the weights',
          },
          help: 'Share of the average that is kept at each update.',
        },
        evaluate: {
          kind: 'bool',
          label: 'Evaluate it',
          default: true,
          help: 'Evaluation, samples and saved weights are those of the average.',
        },
      },
      help: 'The moving average.',
    },
    sparse: true,
    help: 'Keeps a moving average of the weights. It is what is evaluated, shown and saved; training goes on with the weights themselves.',
  },
  split: {
    kind: 'group',
    settings: {
      kind: {
        kind: 'choice',
        label: 'Split',
        default: 'random',
        options: ['random', 'stratified', 'byGroup', 'byTime', 'byColumn'],
        optionLabels: {
          random: 'At random',
          stratified: 'Stratified',
          byGroup: 'By group',
          byTime: 'By time',
          byColumn: 'By a column',
        },
        sparse: true,
        flag: { name: 'split', value: 'kind', help: 'which samples are kept back' },
        help: 'Which samples are kept back. Stratified gives each part its share of every class; by group keeps samples together that belong together; by time keeps back the latest; by a column takes the parts that the data says.',
      },
      validation: {
        kind: 'number',
        default: 0.1,
        min: 0,
        max: 0.9,
        onlyIf: { setting: 'kind', isNot: 'byColumn' },
        help: 'Share of the training data that is kept back to measure on.',
      },
      test: {
        kind: 'number',
        default: 0.1,
        min: 0,
        max: 0.9,
        onlyIf: { setting: 'kind', isNot: 'byColumn' },
        help: 'Share of all data kept for the end. Ignored where the source has a test part of its own.',
      },
      folds: {
        kind: 'int',
        default: 0,
        min: 0,
        max: 1000,
        zero: 'Off',
        sparse: true,
        onlyIf: { setting: 'kind', isNot: 'byColumn' },
        help: 'Parts of the training data, one of which is validated on instead of a share: each in its turn is k-fold cross-validation. By time each fold trains on what is before it.',
      },
      fold: {
        kind: 'int',
        default: 1,
        min: 1,
        max: 1000,
        sparse: true,
        onlyIf: { setting: 'folds', isNot: 0 },
        help: 'Which of the folds this run validates on.',
      },
      maxRows: {
        kind: 'int',
        label: 'Row limit',
        default: 0,
        min: 0,
        max: 2_147_483_647,
        unit: 'samples',
        zero: 'All',
        sparse: true,
        flag: { name: 'max-rows', value: 'n', help: 'train and validate on so many samples' },
        help: 'A random choice of the samples, with its share of every class: to try things fast. A test part of its own that the source has stays whole.',
      },
    },
    help: 'What is kept back to measure on.',
  },
  labelNoise: {
    kind: 'number',
    default: 0,
    min: 0,
    max: 1,
    sparse: true,
    flag: { name: 'label-noise', value: 'share', help: 'training labels that are made wrong' },
    help: 'Share of the training labels that are replaced by another class, to see what a network makes of wrong ones. Validation and test keep theirs.',
  },
  gradientClip: {
    kind: 'optional',
    label: 'Clip gradients',
    of: {
      kind: 'group',
      settings: {
        kind: {
          kind: 'choice',
          label: 'By',
          default: 'norm',
          options: ['norm', 'value'],
          optionLabels: { norm: 'Norm', value: 'Value' },
          help: 'The norm of all gradients together, or each value by itself.',
        },
        max: {
          kind: 'number',
          label: 'At most',
          default: 1,
          above: 0,
          help: 'Norms or values above are scaled down to it.',
        },
      },
      help: 'How gradients are limited.',
    },
    help: 'Limits how far one step can go, against bursts.',
  },
  monitor: {
    kind: 'metric',
    label: 'Watches',
    sparse: true,
    flag: {
      name: 'monitor',
      value: 'metric',
      help: 'what says which epoch is best: loss, accuracy, f1, NODE.f1, ...',
    },
    help: 'The metric of validation that says which epoch is best: for the best checkpoint, early stopping and rates that fall on a plateau.',
  },
  earlyStopping: {
    kind: 'optional',
    label: 'Stop early',
    of: {
      kind: 'group',
      settings: {
        patience: {
          kind: 'int',
          default: 5,
          min: 1,
          unit: 'epochs',
          help: 'Epochs without improvement before it stops.',
        },
        minDelta: {
          kind: 'number',
          label: 'Improves by',
          default: 0,
          min: 0,
          help: 'A smaller improvement counts as none.',
        },
      },
      help: 'When to stop.',
    },
    help: 'Ends the run when validation has not improved for some epochs.',
  },
  device: {
    kind: 'choice',
    default: 'auto',
    options: ['auto', 'cpu', 'webgpu'],
    optionLabels: { auto: 'Automatic', cpu: 'CPU', webgpu: 'GPU' },
    bar: { rank: 1, yields: true },
    flag: { name: 'device', value: 'name', help: 'where to train' },
    help: 'What computes. Automatic takes the GPU where there is one that is faster than the CPU.',
  },
  precision: {
    kind: 'choice',
    default: 'float32',
    options: ['float32', 'float16'],
    optionLabels: { float32: '32-bit', float16: '16-bit activations' },
    flag: { name: 'precision', value: 'type', help: 'how a GPU keeps activations' },
    help: '16-bit floats halve the memory that activations take on a GPU; weights and sums stay 32-bit, and the loss is scaled so that small gradients survive. The CPU always uses 32 bits.',
  },
  threads: {
    kind: 'int',
    default: 0,
    min: 0,
    max: 256,
    zero: 'Automatic',
    flag: { name: 'threads', value: 'n', help: 'CPU threads; 0 takes the physical cores' },
    help: 'Of the CPU engine. Automatic (0) takes one per physical core.',
  },
});

export type TrainingSettings = SettingValues<typeof trainingSchema>;
export type SplitKind = TrainingSettings['split']['kind'];
export type Objective = SettingValues<typeof objectiveSettings>;
export type ParameterGroup = SettingValues<typeof parameterGroupSettings>;

export const DEFAULT_TRAINING: TrainingSettings = defaultSettings(trainingSchema);
