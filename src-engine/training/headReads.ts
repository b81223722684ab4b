/**
 * Which results of an evaluation program are read back after a batch, and for whom: each once, whatever
 * statistics share it. Worked out once per program, since there is a batch every millisecond.
 */
import type { LoadedProgram, Session, TensorData } from '../backends/backend.ts';
import { headOutput, type JudgedHead } from '../compile/index.ts';
import type { BufferRef } from '../compile/program.ts';
import { elementCount } from '../ir/tensor.ts';
import type { ReadOutputs } from '../metrics/index.ts';

/** One batch as it was read. */
export interface BatchOutputs {
  /** Of all heads together. */
  readonly loss: number;
  /** By head. */
  readonly heads: readonly ReadOutputs[];
}

/** A result of a program by its name, and its place among those that are read. */
type Place = readonly [name: string, index: number];

export class HeadReads {
  readonly #refs: readonly BufferRef[];
  readonly #lossIndex: number;
  readonly #heads: readonly (readonly Place[])[];

  constructor({ program }: LoadedProgram, heads: readonly JudgedHead[]) {
    const refs: BufferRef[] = [];
    const indexOf = (ref: BufferRef): number => {
      const known = refs.findIndex((other) => isSame(ref, other));
      return known >= 0 ? known : refs.push(ref) - 1;
    };
    const outputs = Object.entries(program.outputs);
    const loss = outputs.find(([name]) => name === 'loss');
    if (!loss) throw new Error(`program ${program.name} leaves no loss`);
    this.#lossIndex = indexOf(loss[1]);
    this.#heads = heads.map(({ head }) => {
      const prefix = headOutput(head.loss, '');
      return outputs
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, ref]): Place => [name.slice(prefix.length), indexOf(ref)]);
    });
    this.#refs = refs;
  }

  /** Memory as it is now, whenever the answer comes. */
  async read(session: Session): Promise<BatchOutputs> {
    const values = await Promise.all(this.#refs.map((ref) => session.read(ref)));
    const valuesAt = (index: number): TensorData => values[index] ?? new Float32Array(0);
    return {
      loss: valuesAt(this.#lossIndex)[0] ?? NaN,
      heads: this.#heads.map((places) =>
        Object.fromEntries(places.map(([name, index]) => [name, valuesAt(index)])),
      ),
    };
  }
}

const isSame = (a: BufferRef, b: BufferRef): boolean =>
  a.arena === b.arena &&
  a.offsetBytes === b.offsetBytes &&
  a.type.dtype === b.type.dtype &&
  elementCount(a.type.shape) === elementCount(b.type.shape);
