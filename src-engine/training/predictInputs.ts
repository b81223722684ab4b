/**
 * What a prediction is made from, as it was given and as the network takes it: each array finds its field by
 * name, and all hold the same number of samples. Errors name the field. Reads no files.
 */
import type { FieldRef } from '../check/heads.ts';
import { inputError } from '../ir/problem.ts';
import { elementCount } from '../ir/tensor.ts';
import type { PredictInput } from '../protocol/engineContract.ts';
import { formatInteger } from '../ir/numberText.ts';

export interface MatchedInputs {
  /** Samples in each. */
  readonly count: number;
  readonly values: readonly { readonly ref: FieldRef; readonly data: Float32Array }[];
}

/** In the order of the fields. Throws InputError where one is missing, too much or of another size. */
export function matchInputs(
  fields: readonly FieldRef[],
  inputs: readonly PredictInput[],
): MatchedInputs {
  if (fields.length === 0) {
    throw inputError('predict.no-input', 'The network has no input field.');
  }
  const given = new Map<string, PredictInput>();
  for (const input of inputs) {
    const { field } = fieldOf(fields, input);
    if (given.has(field.name)) {
      throw inputError('predict.repeated-field', `The field ${field.name} is given twice.`, {
        path: field.name,
      });
    }
    given.set(field.name, input);
  }
  const values = fields.map((ref) => {
    const { node, field } = ref;
    const input = given.get(field.name);
    if (!input) {
      throw inputError('predict.missing-field', `There is nothing for the field ${field.name}.`, {
        ...{ node, port: field.name, explanation: `The network predicts from ${listed(fields)}.` },
      });
    }
    const count = samplesIn(input, ref, fields.length > 1);
    needIndices(input, ref);
    return { ref, data: input.data, count };
  });
  const [first, ...others] = values;
  const count = first?.count ?? 0;
  const uneven = others.find((other) => other.count !== count);
  if (uneven && first) {
    const { node, field } = uneven.ref;
    throw inputError(
      'predict.uneven',
      `The field ${first.ref.field.name} has ${formatInteger(count)} samples, ${field.name} has ${formatInteger(uneven.count)}.`,
      { node, port: field.name, explanation: 'Each sample needs its part of every field.' },
    );
  }
  return { count, values };
}

/** By the field, by a Data node that gives only one, or by both; one field needs no name. */
function fieldOf(fields: readonly FieldRef[], { name }: PredictInput): FieldRef {
  const [only, ...others] = fields;
  if (name === undefined) {
    if (only && others.length === 0) return only;
    throw inputError(
      'predict.several-inputs',
      `The network predicts from ${fields.length} fields (${listed(fields)}), and which of them this is was not said.`,
      { explanation: `Name it: ${fields.map(({ field }) => `${field.name}=FILE`).join(', ')}.` },
    );
  }
  const matches = fields.filter(({ node, field }) =>
    [field.name, node, `${node}.${field.name}`].includes(name),
  );
  const exact = matches.find(({ field }) => field.name === name);
  const [match, ...more] = exact ? [exact] : matches;
  if (match && more.length === 0) return match;
  const explanation = `The network predicts from ${listed(fields)}.`;
  throw match
    ? inputError('predict.several-fields', `${name} gives several of the fields.`, {
        ...{ node: name, explanation },
      })
    : inputError('predict.unknown-field', `The network takes no field "${name}".`, {
        ...{ path: name, explanation },
      });
}

function samplesIn({ shape, data }: PredictInput, { node, field }: FieldRef, named: boolean) {
  const size = elementCount(field.shape);
  const count = Math.floor(data.length / size);
  if (count > 0 && count * size === data.length) return count;
  const [found, wanted] = [shape.join('x'), ['N', ...field.shape].join('x')];
  throw inputError(
    'predict.shape',
    named
      ? `The field ${field.name} is given as ${found}, the network takes ${wanted}.`
      : `The input is ${found}, the network takes ${wanted}.`,
    { node, port: field.name },
  );
}

/** Kernels look rows up by them, and there are no others. */
function needIndices({ data }: PredictInput, { node, field }: FieldRef): void {
  const { dtype, name, classes = Infinity } = field;
  if (dtype !== 'i32') return;
  const at = data.findIndex((value) => !(Number.isInteger(value) && value >= 0 && value < classes));
  if (at < 0) return;
  throw inputError(
    'predict.index',
    `The field ${name} has ${String(data[at])} in place ${at}, which is no index.`,
    {
      ...{ node, port: name },
      explanation:
        classes === Infinity
          ? 'Indices are whole numbers from 0.'
          : `Indices are whole numbers from 0 to ${classes - 1}.`,
    },
  );
}

const listed = (fields: readonly FieldRef[]): string =>
  fields.map(({ field }) => field.name).join(', ');
