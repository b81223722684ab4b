/**
 * A trained network as one JSON text: the project, its weights, how its inputs were scaled, classes, and what is known
 * of its training. Read back it answers with the same numbers, bit for bit. Published as
 * resources/schema/model.schema.json (tested to be fresh). Not a project: that has no weights.
 */
import { base64Decode, base64Encode } from '@bufbuild/protobuf/wire';
import { z } from 'zod';
import type { NetworkDocument } from '../ir/document.ts';
import { InputError, inputError } from '../ir/problem.ts';
import { restoreDocument } from '../ir/restoreDocument.ts';
import { serializeDocument } from '../ir/serializeDocument.ts';
import { elementCount } from '../ir/tensor.ts';
import type { NamedTensor } from './safetensors.ts';
import { formatInteger } from '../ir/numberText.ts';

export const MODEL_VERSION = 1;

/** Longer is no model of ours: base64 is a third longer than the 2 GB that tensors may take. */
const MOST_NUMBERS = 500_000_000;

const shape = z.array(z.int().min(1)).max(16);
const tensor = z.union([
  z.strictObject({
    shape,
    float32: z.string().describe('Little-endian 32-bit floats, row-major, in base64.'),
  }),
  z.strictObject({ shape, values: z.array(z.number()).describe('Row-major.') }),
]);

export const modelFile = z.strictObject({
  format: z.literal('netloom-model'),
  version: z.literal(MODEL_VERSION),
  network: z
    .looseObject({ format: z.literal('netloom') })
    .describe('The project: see project.schema.json.'),
  weights: z
    .record(z.string(), tensor)
    .describe("Parameters and buffers by PyTorch's state_dict keys."),
  metadata: z
    .record(z.string(), z.string())
    .describe('As text: normalisation and data (JSON) say how inputs are read; the rest is told.'),
});

export interface Model {
  readonly document: NetworkDocument;
  readonly tensors: ReadonlyMap<string, NamedTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** `numbers`: as short text that computers read, or as numbers that people do. */
export function writeModelJson(model: Model, numbers: 'base64' | 'decimal'): Uint8Array {
  const weights = Object.fromEntries(
    [...model.tensors].map(([name, { shape: sizes, data }]) => [
      name,
      numbers === 'decimal'
        ? { shape: sizes, values: [...data] }
        : { shape: sizes, float32: base64Encode(bytesOf(Float32Array.from(data))) },
    ]),
  );
  const file = {
    ...{ format: 'netloom-model', version: MODEL_VERSION },
    network: JSON.parse(serializeDocument(model.document)) as unknown,
    ...{ metadata: model.metadata, weights },
  };
  return new TextEncoder().encode(`${JSON.stringify(file, null, 1)}\n`);
}

/** Throws InputError with the place inside of the file; what is of another kind is told apart. */
export function readModelJson(bytes: Uint8Array, path: string): Model {
  const fail = (code: string, message: string, place = ''): never => {
    throw inputError(`model.${code}`, message, { path: place === '' ? path : `${path}: ${place}` });
  };
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return fail('not-json', 'This is not JSON; the file may have been cut off.');
  }
  const read = modelFile.safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    const place = issue?.path.join('.') ?? '';
    return fail(
      'invalid',
      `This is no model of Netloom's: ${issue?.message ?? 'it is empty'}.`,
      place,
    );
  }
  const restored = restoreDocument(read.data.network);
  if (!restored.ok) {
    const [first, ...others] = restored.problems;
    throw first ? new InputError([first, ...others]) : new Error('a refusal without a problem');
  }
  const tensors = new Map<string, NamedTensor>();
  for (const [name, each] of Object.entries(read.data.weights)) {
    const count = elementCount(each.shape);
    if (count > MOST_NUMBERS)
      fail('too-large', `It claims ${formatInteger(count)} numbers.`, `weights.${name}`);
    const data = 'values' in each ? Float32Array.from(each.values) : floats(each.float32);
    if (data?.length !== count) {
      const found =
        data === null
          ? 'is no base64 of 32-bit floats'
          : `holds ${formatInteger(data.length)} numbers`;
      return fail('shape', `${name} of shape ${each.shape.join('x')} ${found}.`, `weights.${name}`);
    }
    tensors.set(name, { shape: each.shape, data });
  }
  return { document: restored.document, tensors, metadata: read.data.metadata };
}

/** Little-endian, as every machine is that this runs on. */
const bytesOf = (data: Float32Array): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** Null where it is none. */
function floats(text: string): Float32Array | null {
  try {
    const bytes = base64Decode(text);
    return bytes.length % 4 === 0 ? new Float32Array(bytes.slice().buffer) : null;
  } catch {
    return null;
  }
}

/** JSON Schema of the file. */
export function modelJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...rest } = z.toJSONSchema(modelFile, { io: 'input', target: 'draft-7' });
  return {
    $schema,
    $id: `urn:netloom:model:${MODEL_VERSION}`,
    title: 'Netloom model',
    description: 'A trained network in one file: project, weights, and how its inputs are read.',
    ...rest,
  };
}
