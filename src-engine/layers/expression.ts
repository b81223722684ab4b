/**
 * A formula over its inputs, number by number, with trained numbers where it names some. Of a base below zero a power
 * that is no whole number is none, and it has no gradient at zero.
 */
import { ShapeError } from '../ir/problem.ts';
import type { TensorType } from '../ir/tensor.ts';
import type { Value } from '../ops/builder.ts';
import { isOfEveryModule } from '../ir/torchModule.ts';
import { reshape } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { broadcast } from './shared/broadcast.ts';
import {
  type Formula,
  FormulaError,
  namesOf,
  readFormula,
  readParameters,
} from './shared/formula.ts';
import { lowerFormula } from './shared/formulaOps.ts';
import { type Dialect, formulaLines, formulaPython, KERAS, TORCH } from './shared/formulaPython.ts';
import { kerasLayer } from './shared/keras.ts';
import { filled } from './shared/normalisation.ts';

const MOST_INPUTS = 16;
const SHOWN = 28;
/** Of exported Python: how long lines are, how far in those of a method, and what leaves room for names there. */
const [LINE, INDENT, LONGEST_LINE] = [88, ' '.repeat(8), 60];

interface Attrs {
  readonly formula: string;
  readonly parameters: string;
  readonly perChannel: boolean;
}
interface Read {
  readonly formula: Formula;
  /** Trained, by what they begin at. */
  readonly parameters: ReadonlyMap<string, number>;
  readonly inputs: readonly string[];
}

/** Throws ShapeError at the attribute that is at fault. */
function read({ formula: text, parameters: list }: Attrs): Read {
  const parameters = at('parameters', () => readParameters(list));
  const formula = at('formula', () => readFormula(text));
  const names = namesOf(formula);
  const inputs = names.filter((name) => !parameters.has(name));
  const unused = [...parameters.keys()].find((name) => !names.includes(name));
  if (unused !== undefined) {
    throw refusal('parameters', `The formula does not name ${unused}, so it would not be trained.`);
  }
  if (inputs.length === 0) throw refusal('formula', 'The formula names no input, such as x.');
  if (inputs.length > MOST_INPUTS) {
    throw refusal(
      'formula',
      `The formula names ${inputs.length} inputs; ${MOST_INPUTS} are the most.`,
    );
  }
  return { formula, parameters, inputs };
}

function at<T>(attr: 'formula' | 'parameters', reading: () => T): T {
  try {
    return reading();
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error;
    const place = error.at === undefined ? '' : ` It is at character ${error.at + 1}.`;
    throw refusal(attr, `${error.message}${place}`);
  }
}

const refusal = (attr: 'formula' | 'parameters', message: string): ShapeError =>
  new ShapeError('shape.formula', message, {
    path: `attrs.${attr}`,
    explanation:
      attr === 'formula'
        ? 'It is such as x * sigmoid(x), max(a, b) or where(x > 0, x, 0.1 * x); names in it become inputs.'
        : 'They are names with what they begin at, such as beta = 1, gamma = 0.',
  });

/** While it cannot be read, what names it seems to have: wires keep their ends. */
function portsOf(attrs: Attrs): readonly string[] {
  try {
    return read(attrs).inputs;
  } catch {
    const words = attrs.formula.match(/[A-Za-z_]\w*(?!\w*\s*\()/g) ?? [];
    const trained = new Set(attrs.parameters.match(/[A-Za-z_]\w*/g) ?? []);
    const names = [...new Set(words)].filter((name) => !trained.has(name));
    return names.length === 0 ? ['x'] : names.slice(0, MOST_INPUTS);
  }
}

const outputOf = (inputs: readonly string[]): string => (inputs.includes('y') ? 'out' : 'y');

function typeOf(inputs: readonly string[], x: readonly TensorType[]): TensorType {
  const [first, ...others] = x;
  if (!first) throw refusal('formula', 'The formula names no input, such as x.');
  return others.reduce(
    (so, each, k) => broadcast('Expression', so, each, [inputs[0] ?? 'x', inputs[k + 1] ?? 'x']),
    broadcast('Expression', first, first, [inputs[0] ?? 'x', inputs[0] ?? 'x']),
  );
}

const channelsOf = ({ shape }: TensorType, { perChannel }: Attrs): number => {
  const channels = shape[1];
  return perChannel && typeof channels === 'number' ? channels : 1;
};

/** Two formulas are two classes: told apart by a sum over the text. */
function classOf({ formula, parameters }: Attrs): string {
  let hash = 0x811c9dc5;
  for (const character of `${formula};${parameters}`) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  return `Formula${hash.toString(16).padStart(8, '0')}`;
}

export default defineLayer({
  type: 'Expression',
  label: 'Expression',
  category: 'Activation',
  role: 'transform',
  doc: 'A formula of your own, number by number: x * sigmoid(beta * x), max(a, b), where(x > 0, x, 0.1 * x). Names in it become inputs, or numbers that are trained. Knows + - * / **, comparisons, abs, clamp, cos, exp, gelu, log, max, min, pow, relu, sigmoid, sign, silu, sin, softplus, sqrt, square, tanh and where.',
  formula: 'y = f(x, \\ldots)',
  keywords: [
    ...[
      'formula',
      'function',
      'custom',
      'lambda',
      'equation',
      'power',
      'clamp',
      'abs',
      'exp',
      'log',
    ],
    ...['sqrt', 'square', 'sign', 'maximum', 'minimum', 'divide', 'scale', 'where', 'swish'],
  ],
  idPrefix: 'f',
  attrs: {
    formula: {
      kind: 'text',
      default: 'x * sigmoid(x)',
      minLength: 1,
      maxLength: 500,
      help: 'What is computed of every number. Names become inputs; powers are written x ** 2.',
    },
    parameters: {
      kind: 'text',
      label: 'Trained numbers',
      default: '',
      maxLength: 500,
      help: 'Names in the formula that are trained, with what they begin at: beta = 1, gamma = 0.',
    },
    perChannel: {
      kind: 'bool',
      default: false,
      help: 'Trains each of them for every channel, not once for all.',
    },
  },
  ports(attrs) {
    const inputs = portsOf(attrs);
    return { in: inputs, out: [outputOf(inputs)] };
  },
  examples: [
    { formula: 'alpha * x * sigmoid(beta * x)', parameters: 'alpha, beta = 0.5', perChannel: true },
    { formula: 'max(a, 0.1 * a) - (b + 1) ** 3 / 4' },
    { formula: 'where(x > 0.5, gelu(x), shift - sqrt(exp(x)))', parameters: 'shift = 0.1' },
    { formula: 'sin(3 * x) * cos(x + 1)' },
    {
      formula:
        'train * x ** 2 + forward * tanh(half * x + type) - max(x, _own) * (1 + x ** 2) / (2 + cos(bias * x) * where(x > 0, sigmoid(x + 1), exp(-x ** 2)))',
      parameters: 'train = 0.5, forward, half = 2, type = 0.1, _own = 0.2, bias = 0.3',
    },
    { formula: 'clamp(x, -1, 1) + sign(x) * log(1 + abs(x)) - min(x, silu(x))' },
  ],
  byNumber: true,
  summary: ({ formula }) =>
    formula.length <= SHOWN ? formula : `${formula.slice(0, SHOWN - 1).trimEnd()}…`,
  infer(x: readonly TensorType[], attrs) {
    return [typeOf(read(attrs).inputs, x)];
  },
  inferPartial(x) {
    const known = x.find((each) => each !== undefined);
    return known && [known];
  },
  params(x: readonly TensorType[], attrs) {
    const { parameters, inputs } = read(attrs);
    const channels = channelsOf(typeOf(inputs, x), attrs);
    return Object.fromEntries(
      [...parameters].map(([name, value]) => [name, filled([channels], value)]),
    );
  },
  lower(g, x: readonly Value[], attrs) {
    const { formula, parameters, inputs } = read(attrs);
    const rank = x[0]?.type.shape.length ?? 1;
    const trained = [...parameters.keys()].map((name): readonly [string, Value] => {
      const value = g.param(name);
      const [channels = 1] = value.type.shape;
      const sizes = Array.from({ length: rank }, (_, axis) => (axis === 1 ? channels : 1));
      return [name, reshape(g, value, sizes)];
    });
    const given = inputs.flatMap((name, k): readonly (readonly [string, Value])[] => {
      const value = x[k];
      return value ? [[name, value]] : [];
    });
    return [lowerFormula(g, formula, new Map([...given, ...trained]))];
  },
  torch(attrs, x: readonly TensorType[]) {
    const { inputs } = read(attrs);
    const channels = channelsOf(typeOf(inputs, x), attrs);
    return `${classOf(attrs)}(${channels === 1 ? '' : channels})`;
  },
  torchCode: { definition },
  keras: {
    layout: 'either',
    form(attrs, x: readonly TensorType[], axis) {
      const { formula, parameters, inputs } = read(attrs);
      const line = (given: readonly string[]): string =>
        formulaPython(formula, KERAS, (name) => given[inputs.indexOf(name)] ?? name);
      if (parameters.size > 0 || line(inputs).length > LONGEST_LINE) {
        const type = typeOf(inputs, x);
        const channels = channelsOf(type, attrs);
        const shape = type.shape.slice(1).map((_size, k) => (k + 1 === axis(1) ? channels : 1));
        const variables = [...parameters.keys()].map((name) => [name, { name, shape }] as const);
        return kerasLayer(
          classOf(attrs),
          parameters.size === 0 ? [] : [`(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`],
          Object.fromEntries(variables),
          kerasDefinition(attrs),
        );
      }
      return { steps: [{ line: (...given) => line(given) }] };
    },
  },
});

function definition(attrs: Attrs): string {
  const { formula, parameters, inputs } = read(attrs);
  const [first = 'x'] = inputs;
  const takes = inputs.map((name) => `${name}: Tensor`).join(', ');
  // Under its own name in the state, also where nn.Module has another attribute of that name.
  const place = (name: string): string =>
    isOfEveryModule(name) ? `self._parameters["${name}"]` : `self.${name}`;
  const made = [...parameters].map(
    ([name, value]) =>
      `        ${place(name)} = nn.Parameter(torch.full((channels,), ${pythonFloat(value)}))\n`,
  );
  const taken = [...parameters.keys()].map(
    (name) => `        ${name} = ${place(name)}.reshape(-1, *[1] * (${first}.dim() - 2))\n`,
  );
  const start =
    made.length === 0
      ? ''
      : `    def __init__(self, channels: int = 1) -> None:
        super().__init__()
${made.join('')}
`;
  return `
class ${classOf(attrs)}(nn.Module):
    """A formula, number by number."""

${start}    def forward(self, ${takes}) -> Tensor:
${taken.join('')}${returned(formula, TORCH)}`;
}

/** Its trained numbers stand beside what they are multiplied with, of these sizes. */
function kerasDefinition(attrs: Attrs): string {
  const { formula, parameters, inputs } = read(attrs);
  const [first = 'x'] = inputs;
  const made = [...parameters].map(
    ([name, value]) => `            "${name}": self.number("${name}", ${pythonFloat(value)}),\n`,
  );
  const given =
    inputs.length === 1 ? [first, ''] : ['inputs', `        ${inputs.join(', ')} = inputs\n`];
  const taken = [...parameters.keys()].map((name) => `        ${name} = self.trained["${name}"]\n`);
  const start =
    made.length === 0
      ? ''
      : `    def __init__(self, sizes, **options):
        super().__init__(**options)
        self.sizes = sizes

    def number(self, name, value):
        start = keras.initializers.Constant(value)
        return self.add_weight(shape=self.sizes, initializer=start, name=name)

    def build(self, input_shape):
        self.trained = {
${made.join('')}        }

`;
  return `
class ${classOf(attrs)}(layers.Layer):
    """A formula, number by number."""

${start}    def call(self, ${given[0] ?? ''}):
${given[1] ?? ''}${taken.join('')}${returned(formula, KERAS)}`;
}

/** The last lines of a method, of which none is longer than ruff leaves it. */
function returned(formula: Formula, dialect: Dialect): string {
  const { before, value } = formulaLines(formula, dialect, LINE - INDENT.length - 'return '.length);
  return [...before, `return ${value}`].map((each) => `${INDENT}${each}\n`).join('');
}

const pythonFloat = (value: number): string =>
  Number.isInteger(value) && Math.abs(value) < 1e15 ? `${value}.0` : String(value);
