/** model.py: the network in Keras's functional form, and how it gets its weights. */
import type { PortRef } from '#engine/ir/document.ts';
import { functionName } from '../python/names.ts';
import { inDocstring, indented, paragraph, text, tuple, wrapped } from '../python/text.ts';
import type { Code } from './code.ts';
import { outerLayout, sampleIn } from './layouts.ts';
import { typeOf } from './network.ts';
import type { ScaledField } from './scaling.ts';
import { type ModelOutput, statements } from './statements.ts';

export interface ModelRequest {
  readonly code: Code;
  /** By the model. */
  readonly scaled: readonly ScaledField[];
  readonly outputs: readonly ModelOutput[];
  /** `weights/trained.safetensors`. */
  readonly weights: string;
}

export function writeModel(request: ModelRequest): string {
  const { code, weights } = request;
  const body = [
    ...code.definitions.flatMap((definition) => ['', '', ...definition.split('\n')]),
    ...['', ''],
    ...build(request),
    ...['', ''],
    ...loading(weights),
  ];
  const files = [
    '',
    'FOLDER = Path(__file__).parent',
    ...(body.some((line) => line.includes('SCALING['))
      ? ['SCALING = dict(np.load(FOLDER / "weights/scaling.npz"))']
      : []),
  ];
  const all = [...files, ...body];
  return wrapped([...title(code), '', ...imports(all), ...all]);
}

const loading = (weights: string): readonly string[] => [
  `def load(weights: str | Path = FOLDER / ${text(weights)}) -> keras.Model:`,
  ...indented([
    '"""The network with weights from a file."""',
    'model = build()',
    'numbers = load_file(weights)',
    'for variable in model.weights:',
    ...indented(['variable.assign(numbers[variable.path])']),
    'return model',
  ]),
];

function title({ wiring: { document } }: Code): readonly string[] {
  const lines = [inDocstring(document.name), inDocstring(document.notes)];
  const [name = '', ...notes] = lines
    .filter((each) => each !== '')
    .flatMap((each) => each.split('\n'));
  if (notes.length === 0) return [`"""${name}: the network."""`];
  return [`"""${name}: the network.`, '', ...notes.flatMap((line) => paragraph(line)), '"""'];
}

function imports(lines: readonly string[]): readonly string[] {
  const all = lines.join('\n');
  const uses = (name: string): boolean => new RegExp(`\\b${name}\\.`).test(all);
  const parts = ['layers', 'ops'].filter(uses);
  return [
    'from pathlib import Path',
    '',
    'import keras',
    ...(uses('np') ? ['import numpy as np'] : []),
    ...(parts.length > 0 ? [`from keras import ${parts.join(', ')}`] : []),
    'from safetensors.numpy import load_file',
  ];
}

/** Of an input or output, as Keras has it. */
export function sizesOf({ wiring }: Code, ref: PortRef): string {
  const { shape } = typeOf(wiring, ref);
  return tuple(sampleIn(outerLayout(shape), shape));
}

function build({ code, scaled, outputs }: ModelRequest): readonly string[] {
  const { wiring, network } = code;
  const { lines, answers } = statements(code, scaled, outputs);
  const inputs = network.inputs.map((ref) => code.name(ref));
  const taken = network.inputs.map((ref) => `${code.name(ref)} ${sizesOf(code, ref)}`);
  const answered = outputs.map(
    ({ name, from }) => `${inDocstring(name)} ${sizesOf(code, wiring.origin(from))}`,
  );
  const [first = '', ...more] = paragraph(
    `Takes ${taken.join(', ')}; answers ${answered.join(', ')}.`,
    72,
  );
  const modelInputs = inputs.length === 1 ? inputs[0] : `[${inputs.join(', ')}]`;
  const entries = outputs.map(({ name }, k) => `${text(name)}: ${answers[k] ?? ''}`);
  const modelOutputs = outputs.length === 1 ? answers[0] : `{${entries.join(', ')}}`;
  const name = text(functionName(wiring.document.name));
  return [
    'def build() -> keras.Model:',
    ...indented([
      ...(more.length === 0 ? [`"""${first}"""`] : [`"""${first}`, ...more, '"""']),
      ...network.inputs.map((ref) => input(code, ref)),
      ...lines,
      `return keras.Model(${modelInputs}, ${modelOutputs}, name=${name})`,
    ]),
  ];
}

function input(code: Code, ref: PortRef): string {
  const isWhole = typeOf(code.wiring, ref).dtype === 'i32';
  const dtype = isWhole ? ', dtype="int32"' : '';
  const name = code.name(ref);
  return `${name} = keras.Input(${sizesOf(code, ref)}${dtype}, name=${text(name)})`;
}
