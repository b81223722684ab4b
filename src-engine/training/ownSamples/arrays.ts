/** One sample given as numbers, in the units of the data: typed, or the pixels of a picture of the network's size. */
import type { FieldRef } from '#engine/check/heads.ts';
import { inputError } from '#engine/ir/problem.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import { answerCells, type OwnSamples, toldAnswer, valuesOf } from './answers.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

/** `values`: of all fields, one after another. Throws InputError where there are too few, too many, or no numbers. */
export function arraySamples(
  values: ArrayLike<number>,
  fields: readonly FieldRef[],
  target: OwnSamples['target'],
): OwnSamples {
  const sizes = fields.map(({ field }) => elementCount(field.shape));
  const wanted = sizes.reduce((sum, size) => sum + size, 0);
  const all = Float32Array.from(values);
  if (all.length !== wanted) {
    throw inputError(
      'predict.shape',
      `${formatInteger(all.length)} numbers are given, the network takes ${formatInteger(wanted)}.`,
      {
        path: 'numbers',
      },
    );
  }
  const odd = all.findIndex((value) => !Number.isFinite(value));
  if (odd >= 0) {
    throw inputError('try.not-a-number', `Number ${odd + 1} is none that a float32 holds.`, {
      path: `numbers[${odd}]`,
    });
  }
  let from = 0;
  const inputs = fields.map(({ field }, i) => {
    const data = all.slice(from, (from += sizes[i] ?? 0));
    return { name: field.name, shape: [1, ...field.shape], data };
  });
  return {
    ...{ inputs, rows: [0], notes: [], target },
    told: (answers, sample) =>
      answers.map((answer) =>
        toldAnswer(answer, sample, {
          name: answer.isTarget ? (target?.name ?? answer.output.loss) : answer.output.loss,
          ...(answer.classes && { classes: answer.classes }),
        }),
      ),
    answered: (answers) => ({
      names: answers.map(({ output }) => output.name),
      rows: [
        answers.flatMap(({ output, classes }) =>
          answerCells(valuesOf(output, 0), classes, 1, false),
        ),
      ],
    }),
  };
}
