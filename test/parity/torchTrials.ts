/**
 * PyTorch's answer to the trials of a layer that torch_layers.py does not name: kept in a file of its own
 * (torch_trials/TYPE.json), made anew by itself where PyTorch is at hand and the trials have changed, and
 * absent where it is not. PYTHON names an interpreter that has it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LayerDefinition } from '#engine/layers/define.ts';
import { attrsOf, layerGraph, tensorsOf } from '../support/layerCase.ts';
import { type LayerTrial, trialsOf } from '../support/layerTrials.ts';
import { pythonWith } from '../support/python.ts';
import { type TestTensor, uniformTensor } from '../support/random.ts';
import type { WrittenTensor } from './torchValues.ts';

export interface TorchResult {
  readonly output: WrittenTensor;
  readonly gradients: Readonly<Record<string, WrittenTensor>>;
  readonly buffers: Readonly<Record<string, WrittenTensor>>;
}
interface Answer {
  readonly torch: string;
  readonly results: readonly TorchResult[];
}

const FOLDER = join(import.meta.dirname, 'torch_trials');
const SCRIPT = join(import.meta.dirname, 'torch_trials.py');

export const dyOf = (shape: readonly number[]): TestTensor => uniformTensor(shape, { seed: 9 });

/** Those that draw no numbers: PyTorch's generator gives others. */
export const torchTrialsOf = (definition: LayerDefinition): readonly LayerTrial[] =>
  trialsOf(definition).filter((trial) =>
    layerGraph(trial, dyOf).graph.values.every(
      (value) => value.kind === 'leaf' || !/random|dropout/i.test(value.op),
    ),
  );

/** One result per trial, or why there is none. */
export function torchResults(
  definition: LayerDefinition,
  trials: readonly LayerTrial[],
): readonly TorchResult[] | string {
  const requests = JSON.parse(JSON.stringify(trials.map(requestOf(definition)))) as unknown;
  const path = join(FOLDER, `${definition.type}.json`);
  const known = existsSync(path) ? readFileSync(path, 'utf8') : '{}';
  const kept = JSON.parse(known) as Partial<Answer> & { readonly requests?: unknown };
  if (kept.results && JSON.stringify(kept.requests) === JSON.stringify(requests)) {
    return kept.results;
  }
  const answer = askTorch(requests);
  if (!answer) return `no PyTorch at hand for ${definition.type}: its numbers were not compared`;
  if (!process.env['CI']) {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(path, `${JSON.stringify({ ...answer, requests })}\n`);
  }
  return answer.results;
}

function requestOf(definition: LayerDefinition) {
  return (trial: LayerTrial) => {
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
  };
}

/** Null where no interpreter has PyTorch; an error of the script itself is thrown. */
function askTorch(requests: unknown): Answer | null {
  const python = pythonWith(['torch']);
  if (python === null) return null;
  const { status, stdout, stderr } = spawnSync(python, [SCRIPT], {
    input: JSON.stringify(requests),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`${python} ${SCRIPT}: ${stderr}`);
  return JSON.parse(stdout) as Answer;
}
