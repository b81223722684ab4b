/**
 * What becomes of a recurrent layer in the programs of a run: its one result is read where it lies, nothing of zeros
 * is made for the gradient, and evaluation saves nothing for one.
 */
import { expect, test } from 'vitest';
import type { KernelCall, OpCall, Program } from '#engine/compile/program.ts';
import { compileDocument } from '../support/compiled.ts';
import { chain, features, LABEL } from '../support/network.ts';

// 64 samples of 16: whole stretches of what tensors are aligned to.
const compiled = compileDocument(
  chain(
    [
      ['rows', 'Reshape', { shape: [5, 3] }],
      ['lower', 'LSTM', { hiddenSize: 16, output: 'sequence' }],
      ['upper', 'GRU', { hiddenSize: 16 }],
      ['fc', 'Linear', { outFeatures: 10 }],
      ['loss', 'CrossEntropyLoss'],
    ],
    { input: 'features', fields: [features(15), LABEL], training: { batchSize: 64 } },
  ),
);

const opsOf = ({ calls }: Program, op: string): readonly (KernelCall & { kind: 'op' })[] =>
  calls.filter((call): call is KernelCall & { kind: 'op' } => call.kind === 'op' && call.op === op);
const recurrent = (program: Program) =>
  opsOf(program, 'recurrent') as readonly OpCall<'recurrent'>[];
const [train, evaluate] = [compiled.train.get(64), compiled.evaluate.get(256)] as [
  Program,
  Program,
];

test('training saves for the gradient, evaluation does not', () => {
  expect(recurrent(train).map(({ params }) => params.saves)).toEqual([true, true]);
  expect(recurrent(evaluate).map(({ params }) => params.saves)).toEqual([false, false]);
  expect(recurrent(evaluate).map(({ output }) => output.type.shape)).toEqual([
    [7, 256, 16],
    [1, 256, 16],
  ]);
});
test('parts of a result are neither copied out of it nor filled up with zeros', () => {
  expect(opsOf(train, 'slice')).toEqual([]);
  expect(opsOf(train, 'pad')).toEqual([]);
});
test('the way back takes only what has a gradient', () => {
  const flows = opsOf(train, 'recurrentGrad').map(
    (call) => (call as unknown as OpCall<'recurrentGrad'>).params.flows,
  );
  expect(flows).toEqual([['hidden'], ['sequence']]);
});
