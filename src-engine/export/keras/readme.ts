/** README.md of a Keras model: what is in it, how it is used, what it takes and answers. */
import type { PortRef } from '#engine/ir/document.ts';
import type { Code } from './code.ts';
import { outerLayout } from './layouts.ts';
import { sizesOf } from './model.ts';
import { typeOf } from './network.ts';
import { type ScaledField, SCALING_FILE, scalingInWords } from './scaling.ts';
import type { ModelOutput } from './statements.ts';

export interface ReadmeRequest {
  readonly code: Code;
  /** That training scaled. */
  readonly fields: readonly ScaledField[];
  /** By the model itself. */
  readonly standardise: boolean;
  readonly outputs: readonly ModelOutput[];
  readonly files: readonly string[];
  readonly notes: readonly string[];
}

const ABOUT: ReadonlyMap<string, string> = new Map([
  ['model.py', 'the network: `build()` makes it, `load()` gives it its weights'],
  ['weights/initial.safetensors', 'the weights that training begins with'],
  ['weights/trained.safetensors', 'the trained weights'],
  [SCALING_FILE, 'how inputs are scaled'],
  ['requirements.txt', 'what it needs'],
]);

export function writeReadme(request: ReadmeRequest): string {
  const { code, outputs, files, notes } = request;
  const { name, notes: words } = code.wiring.document;
  const inputs = code.network.inputs.map((ref) => code.name(ref));
  const given = inputs.length === 1 ? inputs[0] : `[${inputs.join(', ')}]`;
  return [
    `# ${name}`,
    ...(words === '' ? [] : ['', words]),
    '',
    'A Keras 3 model, written by Netloom.',
    '',
    '| File | What |',
    '| --- | --- |',
    ...files.map((file) => `| \`${file}\` | ${ABOUT.get(file) ?? ''} |`),
    '',
    'Keras computes with PyTorch, JAX or TensorFlow, whichever is installed beside it; `KERAS_BACKEND` names it.',
    '',
    '```sh',
    'pip install -r requirements.txt torch',
    'export KERAS_BACKEND=torch',
    '```',
    '',
    '```python',
    'from model import load',
    '',
    'model = load()',
    `answer = model.predict(${given})`,
    '```',
    '',
    '| Takes | Sizes | |',
    '| --- | --- | --- |',
    ...code.network.inputs.map((ref) => inputRow(request, ref)),
    '',
    '| Answers | Sizes | |',
    '| --- | --- | --- |',
    ...outputs.map((output) => outputRow(request, output)),
    ...(outputs.length > 1 ? ['', 'Several outputs are a dictionary, by these names.'] : []),
    ...(notes.length === 0 ? [] : ['', '## Notes', '', ...notes.map((note) => `- ${note}`)]),
    '',
  ].join('\n');
}

function inputRow({ code, fields, standardise }: ReadmeRequest, ref: PortRef): string {
  const field = fields.find((each) => each.ref.node === ref.node && each.ref.port === ref.port);
  const isDrawn = code.wiring.node(ref.node).definition?.role === 'latent';
  const about = isDrawn
    ? 'random numbers, as training draws them'
    : standardise || !field
      ? `as the data has it${lastChannels(code, ref)}`
      : `scaled before: ${scalingInWords(code.name(ref), field.normalisation)}${lastChannels(code, ref)}`;
  return `| \`${code.name(ref)}\` | \`${sizesOf(code, ref)}\` | ${about} |`;
}

const lastChannels = ({ wiring }: Code, ref: PortRef): string =>
  outerLayout(typeOf(wiring, ref).shape) === 'channelsLast' ? ', channels last' : '';

function outputRow({ code }: ReadmeRequest, { name, from, units }: ModelOutput): string {
  const ref = code.wiring.origin(from);
  const about = units === null ? `of \`${from.node}\`` : 'in the units of the data';
  return `| \`${name}\` | \`${sizesOf(code, ref)}\` | ${about}${lastChannels(code, ref)} |`;
}
