/**
 * The memory of one run on a backend: parameters, buffers, feeds and data by name. Knows where tensors
 * are (compile/layout), not what they are for.
 */
import type { Session, TensorData } from '../backends/backend.ts';
import {
  type BufferSlot,
  type CompiledRun,
  OPTIMIZER_STATE,
  type RateOf,
  type StepScalar,
} from '../compile/index.ts';
import { latentFeed } from '../compile/lower.ts';
import type { BufferRef } from '../compile/program.ts';
import type { DataColumn } from '../datasets/define.ts';
import type { NamedTensor } from '../export/safetensors.ts';
import type { NetworkDocument, PortRef } from '../ir/document.ts';
import type { FeedName } from '../ir/graph.ts';
import { inputError } from '../ir/problem.ts';
import { type DType, elementCount, sameShape, sizeBytes } from '../ir/tensor.ts';
import { RNG_WORDS, rngFeed } from '../ops/philox.ts';
import type { WeightsReport } from '../protocol/engineContract.ts';
import { fittingWeights } from './fittingWeights.ts';
import { initialValues } from './initialise.ts';
import type { Prepared } from './prepare.ts';
import type { RowsInFile } from './streaming/rowsInFile.ts';
import { WholeColumns } from './streaming/wholeColumns.ts';
import { type DeviceRows, StreamedWindows } from './streaming/windows.ts';

/** Names of storage that belongs to a run, not to the model. */
const isRunState = (name: string): boolean => name.startsWith('$');

/** Beside the model in a checkpoint. */
export const AVERAGE = '$average.';

/** A checkpoint holds averaged weights beside those in training. */
export function asEvaluated(
  { training }: NetworkDocument,
  tensors: ReadonlyMap<string, NamedTensor>,
): ReadonlyMap<string, NamedTensor> {
  if (training.ema?.evaluate !== true) return tensors;
  const averages = [...tensors].filter(([name]) => name.startsWith(AVERAGE));
  const renamed = averages.map(([name, tensor]) => [name.slice(AVERAGE.length), tensor] as const);
  return new Map([...tensors, ...renamed]);
}

interface Slot {
  readonly name: string;
  readonly ref: BufferRef;
}

/** What memory is laid out by. */
type Placed = Pick<CompiledRun, 'layout' | 'stepScalars'>;

/** What of a run is not in memory yet. */
type Unread = Pick<Prepared, 'streamed' | 'filed'> & {
  readonly table: Pick<Prepared['table'], 'count'>;
};

/** Rows of a column, side by side from a place on. */
interface ColumnPart {
  readonly name: string;
  readonly place: number;
  readonly rows: number;
  readonly dtype: DType;
}

export class RunMemory {
  readonly session: Session;
  readonly compiled: Placed;
  /** Brings rows that are not all in memory; null: they are. */
  readonly streamed: StreamedWindows | null;
  /** Brings columns that were left in their file; null: there are none. */
  readonly filed: WholeColumns | null;

  /** What is written before each step, and where. */
  readonly #scalars: readonly (StepScalar & { readonly ref: BufferRef })[];
  readonly #rng: BufferRef | null;
  /** Places of single numbers, once they were written. */
  readonly #single = new Map<FeedName, BufferRef | null>();
  /** Places of the numbers of rows, by how many. */
  readonly #indices = new Map<number, BufferRef | null>();

  constructor(session: Session, compiled: Placed, unread: Unread | null = null) {
    this.session = session;
    const device: DeviceRows = {
      write: (field, place, rows, values) => {
        this.#writeColumn({ name: field, place, rows }, values);
      },
      bytesOf: (field, dtype, place, rows) => {
        const ref = this.#partOf({ name: field, place, rows, dtype });
        return ref && (session.bytesOf?.(ref) ?? null);
      },
      settled: () => session.settled(),
    };
    this.streamed = unread?.streamed ? new StreamedWindows(unread.streamed, device) : null;
    this.filed = unread?.filed ? new WholeColumns(unread.filed, unread.table.count, device) : null;
    this.compiled = compiled;
    const { layout, stepScalars = [] } = compiled;
    this.#scalars = stepScalars.flatMap((scalar) => {
      const ref = layout.find({ kind: 'feed', name: scalar.feed }, scalar.shape);
      return ref ? [{ ...scalar, ref }] : [];
    });
    this.#rng = layout.find({ kind: 'feed', name: 'rng' }, [RNG_WORDS]);
  }

  /** Parameters and buffers at their first values, from the seed. */
  initialise(seed: number): void {
    const { parameters, buffers } = this.compiled.layout;
    for (const { name, init, ref } of [...parameters.values(), ...buffers.values()]) {
      this.session.write(ref, initialValues(init, elementCount(ref.type.shape), seed, name));
    }
    if (!this.compiled.layout.keepsAverage) return;
    for (const { name, init, ref } of parameters.values()) {
      const values = initialValues(init, elementCount(ref.type.shape), seed, name);
      this.session.write({ ...ref, arena: 'average' }, values);
    }
  }

  /** Whatever of its rows lies in a file. */
  get rowsInFile(): RowsInFile | null {
    return this.streamed ?? this.filed;
  }

  /** All that is known before the first step. `rows`: no others are looked at. */
  async open({ stored, table }: Pick<Prepared, 'stored' | 'table'>, rows?: Int32Array) {
    if (this.streamed) return;
    this.writeData(stored, table.count);
    await (rows ? this.filed?.bringOnly(rows) : this.filed?.bring());
  }

  /** All rows of what is in memory. */
  writeData(columns: readonly DataColumn[], rows: number): void {
    for (const { field, stored } of columns) {
      this.#writeColumn({ name: field.name, place: 0, rows }, stored);
    }
  }

  #writeColumn(
    { name, place, rows }: Omit<ColumnPart, 'dtype'>,
    stored: DataColumn['stored'],
  ): void {
    const dtype =
      stored instanceof Uint8Array ? 'u8' : stored instanceof Int32Array ? 'i32' : 'f32';
    const ref = this.#partOf({ name, place, rows, dtype });
    if (ref) this.session.write(ref, stored);
  }

  /** Null where no program reads this column. */
  #partOf({ name, place, rows, dtype }: ColumnPart): BufferRef | null {
    const ref = this.compiled.layout.find({ kind: 'data', field: name });
    if (!ref) return null;
    const type = { dtype, shape: [rows, ...ref.type.shape.slice(1)] };
    return { ...ref, offsetBytes: ref.offsetBytes + place * (sizeBytes(type) / rows), type };
  }

  /**
   * What a step reads besides data: which random numbers, how far. `step` counts from 0, and so do updates,
   * of which there are fewer where several steps make one.
   */
  writeStep(seed: number, step: number, rateOf: RateOf, updates = step): void {
    this.writeRandom(seed, step);
    // In double: each backend rounds once, to what it computes in.
    for (const { ref, values } of this.#scalars) {
      this.session.write(ref, values(updates + 1, rateOf));
    }
  }

  writeScalar(name: FeedName, value: number): void {
    let ref = this.#single.get(name);
    if (ref === undefined) {
      ref = this.compiled.layout.find({ kind: 'feed', name });
      this.#single.set(name, ref);
    }
    if (ref) this.session.write(ref, Float64Array.of(value));
  }

  writeRandom(seed: number, step: number): void {
    if (this.#rng) this.session.write(this.#rng, rngFeed(seed, step));
  }

  /** Before `writeRows`: null where that can be done now. `next`: see StreamedWindows.reach. */
  reach(rows: Int32Array, next: number | null = null): Promise<void> | null {
    return this.streamed?.reach(rows, next) ?? null;
  }

  /** Which rows the next program reads. */
  writeRows(rows: Int32Array): void {
    const count = rows.length;
    let ref = this.#indices.get(count);
    if (ref === undefined) {
      ref = this.compiled.layout.find({ kind: 'feed', name: 'indices' }, [count]);
      this.#indices.set(count, ref);
    }
    if (ref) this.session.write(ref, this.streamed?.places(rows) ?? rows);
  }

  writeInput(field: string, shape: readonly number[], values: TensorData): void {
    const ref = this.compiled.layout.find({ kind: 'feed', name: `input:${field}` }, shape);
    if (ref) this.session.write(ref, values);
  }

  /** What a node would compute, in its place. */
  writeCode(from: PortRef, shape: readonly number[], values: TensorData): void {
    const ref = this.compiled.layout.find({ kind: 'feed', name: latentFeed(from) }, shape);
    if (ref) this.session.write(ref, values);
  }

  async readBuffer(name: string): Promise<number> {
    const slot = this.compiled.layout.buffers.get(name);
    if (!slot) return 0;
    return (await this.session.read(slot.ref))[0] ?? 0;
  }

  async readWholeBuffer(name: string): Promise<Float32Array> {
    const slot = this.compiled.layout.buffers.get(name);
    return slot ? Float32Array.from(await this.session.read(slot.ref)) : new Float32Array(0);
  }

  clearBuffer(name: string): void {
    const slot = this.compiled.layout.buffers.get(name);
    if (slot) {
      this.session.write(slot.ref, new Float32Array(elementCount(slot.ref.type.shape)));
    }
  }

  /** The model: parameters and buffers under PyTorch's state_dict keys. */
  async readModel(): Promise<Map<string, NamedTensor>> {
    const { parameters, buffers } = this.compiled.layout;
    const slots = [...parameters.values(), ...buffers.values()];
    return this.#tensors(slots.filter(({ name }) => !isRunState(name)));
  }

  /** Optimiser state, `$optimizer.exp_avg.fc1.weight` and so on, for checkpoints. */
  async readOptimizer(): Promise<Map<string, NamedTensor>> {
    const slots = this.compiled.layout.optimizerSlots.map(({ slot, parameter, ref }) => ({
      name: `${OPTIMIZER_STATE}${slot}.${parameter}`,
      ref,
    }));
    return this.#tensors([...slots, ...this.#optimizerBuffers(), ...this.#averages()]);
  }

  /** The model as it is evaluated and saved: with averaged parameters where the run says so. */
  async readEvaluated(): Promise<Map<string, NamedTensor>> {
    const model = await this.readModel();
    if (!this.compiled.layout.evaluatesAverage) return model;
    for (const [name, tensor] of await this.#tensors(this.#averages())) {
      model.set(name.slice(AVERAGE.length), tensor);
    }
    return model;
  }

  /** Sums that wait for an update, `$gradient.fc1.weight` and so on. */
  readGradients(): Promise<Map<string, NamedTensor>> {
    return this.#tensors(this.#gradients());
  }

  writeGradients(tensors: ReadonlyMap<string, NamedTensor>, path: string): void {
    for (const { name, ref } of this.#gradients()) this.#restore(tensors, name, ref, path);
  }

  /** Throws InputError naming the first tensor that is missing or has another shape. */
  writeModel(tensors: ReadonlyMap<string, NamedTensor>, path: string): void {
    const { parameters, buffers } = this.compiled.layout;
    for (const { name, ref } of [...parameters.values(), ...buffers.values()]) {
      if (!isRunState(name)) this.#restore(tensors, name, ref, path);
    }
    // Until an update says otherwise the average is the model; a checkpoint has its own.
    for (const { name, ref } of this.#averages()) {
      this.#restore(tensors, name.slice(AVERAGE.length), ref, path);
    }
  }

  /** What fits by name and shape; the rest stays as it is. */
  writeFitting(tensors: ReadonlyMap<string, NamedTensor>): WeightsReport {
    const { parameters, buffers } = this.compiled.layout;
    const wanted = [...parameters.values(), ...buffers.values()]
      .filter(({ name }) => !isRunState(name))
      .map(({ name, ref }) => ({ name, ref, shape: ref.type.shape }));
    const report = fittingWeights(wanted, tensors);
    const loaded = new Set(report.loaded);
    for (const { name, ref } of [...wanted, ...this.#averages()]) {
      const own = name.startsWith(AVERAGE) ? name.slice(AVERAGE.length) : name;
      const tensor = tensors.get(own);
      if (tensor && loaded.has(own)) this.session.write(ref, tensor.data);
    }
    return report;
  }

  writeOptimizer(tensors: ReadonlyMap<string, NamedTensor>, path: string): void {
    for (const { slot, index, parameter, ref } of this.compiled.layout.optimizerSlots) {
      const name = `${OPTIMIZER_STATE}${slot}.${parameter}`;
      // What checkpoints of earlier versions call it.
      const former = `moments${index}.${parameter}`;
      this.#restore(tensors, tensors.has(name) ? name : former, ref, path);
    }
    for (const { name, ref } of [...this.#optimizerBuffers(), ...this.#averages()]) {
      // A run that went on from a device without them, or from before they were asked for, starts them anew.
      if (tensors.has(name)) this.#restore(tensors, name, ref, path);
    }
  }

  /** Moving averages of the parameters, `$average.fc1.weight` and so on; none where none are kept. */
  #averages(): readonly Slot[] {
    const { layout } = this.compiled;
    if (!layout.keepsAverage) return [];
    return [...layout.parameters.values()].map(({ name, ref }) => ({
      name: `${AVERAGE}${name}`,
      ref: { ...ref, arena: 'average' },
    }));
  }

  #gradients(): readonly Slot[] {
    const { parameters } = this.compiled.layout;
    return [...parameters.values()].map(({ name, gradient }) => ({
      name: `$gradient.${name}`,
      ref: gradient,
    }));
  }

  #optimizerBuffers(): readonly BufferSlot[] {
    const { buffers } = this.compiled.layout;
    return [...buffers.values()].filter(({ name }) => name.startsWith(OPTIMIZER_STATE));
  }

  #restore(
    tensors: ReadonlyMap<string, NamedTensor>,
    name: string,
    ref: BufferRef,
    path: string,
  ): void {
    const tensor = tensors.get(name);
    const { shape } = ref.type;
    if (!tensor) {
      throw inputError('weights.missing', `The weights hold no "${name}".`, { path });
    }
    if (!sameShape(tensor.shape, shape)) {
      const [found, wanted] = [tensor.shape.join('x'), shape.join('x')];
      throw inputError('weights.shape', `"${name}" is ${found}, the network needs ${wanted}.`, {
        path,
      });
    }
    this.session.write(ref, tensor.data);
  }

  /** Asked for together, so that they come in one round trip where that matters. */
  async #tensors(slots: readonly Slot[]): Promise<Map<string, NamedTensor>> {
    const read = async ({ name, ref }: Slot) => [name, await this.#tensor(ref)] as const;
    return new Map(await Promise.all(slots.map(read)));
  }

  async #tensor(ref: BufferRef): Promise<NamedTensor> {
    const data = await this.session.read(ref);
    return {
      shape: ref.type.shape,
      data: data instanceof Int32Array ? data : Float32Array.from(data),
    };
  }
}
