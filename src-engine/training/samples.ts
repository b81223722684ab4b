/**
 * Sample frames: what each head of the network answers for a fixed handful of samples, in evaluation mode, as
 * probabilities, reconstructions or numbers; and what is made from nothing.
 */
import type { LoadedProgram, TensorData } from '../backends/backend.ts';
import type { DataField } from '../ir/attrs.ts';
import { own } from '../ir/record.ts';
import { elementCount } from '../ir/tensor.ts';
import { generatedOutput } from '../check/generated.ts';
import { hasOneTarget, type Head, shownHeads } from '../check/heads.ts';
import { type BoundField, headOutput, ignoredLabelOf } from '../compile/index.ts';
import type { DataColumn, DataTable } from '../datasets/define.ts';
import { forecastNames } from '../datasets/windows/reading.ts';
import type { SampleAnswers, SampleFrame, SampleImage } from '../protocol/run.ts';
import { EVALUATION_STEP } from './evaluate.ts';
import type { RunMemory } from './memory.ts';
import { columnOf, fieldsIn, type Prepared } from './prepare.ts';
import type { SamplesSeen } from './signs/define.ts';
import { spreadOf } from './spread.ts';

/** Samples shown one by one: pictures, and rows with their classes. Curves are drawn of all. */
export const SHOWN_SAMPLES = 24;
/** Of a sample's numbers, each with a plot of its own. */
const MOST_NUMBERS = 12;

export class SampleReader {
  readonly #memory: RunMemory;
  readonly #program: LoadedProgram;
  readonly #prepared: Prepared;
  readonly #rows: Int32Array;
  /** Of the data that is shown, which stays the same. */
  #dataSpread: number | null = null;
  #made: SamplesSeen['made'] = null;
  #seen: SamplesSeen = { made: null, answers: new Map() };

  constructor(memory: RunMemory, program: LoadedProgram, prepared: Prepared, rows: Int32Array) {
    this.#memory = memory;
    this.#program = program;
    this.#prepared = prepared;
    this.#rows = rows;
  }

  async frame(step: number, seed: number): Promise<SampleFrame | null> {
    const { session } = this.#memory;
    this.#memory.writeRandom(seed, EVALUATION_STEP);
    this.#memory.writeRows(this.#rows);
    session.run(this.#program);
    const generated = await this.#generated(step);
    this.#seen = { made: this.#made, answers: await this.#meanAnswers() };
    const all: (SampleAnswers | null)[] = [generated];
    for (const head of shownHeads(this.#prepared.analysis)) {
      // Real or fake says nothing that what was made does not show.
      if (!generated || head.targetVaries) all.push(await this.#answers(step, head));
    }
    const [first, ...others] = all.filter((answers) => answers !== null);
    return first ? { ...first, ...(others.length > 0 && { others }) } : null;
  }

  /** What the last frame told beside its pictures. */
  get seen(): SamplesSeen {
    return this.#seen;
  }

  async #meanAnswers(): Promise<SamplesSeen['answers']> {
    const answers = new Map<string, { readonly answer: number; readonly wanted: number }>();
    for (const head of this.#prepared.analysis.heads.filter(hasOneTarget)) {
      const prediction = await this.#read(headOutput(head.loss, 'prediction'));
      const target = await this.#read(headOutput(head.loss, 'target'));
      if (!prediction || !target) continue;
      answers.set(head.loss, { answer: meanOf(prediction), wanted: meanOf(target) });
    }
    return answers;
  }

  async #answers(step: number, head: Head): Promise<SampleAnswers | null> {
    const read = (what: string) => this.#read(headOutput(head.loss, what));
    const probabilities = await read('probabilities');
    if (probabilities && this.#isText(head)) return this.#tokens(step, head, probabilities);
    // A class for each of several places is no row of its own.
    if (probabilities && head.targetField?.field.shape.length !== 0) return null;
    if (probabilities) return this.#classification(step, head, probabilities);
    const [prediction, target] = [await read('prediction'), await read('target')];
    if (!prediction || !target) return null;
    if (head.labels) return this.#labelled(step, head, head.labels, { prediction, target });
    return (
      (await this.#reconstruction(step, head, prediction, target)) ??
      this.#regression(step, head, prediction, target)
    );
  }

  async #read(name: string): Promise<TensorData | null> {
    const ref = own(this.#program.program.outputs, name);
    return ref ? this.#memory.session.read(ref) : null;
  }

  /** What the prediction is made from; `images`: only a picture will do. */
  #input({ inputFields }: Head, images = false): DataField | undefined {
    const fields = inputFields.flatMap(({ field }) => this.#binding(field.name)?.field ?? []);
    return fields.find(({ shape }) => !images || shape.length === 3);
  }

  #binding(name: string): BoundField | undefined {
    return this.#prepared.binding.get(name);
  }

  /** What is stored of a row that is shown. */
  #rowOf({ name, shape }: DataField, row: number): TensorData {
    const held = this.#memory.rowsInFile?.at(name, row);
    if (held) return held;
    const size = elementCount(shape);
    const stored = columnOf(this.#prepared.table, name)?.stored ?? new Float32Array(0);
    return stored.slice(row * size, (row + 1) * size);
  }

  #storedImage(field: DataField, row: number): SampleImage {
    const [channels = 1, height = 1, width = 1] = field.shape;
    const values = this.#rowOf(field, row);
    // Images that are not kept as bytes are numbers from 0 to 1.
    const pixels =
      values instanceof Uint8Array
        ? values
        : Uint8Array.from(values, (value) => toByte(value * 255));
    return { channels, height, width, pixels };
  }

  #labels({ targetField }: Head): DataColumn | undefined {
    return targetField ? columnOf(this.#prepared.table, targetField.field.name) : undefined;
  }

  /** Those that are shown one by one. */
  get #few(): readonly number[] {
    return [...this.#rows.subarray(0, SHOWN_SAMPLES)];
  }

  #classification(step: number, head: Head, flat: TensorData): SampleAnswers {
    const classes = flat.length / this.#rows.length;
    const labels = this.#labels(head);
    const samples = this.#few.map((row, i) => {
      const probabilities = Float32Array.from(flat.slice(i * classes, (i + 1) * classes));
      const label = labels?.stored[row] ?? 0;
      return {
        row,
        label,
        probabilities,
        loss: surprise(probabilities[label]),
        ...this.#given(head, row),
      };
    });
    const classNames =
      labels?.field.classNames ?? Array.from({ length: classes }, (_, index) => String(index));
    return { kind: 'classification', loss: head.loss, step, classNames, samples };
  }

  /** What a row is known by beside an answer: its picture, else its numbers. */
  #given(head: Head, row: number): { image?: SampleImage; features?: Float32Array } {
    const image = this.#input(head, true);
    if (image) return { image: this.#storedImage(image, row) };
    const input = this.#input(head);
    return input ? { features: Float32Array.from(this.#rowOf(input, row)) } : {};
  }

  #labelled(
    step: number,
    head: Head,
    names: readonly string[],
    { prediction, target }: { readonly prediction: TensorData; readonly target: TensorData },
  ): SampleAnswers {
    const count = names.length;
    const samples = this.#few.map((row, i) => {
      const probabilities = Float32Array.from(prediction.slice(i * count, (i + 1) * count));
      const labels = Uint8Array.from(target.slice(i * count, (i + 1) * count), (has) =>
        Number(has > 0.5),
      );
      const loss = probabilities.reduce(
        (sum, share, k) => sum + surprise(labels[k] === 1 ? share : 1 - share) / count,
        0,
      );
      return { row, labels, probabilities, loss, ...this.#given(head, row) };
    });
    return { kind: 'labels', loss: head.loss, step, names, samples };
  }

  /** Indices in, and indices of the same vocabulary out. */
  #isText(head: Head): boolean {
    const input = this.#input(head);
    const target = head.targetField?.field;
    return (
      input?.dtype === 'i32' &&
      input.shape.length === 1 &&
      target?.classes === input.classes &&
      (target?.shape.length === 0 || target?.shape[0] === input.shape[0])
    );
  }

  #tokens(step: number, head: Head, flat: TensorData): SampleAnswers {
    const labels = this.#labels(head);
    const input = this.#input(head);
    const places = elementCount(head.targetField?.field.shape ?? []);
    const classes = flat.length / (this.#rows.length * places);
    const ignored = ignoredLabelOf(this.#prepared.analysis, head);
    const samples = this.#few.map((row, i) => {
      const right = Int32Array.from(labels?.stored.slice(row * places, (row + 1) * places) ?? []);
      const predicted = new Int32Array(places);
      const sure = new Float32Array(places);
      let [loss, counted] = [0, 0];
      right.forEach((label, place) => {
        const start = (i * places + place) * classes;
        let best = 0;
        for (let c = 1; c < classes; c++) {
          if ((flat[start + c] ?? 0) > (flat[start + best] ?? 0)) best = c;
        }
        predicted[place] = label === ignored ? -1 : best;
        sure[place] = flat[start + best] ?? 0;
        if (label === ignored) return;
        loss += surprise(flat[start + label]);
        counted += 1;
      });
      return {
        ...{ row, labels: right, predicted, sure, loss: loss / Math.max(1, counted) },
        given: input ? Int32Array.from(this.#rowOf(input, row)) : new Int32Array(0),
      };
    });
    const names =
      labels?.field.classNames ?? Array.from({ length: classes }, (_, index) => String(index));
    return { kind: 'tokens', loss: head.loss, step, names, samples };
  }

  /** What is made from nothing, where it is as large as the images of the data. */
  async #generated(step: number): Promise<SampleAnswers | null> {
    const values = await this.#read('generated');
    const image = fieldsIn(this.#prepared.table).find(({ shape }) => shape.length === 3);
    const bound = image && this.#binding(image.name);
    if (!values || !bound) return null;
    const size = elementCount(bound.field.shape);
    const count = this.#rows.length;
    if (values.length !== size * count) return null;
    const images = this.#few.map((_, i) =>
      valuesImage(values.slice(i * size, (i + 1) * size), bound),
    );
    this.#dataSpread ??= spreadOf(this.#few.map((row) => this.#storedImage(image, row).pixels));
    const spread = spreadOf(images.map(({ pixels }) => pixels));
    this.#made = {
      node: generatedOutput(this.#prepared.analysis, this.#prepared.document)?.node ?? '',
      spread,
      mostSpread: Math.max(spread, this.#made?.mostSpread ?? 0),
      dataSpread: this.#dataSpread,
    };
    return { kind: 'generated', step, images };
  }

  /** When prediction and target are as large as the input image: an autoencoder. */
  async #reconstruction(
    step: number,
    head: Head,
    prediction: TensorData,
    target: TensorData,
  ): Promise<SampleAnswers | null> {
    const field = this.#input(head, true);
    const bound = field && this.#binding(field.name);
    if (!field || !bound) return null;
    const size = elementCount(field.shape);
    const count = this.#rows.length;
    if (prediction.length !== size * count || target.length !== size * count) return null;
    const corrupted = await this.#corrupted(size * count);
    const samples = this.#few.map((row, i) => {
      const part = (values: TensorData) => values.slice(i * size, (i + 1) * size);
      const image = (values: TensorData) => valuesImage(part(values), bound);
      const error = meanSquare(part(prediction), part(target));
      return {
        row,
        input: this.#storedImage(field, row),
        ...(corrupted ? { corrupted: image(corrupted) } : {}),
        reconstruction: image(prediction),
        target: image(target),
        loss: error,
        psnrDb: -10 * Math.log10(Math.max(error, 1e-12)),
      };
    });
    return { kind: 'reconstruction', loss: head.loss, step, samples };
  }

  /** The first noise node whose output has the size of the images. */
  async #corrupted(length: number): Promise<TensorData | null> {
    for (const name of Object.keys(this.#program.program.outputs)) {
      if (!name.startsWith('noise:')) continue;
      const values = await this.#read(name);
      if (values?.length === length) return values;
    }
    return null;
  }

  #regression(step: number, head: Head, prediction: TensorData, target: TensorData): SampleAnswers {
    const input = this.#input(head);
    const inputCount = input ? elementCount(input.shape) : 0;
    const width = prediction.length / this.#rows.length;
    const shown = Math.min(width, MOST_NUMBERS);
    // In the data's own units, as errors are told.
    const { dividedBy = 1 } = this.#binding(head.targetField?.field.name ?? '') ?? {};
    const first = (values: TensorData, i: number) =>
      Array.from(values.subarray(i * width, i * width + shown), (value) => value * dividedBy);
    const rows = [...this.#rows].map((row, i) => ({
      x: input ? [...this.#rowOf(input, row)] : [],
      targets: first(target, i),
      predictions: first(prediction, i),
    }));
    if (inputCount === 1) rows.sort((a, b) => (a.x[0] ?? 0) - (b.x[0] ?? 0));
    const names = targetNames(this.#prepared.table, width);
    return {
      kind: 'regression',
      ...{ loss: head.loss, step },
      inputs: Float32Array.from(rows.flatMap((row) => row.x)),
      inputCount,
      ...(width > 1 && {
        names: Array.from({ length: shown }, (_, i) => names?.[i] ?? `target ${i + 1}`),
        count: width,
      }),
      targets: Float32Array.from(rows.flatMap((row) => row.targets)),
      predictions: Float32Array.from(rows.flatMap((row) => row.predictions)),
    };
  }
}

/** As the table or the series calls its targets, where that is what a head of so many numbers answers. */
function targetNames({ report, reading }: DataTable, width: number): readonly string[] | null {
  if (reading?.kind === 'windows') return forecastNames(reading, width);
  const names = report?.target?.columns?.map(({ name }) => name);
  return names?.length === width ? names : null;
}

/** Of what was given such a probability. */
const surprise = (probability = 0): number => -Math.log(Math.max(probability, 1e-12));

/** Undoes the normalisation. */
export function valuesImage(values: TensorData, { field, storedDtype, normalisation }: BoundField) {
  const [channels = 1, height = 1, width = 1] = field.shape;
  const white = storedDtype === 'u8' ? 1 : 255;
  const pixels = Uint8Array.from(values, (value, i) => {
    if (!normalisation) return toByte(value * white);
    const { shift, scale } = normalisation;
    const at = shift.length === 1 ? 0 : Math.floor(i / (values.length / shift.length));
    return toByte((value / (scale[at] ?? 1) + (shift[at] ?? 0)) * white);
  });
  return { channels, height, width, pixels };
}

const meanOf = (values: TensorData): number => {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
};

const toByte = (value: number): number => Math.max(0, Math.min(255, Math.round(value)));

function meanSquare(a: TensorData, b: TensorData): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
  return sum / Math.max(1, a.length);
}
