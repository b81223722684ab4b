/**
 * Samples that an exported file is tried on: of the validation part as the run split it; where there is too little
 * of it of the training part, and random ones where the data cannot be read. Or of the training part, where a file is
 * fitted to them.
 */
import { errorMessage } from '../ir/errors.ts';
import { own } from '../ir/record.ts';
import { elementCount } from '../ir/tensor.ts';
import { RandomStream } from '../ops/philox.ts';
import type { Prepared } from '../training/prepare.ts';
import type { Batch } from './answers.ts';
import type { Verification } from '../protocol/exportContract.ts';
import { type ExportSource, fieldsOf } from './source.ts';

/** Numbers of the inputs together: large images are compared on fewer samples. */
const MOST_NUMBERS = 4_000_000;
/** Fewer held-out samples than this prove little. */
const LEAST_HELD_OUT = 16;

export interface Samples {
  readonly inputs: Batch;
  /** Columns of a table, by name, for a file that takes them where samples do not say them. */
  readonly cells?: Batch;
  /** A multiple of a batch that is asked for. */
  readonly count: number;
  readonly from: Verification['from'];
  readonly note: string | null;
  /** Classes by field. */
  readonly labels: ReadonlyMap<string, Int32Array>;
}

export interface SamplesRequest {
  readonly part: 'validation' | 'train';
  /** Inputs of the file. */
  readonly wanted: readonly string[];
  readonly most: number;
  /** How many at once; null: as many as make sense. */
  readonly batch: number | null;
  /** Throws where the data cannot be read. */
  readonly data: () => Promise<Prepared>;
}

export async function samplesFor(source: ExportSource, request: SamplesRequest): Promise<Samples> {
  const fields = fieldsOf(source.analysis).filter(({ name }) => request.wanted.includes(name));
  const numbers = fields.reduce((sum, { shape }) => sum + elementCount(shape), 0);
  const room = Math.max(1, Math.floor(MOST_NUMBERS / Math.max(1, numbers)));
  const most = Math.min(request.most, room);
  try {
    const { table, splits } = await request.data();
    const isHeldOut =
      request.part === 'validation' && splits.validation.length >= Math.min(most, LEAST_HELD_OUT);
    const all = isHeldOut ? splits.validation : splits.train;
    const count = wholeBatches(Math.min(most, all.length), request.batch);
    // A fixed batch is filled by taking rows again.
    const rows = Int32Array.from({ length: count }, (_, i) => all[i % all.length] ?? 0);
    const read = (name: string) => table.columns.find(({ field }) => field.name === name);
    const inputs = fields.map(({ name, shape }) => {
      const stored = read(name)?.stored ?? new Float32Array(0);
      return [
        name,
        { dims: [count, ...shape], data: rowsOf(stored, rows, elementCount(shape)) },
      ] as const;
    });
    const labels = table.columns
      .filter(({ field }) => field.role === 'label' && field.shape.length === 0)
      .map(({ field, stored }) => [field.name, Int32Array.from(rowsOf(stored, rows, 1))] as const);
    return {
      ...{ inputs: new Map(inputs), count, labels: new Map(labels), note: null },
      from: isHeldOut ? 'validation' : 'training',
    };
  } catch (error) {
    const count = wholeBatches(most, request.batch);
    const random = new RandomStream(source.document.training.seed, 'data');
    const inputs = fields.map(({ name, shape, dtype, classes = 2 }) => {
      if (dtype === 'i32') {
        const indices = Float32Array.from({ length: count * elementCount(shape) }, () =>
          random.integer(classes),
        );
        return [name, { dims: [count, ...shape], data: indices }] as const;
      }
      const { normalisation } = source.binding.get(name) ?? {};
      // About as large as the data was.
      const [shift, scale] = [normalisation?.shift[0] ?? 0, normalisation?.scale[0] ?? 1];
      const data = normals(random, count * elementCount(shape)).map((x) => x / scale + shift);
      return [name, { dims: [count, ...shape], data }] as const;
    });
    const why = errorMessage(error);
    return { inputs: new Map(inputs), count, labels: new Map(), from: 'random', note: why };
  }
}

/** What a latent source would draw, for those inputs of a file that are one. */
export function drawnInputs(
  { analysis, document }: ExportSource,
  inputs: readonly string[],
  count: number,
): Batch {
  const random = new RandomStream(document.training.seed, 'data');
  return new Map(
    inputs.flatMap((name) => {
      const node = analysis.nodes.get(name);
      if (node?.definition?.role !== 'latent') return [];
      const sample = (own(node.outputs, node.ports.out[0] ?? '')?.shape.slice(1) ?? []).map(Number);
      const data = normals(random, count * elementCount(sample));
      return [[name, { dims: [count, ...sample], data }] as const];
    }),
  );
}

/** One batch at least. */
const wholeBatches = (count: number, batch: number | null): number =>
  batch === null ? count : Math.max(1, Math.floor(count / batch)) * batch;

function normals(random: RandomStream, length: number): Float32Array {
  return new Float32Array(length).map(() => random.normal());
}

function rowsOf(stored: ArrayLike<number>, rows: Int32Array, size: number): Float32Array {
  const data = new Float32Array(rows.length * size);
  rows.forEach((row, i) => {
    for (let k = 0; k < size; k++) data[i * size + k] = stored[row * size + k] ?? 0;
  });
  return data;
}
