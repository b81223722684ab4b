/**
 * PyTorch's answers to the trials of a layer, one file for each layer (torch_trials/TYPE.json), a line for each tensor.
 * They are compared on every machine. What PyTorch was asked stands there as the code that exports write and as a digest
 * of all of it, inputs and weights included: where that changes, the numbers are out of date until `npm run derive` asks
 * PyTorch anew.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LayerDefinition } from '#engine/layers/define.ts';
import { canDerive } from '../support/derivedFile.ts';
import { attrsOf, layerGraph, tensorsOf } from '../support/layerCase.ts';
import { type LayerTrial, trialsOf } from '../support/layerTrials.ts';
import { pythonWith, withoutPython } from '../support/python.ts';
import { type TestTensor, uniformTensor } from '../support/random.ts';
import type { WrittenTensor } from './torchValues.ts';

export interface TorchResult {
  readonly output: WrittenTensor;
  readonly gradients: Readonly<Record<string, WrittenTensor>>;
  readonly buffers: Readonly<Record<string, WrittenTensor>>;
}
/** What PyTorch runs, by the names that torch_trials.py has for it. */
interface Code {
  readonly code?: string | undefined;
  readonly definition?: string | undefined;
  readonly call?: string | undefined;
  readonly around?: string | undefined;
}
interface KeptTrial extends TorchResult {
  readonly title: string;
  readonly code: Code;
  readonly request: string;
}
interface Kept {
  readonly torch: string;
  readonly trials: readonly KeptTrial[];
}

export const TORCH_TRIALS = join(import.meta.dirname, 'torch_trials');
const SCRIPT = join(import.meta.dirname, 'torch_trials.py');

/** A thousandth of what the comparison allows: it is to 1e-9 of a number. */
const DIGITS = 12;
/** All that a float64 has: how near losses are to PyTorch's stands in resources/docs/agreement.md. */
const LOSS_DIGITS = 17;

export const dyOf = (shape: readonly number[]): TestTensor => uniformTensor(shape, { seed: 9 });

/** Those that draw no numbers: PyTorch's generator gives others. */
export const torchTrialsOf = (definition: LayerDefinition): readonly LayerTrial[] =>
  trialsOf(definition).filter((trial) =>
    layerGraph(trial, dyOf).graph.values.every(
      (value) => value.kind === 'leaf' || !/random|dropout/i.test(value.op),
    ),
  );

export interface TorchAnswers {
  /** One for each trial, undefined where PyTorch was asked something else. */
  readonly results: readonly (TorchResult | undefined)[];
  /** Trials whose numbers are out of date, by their titles and what PyTorch would be asked now. */
  readonly stale: readonly string[];
}

export function torchAnswers(
  definition: LayerDefinition,
  trials: readonly LayerTrial[],
): TorchAnswers {
  const requests = trials.map((trial) => requestOf(definition, trial));
  const digests = requests.map(digestOf);
  const path = join(TORCH_TRIALS, `${definition.type}.json`);
  const known = read(path);
  const isFresh =
    known.length === trials.length && known.every(({ request }, k) => request === digests[k]);
  if (!isFresh && canDerive && withoutPython === '') {
    const { torch, results } = askTorch(requests);
    const asked = results.map((result, k) => ({
      title: trials[k]?.title ?? '',
      code: codeOf(requests[k] ?? {}),
      request: digests[k] ?? '',
      ...result,
    }));
    const digits = definition.role === 'loss' ? LOSS_DIGITS : DIGITS;
    writeFileSync(path, textOf({ torch, trials: asked }, digits));
    return { results, stale: [] };
  }
  const results = digests.map((digest) => known.find(({ request }) => request === digest));
  const changed = trials.flatMap(({ title }, k) =>
    results[k] ? [] : [`${title}: ${JSON.stringify(codeOf(requests[k] ?? {}))}`],
  );
  const gone = known.filter(({ request }) => !digests.includes(request));
  return { results, stale: [...changed, ...gone.map(({ title }) => `no longer: ${title}`)] };
}

function read(path: string): readonly KeptTrial[] {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Kept).trials : [];
}

function requestOf(definition: LayerDefinition, trial: LayerTrial) {
  const attrs = attrsOf(trial.type, trial.attrs);
  const types = trial.inputs.map((input) => input.type);
  const output = layerGraph(trial, dyOf).joined;
  const code = definition.torch?.(attrs, types);
  const python = definition.torchCode?.definition?.(attrs);
  const inputs = types.map((_type, k) => `x${k}`);
  const written = ({ type, values }: TestTensor) => ({
    dtype: type.dtype,
    shape: type.shape,
    values,
  });
  return {
    code,
    // Of what PyTorch has no class of.
    definition: python === undefined ? undefined : [python].flat().join('\n'),
    // Of losses, and of what is no module, as exported code has it.
    call:
      code?.startsWith('nn.') && definition.role !== 'loss'
        ? undefined
        : definition.torchCode?.call?.(inputs, attrs, types),
    // Of a module that answers more than the layer does.
    around: definition.torchCode?.called?.('module', inputs, attrs, types),
    mode: trial.mode,
    inputs: trial.inputs.map(written),
    tensors: Object.fromEntries(
      tensorsOf(trial, attrs).filled.map(([key, each]) => [key, written(each)]),
    ),
    dy: written(dyOf(output.type.shape)),
  };
}

const codeOf = ({ code, definition, call, around }: Code): Code => ({
  code,
  definition,
  call,
  around,
});

const digestOf = (request: unknown): string =>
  createHash('sha256').update(JSON.stringify(request)).digest('hex').slice(0, 16);

/** JSON with a line for each tensor, so that a change is seen where it is. */
function textOf({ torch, trials }: Kept, digits: number): string {
  const written = ({ shape, values }: WrittenTensor): string =>
    JSON.stringify({ shape, values: values.map((value) => Number(value.toPrecision(digits))) });
  const tensors = (named: Readonly<Record<string, WrittenTensor>>): string => {
    const lines = Object.entries(named).map(
      ([name, tensor]) => `${JSON.stringify(name)}: ${written(tensor)}`,
    );
    return lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}}`;
  };
  const texts = trials.map(({ title, code, request, output, gradients, buffers }, k) => {
    // Most trials of a layer have one class.
    const isRepeated = code.definition === trials[k - 1]?.code.definition;
    return [
      `{"title": ${JSON.stringify(title)}`,
      `"code": ${JSON.stringify(isRepeated ? { ...code, definition: undefined } : code)}`,
      `"request": "${request}"`,
      `"output": ${written(output)}`,
      `"gradients": ${tensors(gradients)}`,
      `"buffers": ${tensors(buffers)}}`,
    ].join(',\n');
  });
  return `{"torch": ${JSON.stringify(torch)}, "trials": [\n${texts.join(',\n')}\n]}\n`;
}

/** An error of the script itself is thrown. */
function askTorch(requests: unknown): {
  readonly torch: string;
  readonly results: readonly TorchResult[];
} {
  const python = pythonWith(['torch']) ?? '';
  const { status, stdout, stderr } = spawnSync(python, [SCRIPT], {
    input: JSON.stringify(requests),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`${python} ${SCRIPT}: ${stderr}`);
  return JSON.parse(stdout) as ReturnType<typeof askTorch>;
}
