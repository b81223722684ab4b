/** The samples that came along: numbers of each input and the right answers, unpacked once. */
import { base64Decode } from '@bufbuild/protobuf/wire';
import type { PlayerPart } from '#engine/export/player/model.ts';
import { own } from '#engine/ir/record.ts';
import { elementCount } from '#engine/ir/tensor.ts';

export interface Examples {
  readonly count: number;
  readonly from: string;
  input(name: string, example: number): Float32Array | undefined;
  /** What would be right; none where nothing is known to be. */
  truth(output: string, example: number): Float32Array | undefined;
}

export function readExamples({ examples, inputs }: PlayerPart): Examples {
  const { count, from } = examples;
  const given = new Map(
    Object.entries(examples.inputs).map(([name, { dtype, data }]) => {
      const bytes = base64Decode(data);
      return [name, dtype === 'u8' ? Float32Array.from(bytes) : floats(bytes)] as const;
    }),
  );
  const truths = new Map(
    Object.keys(examples.truths).map((name) => [
      name,
      floats(base64Decode(own(examples.truths, name) ?? '')),
    ]),
  );
  const rowOf = (all: Float32Array | undefined, size: number, example: number) =>
    all?.slice(example * size, (example + 1) * size);
  return {
    ...{ count, from },
    input(name, example) {
      const shape = inputs.find((input) => input.name === name)?.shape;
      return shape && rowOf(given.get(name), elementCount(shape), example);
    },
    truth(output, example) {
      const all = truths.get(output);
      return all && rowOf(all, all.length / count, example);
    },
  };
}

/** Copied: what is decoded may begin anywhere in its buffer. */
const floats = (bytes: Uint8Array): Float32Array => new Float32Array(Uint8Array.from(bytes).buffer);
