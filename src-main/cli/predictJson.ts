/**
 * Samples written as JSON: nested lists of one field, an object with such lists by field, or a list of samples
 * with the fields of each. Says where a number is missing; what the network takes is not known here.
 */
import { inputError } from '#engine/ir/index.ts';
import { own } from '#engine/ir/record.ts';
import type { PredictInput } from '#engine/protocol/index.ts';

/** More dimensions than any field has. */
const MOST_DIMENSIONS = 8;

interface Source {
  readonly path: string;
  /** The field that all of it is. */
  readonly name?: string;
}

export function readJsonInputs(bytes: Uint8Array, source: Source): readonly PredictInput[] {
  const { path, name } = source;
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw inputError('predict.json', `This is not JSON: ${String(error)}.`, { path });
  }
  if (name !== undefined) return [{ name, ...tensorOf(content, source, '') }];
  const samples = Array.isArray(content) && content.length > 0 && content.every(isObject);
  const fields = samples ? byField(content as readonly Fields[], source) : content;
  if (!isObject(fields)) return [tensorOf(fields, source, '')];
  return Object.entries(fields).map(([field, values]) => ({
    name: field,
    ...tensorOf(values, source, field),
  }));
}

type Fields = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** From the fields of each sample to the samples of each field. */
function byField(samples: readonly Fields[], { path }: Source): Fields {
  const names = Object.keys(samples[0] ?? {});
  for (const [index, sample] of samples.entries()) {
    const keys = Object.keys(sample);
    const odd =
      names.find((name) => !keys.includes(name)) ?? keys.find((name) => !names.includes(name));
    if (odd === undefined) continue;
    throw inputError('predict.json', `Sample ${index} and sample 0 do not have the same fields.`, {
      path: `${path}, [${index}].${odd}`,
    });
  }
  return Object.fromEntries(
    names.map((name) => [name, samples.map((sample) => own(sample, name))]),
  );
}

/** Rectangular, down to numbers. */
function tensorOf(
  content: unknown,
  { path }: Source,
  field: string,
): Pick<PredictInput, 'shape' | 'data'> {
  const shape: number[] = [];
  for (let level = content; Array.isArray(level); level = (level as readonly unknown[])[0]) {
    shape.push(level.length);
  }
  const numbers: number[] = [];
  const fail = (place: string, what: string): never => {
    throw inputError('predict.json', what, { path: `${path}, ${field}${place}` });
  };
  const walk = (value: unknown, depth: number, place: string): void => {
    if (depth === shape.length) {
      if (typeof value !== 'number') fail(place, 'Here should be a number.');
      else numbers.push(value);
      return;
    }
    if (!Array.isArray(value) || value.length !== shape[depth]) {
      fail(place, `Here should be a list of ${shape[depth] ?? 0}, as the first one is.`);
      return;
    }
    value.forEach((each, index) => walk(each, depth + 1, `${place}[${index}]`));
  };
  if (shape.length === 0) fail('', 'Here should be a list of samples.');
  if (shape.length > MOST_DIMENSIONS) fail('', 'Here are lists within lists without end.');
  walk(content, 0, '');
  return { shape, data: Float32Array.from(numbers) };
}
